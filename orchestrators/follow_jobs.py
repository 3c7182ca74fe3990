"""Follow the jobs of one vault for all runs that wait for one: one read for all, an event for each that can go on."""

from contextlib import suppress
from datetime import timedelta

from durabletask.entities import EntityInstanceId
from durabletask.task import OrchestrationContext

from asr.model.run import KNOWN_RECIPES, RECIPE_VERSION
from orchestrators.steps import Call, Recipe, StepFailed, ensure_one

ROUNDS_A_GENERATION = 20
"""Reads after which the orchestration begins anew, so that its history does not grow."""

SHORTEST_INTERVAL = timedelta(seconds=0.5)
"""The least time between two reads, however soon Azure says to come back: many runs are served by each."""

GROWTH, MOST_PATIENCE = 1.5, 4.0
"""While nothing ends each interval is longer than the one before, up to so many times what Azure asks for."""


def follow_jobs(ctx: OrchestrationContext, request: dict) -> Recipe[None]:
    """`{"key", "pacing", "seconds", "quiet"?}`: read every so many seconds, until nobody waits any more.

    `quiet` reads in a row have found nothing.

    It knows nothing else, so it may be ended at any moment: who is not told asks by himself.
    """
    if request.get("version", RECIPE_VERSION) not in KNOWN_RECIPES:
        return
    pacing, quiet = request["pacing"], request.get("quiet", 0)
    entity = EntityInstanceId("JobWaiters", request["key"])
    for _ in range(ROUNDS_A_GENERATION):
        yield ctx.create_timer(_interval(request["seconds"], quiet))
        ended = 0
        with suppress(StepFailed):
            about = {"key": request["key"], "follower": ctx.instance_id}
            ended = (yield from ensure_one(ctx, Call("tell_job_waiters", about), pacing))["ended"]
        if not (yield ctx.call_entity(entity, "next", ctx.instance_id)):
            return
        quiet = 0 if ended else quiet + 1
    ctx.continue_as_new({**request, "quiet": quiet})


def _interval(seconds: float, quiet: int) -> timedelta:
    return max(timedelta(seconds=seconds * min(GROWTH**quiet, MOST_PATIENCE)), SHORTEST_INTERVAL)
