"""The timer: a sweep by schedule."""

import os
from datetime import UTC, datetime, timedelta

import azure.functions as func
from azure.durable_functions import DurableFunctionsClient

from asr.codec import encode
from asr.gateway.clock import now
from asr.gateway.session import connect
from asr.model.run import RECIPE_VERSION, RequestedBy
from asr.services.run_plans import delete_run_plans, runs_with_plans
from asr.settings import Settings, read_settings
from triggers.asking import ENDED, pacing_of
from triggers.http.saved_plans import forget_old_plans
from triggers.lost_drills import tidy_drills

SWEEP_ID = "sweep"
"""One sweep at a time; the instance of the last one is replaced."""


async def sweep_timer(timer: func.TimerRequest, client) -> None:  # type: ignore[no-untyped-def]
    """Start a sweep, unless the last one still runs; then forget old plans, and what runs left in the store."""
    settings = read_settings(os.environ)
    await sweep_now(client, settings, RequestedBy("schedule", verified=True))
    await forget_old_plans(client, settings)
    await forget_lost_run_plans(client)


async def forget_lost_run_plans(client: DurableFunctionsClient) -> None:
    """A run deletes its documents when it ends; one that was terminated could not."""
    azure = await connect()
    for run in await runs_with_plans(azure):
        state = await client.get_orchestration_state(run, fetch_payloads=False)
        if state is None or state.runtime_status in ENDED:
            await delete_run_plans(azure, run)


SHORTEST_PAUSE = timedelta(minutes=1)
"""Between two sweeps that events ask for, however many of them come."""


async def has_swept_since(client: DurableFunctionsClient, settings: Settings, happened: datetime) -> bool:
    """Whether a sweep has begun since, or a moment ago: what happened is seen by it, or by the timer's next one."""
    last = await client.get_orchestration_state(SWEEP_ID, fetch_payloads=False)
    if last is None:
        return False
    began = last.created_at if last.created_at.tzinfo else last.created_at.replace(tzinfo=UTC)
    return began >= happened or await now(settings) - began < SHORTEST_PAUSE


async def sweep_now(client: DurableFunctionsClient, settings: Settings, by: RequestedBy) -> None:
    """Start a sweep, or join the one that runs. `by` is who asks for it."""
    await tidy_drills(client, settings)
    last = await client.get_orchestration_state(SWEEP_ID, fetch_payloads=False)
    if last is not None and last.runtime_status not in ENDED:
        return
    asked = {"version": RECIPE_VERSION, "pacing": pacing_of(settings), "requested_by": encode(by)}
    try:
        await client.schedule_new_orchestration("sweep", input=asked, instance_id=SWEEP_ID)
    except Exception:
        present = await client.get_orchestration_state(SWEEP_ID, fetch_payloads=False)
        if present is None or (last is not None and present.created_at == last.created_at):
            raise
        # the timer or another caller has started it meanwhile: theirs serves
