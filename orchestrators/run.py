"""What runs of every kind have in common: they begin only as their VM's active run, and report how they ended."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from typing import Any

from durabletask.entities import EntityInstanceId
from durabletask.task import OrchestrationContext, TaskFailedError

from asr.model.run import KNOWN_RECIPES, RECIPE_VERSION
from asr.planning.outcomes import failed, internal_defect, superseded, version_unknown
from orchestrators.steps import Call, Recipe, StepFailed, ensure_one

type Body = Callable[[OrchestrationContext, dict[str, Any]], Recipe[dict[str, Any]]]


def reported(ctx: OrchestrationContext, request: dict[str, Any], body: Body) -> Recipe[dict[str, Any]]:
    """Run the body between two calls of the VM's entity. `request` is a `RunRequest` with the entity's `vm_key`.

    1. Ask the entity whether this is the active run; if not, end without doing anything.
    2. Do what the kind is about; what fails in it becomes the outcome.
    3. Report; the entity starts the next run if one waits.
    4. If others are to be told of a change, tell them. What goes wrong with that is nothing of this run's.
    """
    vm = EntityInstanceId("VirtualMachine", request["vm_key"])
    if not (yield ctx.call_entity(vm, "begin", _report(ctx, request))):
        outcome = superseded()
    else:
        outcome = yield from _outcome_of(ctx, request, body)
        report = _report(ctx, request)
        before = yield ctx.call_entity(vm, "finish", {**report, "outcome": outcome})
        if before and request["pacing"].get("publishes"):
            with suppress(StepFailed):
                told = {**report, "before": before, "outcome": outcome}
                yield from ensure_one(ctx, Call("publish_outcome", told), request["pacing"])
    ctx.set_custom_status({"step": "done", "state": outcome["state"]})
    return outcome


def _outcome_of(ctx: OrchestrationContext, request: dict[str, Any], body: Body) -> Recipe[dict[str, Any]]:
    version = request.get("version", RECIPE_VERSION)
    if version not in KNOWN_RECIPES:
        return failed("run", [version_unknown(version)])
    try:
        return (yield from body(ctx, request))
    except StepFailed as failure:
        return failed(failure.step, failure.reasons)
    except TaskFailedError as error:
        return failed("run", [internal_defect("A part of the run", error.details.error_type)])


def time_of(ctx: OrchestrationContext) -> str:
    """The orchestration's own time, which is in UTC; some versions of the task hub leave the zone out."""
    return ctx.current_utc_datetime.replace(tzinfo=UTC).isoformat()


def _report(ctx: OrchestrationContext, request: dict[str, Any]) -> dict[str, Any]:
    return {"run": ctx.instance_id, "vm_id": request["vm_id"], "at": time_of(ctx)}
