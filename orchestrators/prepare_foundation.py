"""Make a foundation hold what one VM needs, building only what is missing and only one run at a time."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import groupby
from typing import Any

from azure.durable_functions import Blueprint
from durabletask.entities import EntityInstanceId
from durabletask.task import OrchestrationContext

from orchestrators.steps import Call, Recipe, StepFailed, ensure_all, reasoned

bp = Blueprint()

FRESH = timedelta(minutes=1)
"""How long what Azure told about a foundation is beyond doubt."""


def prepare_foundation(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any]]:
    """Answer `{"ids": {key: Azure id}}`, and `"problem"` when something could not be made.

    1. Ask the foundation what it remembers; if that is all, no lock is taken.
    2. Lock it and ask again: another run may have built it while this one waited.
    3. Ensure what is missing, stage by stage, each stage side by side.
    4. If something could not be made, doubt what was only remembered: perhaps it is no longer there to build on.
    5. Remember what was ensured, also when a step beside it or a later stage failed.
    """
    foundation = EntityInstanceId("Foundation", request["key"])
    requirements = request["requirements"]
    since = (ctx.current_utc_datetime - timedelta(hours=request["trust_hours"])).isoformat()
    question = {"keys": [requirement["key"] for requirement in requirements], "since": since}

    ids = yield ctx.call_entity(foundation, "recall", question)
    if not _missing(requirements, ids):
        return {"ids": ids}

    with (yield ctx.lock_entities([foundation])):
        ids = yield ctx.call_entity(foundation, "recall", question)
        recalled = list(ids)
        made: dict[str, Any] = {}
        answer: dict[str, Any] = {"ids": ids}
        try:
            yield from _build(ctx, _missing(requirements, ids), ids, made, request["pacing"])
        except StepFailed as failure:
            answer["problem"] = {"step": failure.step, "reason": reasoned(failure.reason)}
            made.update(failure.ready)
            yield ctx.call_entity(foundation, "forget", doubt(ctx, recalled))
        if made:
            now = ctx.current_utc_datetime.isoformat()
            entries = {key: {"id": step["id"], "how": step["how"], "at": now} for key, step in made.items()}
            yield ctx.call_entity(foundation, "remember", entries)
        return answer


def doubt(ctx: OrchestrationContext, keys: list[str]) -> dict[str, Any]:
    """What a foundation is asked to forget of these: all that was asked of Azure more than a moment ago."""
    return {"keys": keys, "before": (ctx.current_utc_datetime - FRESH).isoformat()}


def _missing(requirements: list[dict[str, Any]], ids: Mapping[str, str]) -> list[dict[str, Any]]:
    return [requirement for requirement in requirements if requirement["key"] not in ids]


def _build(
    ctx: OrchestrationContext,
    requirements: list[dict[str, Any]],
    ids: dict[str, str],
    made: dict[str, Any],
    pacing: Mapping[str, float],
) -> Recipe[None]:
    """Stages come sorted; what one stage made is known to the next through `ids`."""
    for _, stage in groupby(requirements, key=lambda requirement: requirement["stage"]):
        calls = {
            requirement["key"]: Call(
                requirement["activity"],
                {**requirement["spec"], "ids": {need: ids[need] for need in requirement["needs"]}},
            )
            for requirement in stage
        }
        ctx.set_custom_status({"step": "foundation", "ensuring": sorted(calls)})
        steps = yield from ensure_all(ctx, calls, pacing)
        made.update(steps)
        ids.update({key: step["id"] for key, step in steps.items()})


bp.orchestration_trigger(context_name="context")(prepare_foundation)
