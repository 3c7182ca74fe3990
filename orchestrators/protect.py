"""One run: look at one VM, decide, make it true, report."""

from datetime import timedelta
from typing import Any

from azure.durable_functions import Blueprint
from durabletask.entities import EntityInstanceId
from durabletask.task import OrchestrationContext, TaskFailedError

from asr.model.decision import Needed
from asr.planning.outcomes import enabling, failed, internal_defect
from orchestrators.prepare_foundation import Foundation
from orchestrators.steps import Call, Recipe, StepFailed, ensure_one

bp = Blueprint()

MOST_LOOKS = 40
"""Looks at a VM that is about to be ready: 20 minutes at the usual interval, longer than any VM takes to be created."""


def protect_vm(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any]]:
    """Run `<vm key>-<n>`: its output is the VM's outcome, and the VM's entity is told.

    1. Gather and decide, in one activity, so that the decision stands in the history.
    2. Do what was decided: protect, completion, or nothing.
    3. Report; the entity starts one more run if the VM was asked about meanwhile.
    """
    try:
        outcome = yield from _converge(ctx, request)
    except StepFailed as failure:
        outcome = failed(failure.step, failure.reasons)
    except TaskFailedError as error:
        outcome = failed("run", [internal_defect("A part of the run", error.details.error_type)])
    vm = EntityInstanceId("VirtualMachine", request["vm_key"])
    yield ctx.call_entity(vm, "finished", {"run": ctx.instance_id, "vm_id": request["vm_id"], "outcome": outcome})
    ctx.set_custom_status({"step": "done", "state": outcome["state"]})
    return outcome


def _converge(ctx: OrchestrationContext, request: dict[str, Any]) -> Recipe[dict[str, Any]]:
    pacing = request["pacing"]
    ctx.set_custom_status({"step": "decide"})
    answer = yield from _decide(ctx, {"vm_id": request["vm_id"], "choices": request["choices"]}, pacing)
    decision = answer["decision"]
    match decision["action"]:
        case "protect":
            return (yield from _protect(ctx, answer, pacing))
        case "completion":
            ctx.set_custom_status({"step": "completion"})
            call = Call("complete_protection", {"completion": decision["completion"]})
            settled = yield from ensure_one(ctx, call, pacing)
            return dict(settled["outcome"])
        case _:
            return dict(decision["outcome"])


def _decide(ctx: OrchestrationContext, question: dict[str, Any], pacing: dict[str, float]) -> Recipe[dict[str, Any]]:
    """Decide; while what stands against it is about to pass (a VM that is still being created), decide again."""
    for _ in range(MOST_LOOKS):
        answer = yield from ensure_one(ctx, Call("decide_protection", question), pacing)
        if answer["decision"]["action"] != "wait":
            break
        yield ctx.create_timer(timedelta(seconds=pacing["poll_seconds"]))
    return answer


def _protect(ctx: OrchestrationContext, answer: dict[str, Any], pacing: dict[str, float]) -> Recipe[dict[str, Any]]:
    """The foundation first, then the item; a foundation that proves wrong is forgotten, so a later run rebuilds it."""
    about = answer["foundation"]
    ctx.set_custom_status({"step": "foundation"})
    foundation = Foundation(ctx, about["key"], [Needed(*one) for one in about["needed"]], about["trust"], pacing)
    yield from foundation.prepare(about["requests"])
    ctx.set_custom_status({"step": "enable"})
    enable = Call("enable_protection", {"plan": answer["decision"]["plan"], "ids": foundation.ids})
    try:
        item = yield from ensure_one(ctx, enable, pacing)
    except StepFailed:
        foundation.doubt()
        raise
    return enabling(item["id"], warnings=answer["decision"]["warnings"])


bp.orchestration_trigger(context_name="context")(protect_vm)
