"""One run: end the protection of a VM, put away what it left, report."""

from typing import Any

from durabletask.entities import EntityInstanceId
from durabletask.task import OrchestrationContext

from orchestrators.job_waiting import ensure_told
from orchestrators.run import reported
from orchestrators.steps import Call, Recipe, ensure_one

FINISH = "finish_ending"


def unprotect_vm(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any]]:
    """Run `<vm key>-<request>`: its output is the VM's outcome. See `orchestrators.run` for how it begins and ends."""
    return (yield from reported(ctx, request, end_protection))


def end_protection(ctx: OrchestrationContext, request: dict[str, Any]) -> Recipe[dict[str, Any]]:
    """Decide, then the steps that were decided, in their order; a step may end the run with an outcome of its own.

    What is done is remembered in the store, not here: another run goes on where this one was cut off.
    """
    pacing, vm_id = request["pacing"], request["vm_id"]
    ctx.set_custom_status({"step": "decide"})
    asked = {"vm_id": vm_id, **{name: request.get(name) for name in ("ending", "requested_by", "at")}}
    decided = yield from ensure_one(ctx, Call("decide_ending", asked), pacing)
    for step in decided.get("steps", ()):
        ctx.set_custom_status({"step": step})
        about = {
            "run": ctx.instance_id,
            "vm_id": vm_id,
            **({"warnings": decided.get("warnings")} if step == FINISH else {}),
        }
        done = yield from ensure_told(ctx, Call(step, about), pacing)
        if done.get("foundation"):
            foundation = EntityInstanceId("Foundation", done["foundation"])
            ctx.signal_entity(foundation, "forget_all")
        if done.get("outcome"):
            return dict(done["outcome"])
    return dict(decided["outcome"])
