"""One run: fail over, or do what comes before and after that, with one VM; decide, carry out, report."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from durabletask.task import OrchestrationContext

from asr.codec import encode
from asr.model.failover import FailoverAction
from asr.model.outcome import State
from asr.planning.failover import LEAVING
from asr.planning.outcomes import failed
from asr.planning.wave_outcomes import is_well
from asr.reasons import reason
from orchestrators.job_waiting import ensure_told
from orchestrators.run import reported, time_of
from orchestrators.steps import Call, Recipe, StepFailed, ensure_one, forget_documents
from orchestrators.waves import ENDED

REHEARSED = frozenset({FailoverAction.TEST, FailoverAction.CLEAN_UP})
"""What moves nothing: a drill keeps the evidence of it."""

WAY_BACK = (FailoverAction.FAIL_BACK, FailoverAction.COMMIT, FailoverAction.REPROTECT)
"""What a fail-back is made of: afterwards the VM runs at home and is protected from there.

A VM whose probes fail is not committed: its points are kept.
"""

MOST_PROBINGS = 400
"""Rounds of probes; the time that probes have is far shorter."""


def fail_over(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any]]:
    """Run `<vm key>-<request>` of a `FailoverAction`: its output is the VM's outcome. See `orchestrators.run`.

    The run of the recovery plan that it is part of, if it is, is told how it ended.
    """
    outcome = yield from reported(ctx, request, _actions)
    plan = (request.get("failover") or {}).get("part_of")
    if plan:
        ctx.send_event(plan, ENDED, data={"run": ctx.instance_id, "ok": is_well(outcome)})
    return outcome


def _actions(ctx: OrchestrationContext, request: dict[str, Any]) -> Recipe[dict[str, Any]]:
    """Each action is decided anew, for the one before it has changed what stands; the first that is refused ends it."""
    asked = FailoverAction(request["kind"])
    outcome: dict[str, Any] = {}
    for action in WAY_BACK if asked is FailoverAction.FAIL_BACK else (asked,):
        began = time_of(ctx)
        try:
            outcome, was_carried_out, probed = yield from _action(
                ctx, request, action, resumes=asked is FailoverAction.FAIL_BACK
            )
        except StepFailed as failure:
            yield from _kept(ctx, request, action, failed(failure.step, failure.reasons), began)
            raise
        if outcome.get("state") != State.REFUSED:
            yield from _kept(ctx, request, action, outcome, began, probed)
        if not was_carried_out:
            break
    yield from forget_documents(ctx, request["pacing"])
    return outcome


def _action(
    ctx: OrchestrationContext, request: dict[str, Any], action: FailoverAction, *, resumes: bool
) -> Recipe[tuple[dict[str, Any], bool, dict[str, Any] | None]]:
    """The outcome, whether it is that of an action which was carried out, and how its probes ended if it had any."""
    pacing = request["pacing"]
    ctx.set_custom_status({"step": action.value})
    question = {"vm_id": request["vm_id"], "action": action.value, "failover": request.get("failover")}
    if resumes:
        question["resumes"] = True
    decided = yield from ensure_one(ctx, Call("decide_failover", question), pacing)
    if decided["plan"] is None:
        return dict(decided["outcome"]), False, None
    order = {"run": ctx.instance_id, "plan": decided["plan"], "at": decided["at"]}
    if action is FailoverAction.REPROTECT:
        yield from ensure_one(ctx, Call("prepare_reprotection", order), pacing)
        order["tried_from"] = time_of(ctx)  # preparing takes minutes
    if action is FailoverAction.REMOVE_LEFT:
        gone = yield from ensure_one(ctx, Call("remove_left_vm", order), pacing)
        return dict(gone["outcome"]), True, None
    done = yield from ensure_told(ctx, Call("carry_out_failover", order), pacing)
    outcome = dict(done["outcome"])
    probes = (request.get("failover") or {}).get("probes")
    probed: dict[str, Any] | None = None
    if probes and (action in LEAVING or action is FailoverAction.TEST):
        probed = yield from _probed(ctx, outcome, probes, pacing)
        attempts = probed["attempts"]
        failed = [encode(reason("ProbeFailed", attempts=attempts, **one)) for one in probed["problems"]]
        outcome["reasons"] = [*outcome.get("reasons", ()), *failed]
    return outcome, is_well(outcome), probed


def _probed(
    ctx: OrchestrationContext, outcome: dict[str, Any], probes: list[dict[str, Any]], pacing: dict[str, float]
) -> Recipe[dict[str, Any]]:
    """Ask the VM that came up until every probe has passed or has had its time; which have `passed`, by their places,
    the `problems` of the others, how often it was asked, and when that was over.
    """
    ctx.set_custom_status({"step": "probe"})
    vm = outcome.get("facts", {}).get("failover", {}).get("vm", "")
    about = {"vm_id": vm, "probes": probes, "since": time_of(ctx)}
    passed: list[int] = []
    asked: dict[str, Any] = {"problems": []}
    attempts = 0
    while attempts < MOST_PROBINGS:
        attempts += 1
        asked = yield from ensure_one(ctx, Call("probe_failover", {**about, "passed": passed}), pacing)
        passed = asked["passed"]
        if not asked["open"]:
            break
        yield ctx.create_timer(timedelta(seconds=pacing["poll_seconds"]))
    return {"passed": passed, "problems": asked["problems"], "attempts": attempts, "at": time_of(ctx)}


def _kept(
    ctx: OrchestrationContext,
    request: dict[str, Any],
    action: FailoverAction,
    outcome: dict[str, Any],
    began: str,
    probed: dict[str, Any] | None = None,
) -> Recipe[None]:
    """Keep the evidence of a step of a real failover; a store that takes none for hours does not undo the step."""
    if action in REHEARSED:
        return
    ctx.set_custom_status({"step": "evidence"})
    times = {"asked_at": request["at"], "began_at": began, "ended_at": time_of(ctx)}
    asked = {name: request.get(name) for name in ("vm_id", "kind", "requested_by", "failover")}
    about = {"run": ctx.instance_id, "action": action.value, "outcome": outcome, **times, **asked}
    if probed is not None:
        about["probed"] = probed
    with suppress(StepFailed):
        yield from ensure_one(ctx, Call("keep_failover_evidence", about), request["pacing"])
