"""One run: fail over, or do what comes before and after that, with one VM; decide, carry out, report."""

from typing import Any

from durabletask.task import OrchestrationContext

from asr.model.failover import FailoverAction
from orchestrators.job_waiting import ensure_told
from orchestrators.run import reported
from orchestrators.steps import Call, Recipe, ensure_one, forget_documents

WAY_BACK = (FailoverAction.FAIL_BACK, FailoverAction.COMMIT, FailoverAction.REPROTECT)
"""What a fail-back is made of: afterwards the VM runs at home and is protected from there."""


def fail_over(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any]]:
    """Run `<vm key>-<request>` of a `FailoverAction`: its output is the VM's outcome. See `orchestrators.run`."""
    return (yield from reported(ctx, request, _actions))


def _actions(ctx: OrchestrationContext, request: dict[str, Any]) -> Recipe[dict[str, Any]]:
    """Each action is decided anew, for the one before it has changed what stands; the first that is refused ends it."""
    asked = FailoverAction(request["kind"])
    outcome: dict[str, Any] = {}
    for action in WAY_BACK if asked is FailoverAction.FAIL_BACK else (asked,):
        outcome, was_carried_out = yield from _action(ctx, request, action)
        if not was_carried_out:
            break
    yield from forget_documents(ctx, request["pacing"])
    return outcome


def _action(
    ctx: OrchestrationContext, request: dict[str, Any], action: FailoverAction
) -> Recipe[tuple[dict[str, Any], bool]]:
    """The outcome, and whether it is that of an action which was carried out."""
    pacing = request["pacing"]
    ctx.set_custom_status({"step": action.value})
    question = {"vm_id": request["vm_id"], "action": action.value, "failover": request.get("failover")}
    decided = yield from ensure_one(ctx, Call("decide_failover", question), pacing)
    if decided["plan"] is None:
        return dict(decided["outcome"]), False
    order = {"run": ctx.instance_id, "plan": decided["plan"], "at": decided["at"]}
    if action is FailoverAction.REPROTECT:
        yield from ensure_one(ctx, Call("prepare_reprotection", order), pacing)
    done = yield from ensure_told(ctx, Call("carry_out_failover", order), pacing)
    return dict(done["outcome"]), True
