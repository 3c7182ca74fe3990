"""One run: decide about one VM, make it true, report."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from durabletask.task import OrchestrationContext

from asr.model.decision import Needed
from asr.planning.outcomes import tell_absence
from orchestrators.job_waiting import ensure_told
from orchestrators.prepare_foundation import Foundation
from orchestrators.run import reported
from orchestrators.steps import Call, Recipe, StepFailed, ensure_one, forget_documents
from orchestrators.unprotect import end_protection

MOST_DECISIONS = 40
"""Decisions about a VM that is about to be ready: 20 minutes at the usual interval; no VM takes longer to create."""


def protect_vm(ctx: OrchestrationContext, request: dict) -> Recipe[dict[str, Any]]:
    """Run `<vm key>-<request>`: its output is the VM's outcome. See `orchestrators.run` for how it begins and ends.

    1. Gather and decide, in one activity, so that the decision stands in the history.
    2. Do what was decided: protect, complete, end, or nothing. An item whose enabling failed ends, and is made anew.
    """
    return (yield from reported(ctx, request, _converge))


def _converge(ctx: OrchestrationContext, request: dict[str, Any]) -> Recipe[dict[str, Any]]:
    pacing = request["pacing"]
    ctx.set_custom_status({"step": "decide"})
    question = {name: request.get(name) for name in ("kind", "vm_id", "choices", "plan_hash")}
    question["run"] = ctx.instance_id
    answer = yield from _decide(ctx, question, pacing)
    if answer["action"] == "end":
        ended = yield from end_protection(ctx, request)
        if not answer.get("again") or ended["state"] != "unprotected":
            return ended
        ctx.set_custom_status({"step": "decide"})
        answer = yield from _decide(ctx, question, pacing)
    match answer["action"]:
        case "protect":
            return (yield from _protect(ctx, answer, pacing))
        case "complete":
            return (yield from _complete(ctx, answer, pacing))
        case "end":  # Azure shows once more what has just ended: the next look finds it gone
            return ended
        case _:
            return dict(answer["outcome"])


def _decide(ctx: OrchestrationContext, question: dict[str, Any], pacing: dict[str, float]) -> Recipe[dict[str, Any]]:
    """Decide; while what stands against it is about to pass (a VM that is still being created), decide again."""
    for _ in range(MOST_DECISIONS):
        answer = yield from ensure_one(ctx, Call("decide_protection", question), pacing)
        if answer["action"] != "wait":
            break
        yield ctx.create_timer(timedelta(seconds=pacing["poll_seconds"]))
    return answer


def _protect(ctx: OrchestrationContext, answer: dict[str, Any], pacing: dict[str, float]) -> Recipe[dict[str, Any]]:
    """The foundation first, then the item. After that nobody needs the run's document in the store."""
    try:
        item = yield from _enabled(ctx, answer, pacing)
    except StepFailed:
        yield from forget_documents(ctx, pacing)
        raise
    if not item["forgotten"]:
        yield from forget_documents(ctx, pacing)
    return dict(item["outcome"])


def _complete(ctx: OrchestrationContext, answer: dict[str, Any], pacing: dict[str, float]) -> Recipe[dict[str, Any]]:
    """The item's settings are written, and disks are added; the last step tells how the item stands then."""
    ctx.set_custom_status({"step": "complete"})
    plan = {"run": ctx.instance_id, "plan": answer["plan"]}
    calls = {"settings": Call("complete_protection", plan), "disks": Call("add_disks", plan)}
    calls |= {"policy": Call("change_policy", plan), "updates": Call("update_agents", plan)}
    calls |= {"warning": Call("dismiss_warning", plan)}
    calls |= {f"mapping-{number}": Call("map_network", {**plan, "mapping": number}) for number in (0, 1)}
    completed: dict[str, Any] = {}
    try:
        for step in answer["steps"]:
            completed = yield from ensure_told(ctx, calls[step], pacing)
    except StepFailed:
        yield from forget_documents(ctx, pacing)
        raise
    yield from forget_documents(ctx, pacing)
    return dict(completed["outcome"])


def _enabled(ctx: OrchestrationContext, answer: dict[str, Any], pacing: dict[str, float]) -> Recipe[dict[str, Any]]:
    """What the foundation only remembered may be gone: then all of it is asked of Azure, once."""
    about, plan = answer["foundation"], {"run": ctx.instance_id, "plan": answer["plan"]}
    needed = [Needed(*one) for one in about["needed"]]
    foundation = Foundation(ctx, about["key"], needed, about["trust"], plan, pacing)
    try:
        return (yield from _on(foundation, answer["enable"]))
    except StepFailed as failure:
        if not foundation.trusted or not tell_absence(failure.reasons):
            raise
    doubting = {**about["trust"], "trust_hours": 0}
    return (yield from _on(Foundation(ctx, about["key"], needed, doubting, plan, pacing), answer["enable"]))


def _on(foundation: Foundation, needed_ids: Sequence[int]) -> Recipe[dict[str, Any]]:
    """If enabling fails, what the foundation remembers is in doubt, so that whoever needs it next asks Azure again."""
    ctx, plan = foundation.ctx, foundation.plan
    ctx.set_custom_status({"step": "foundation"})
    yield from foundation.prepare()
    ctx.set_custom_status({"step": "enable"})
    ids = [foundation.ids[foundation.needed[position].key] for position in needed_ids]
    try:
        item = yield from ensure_told(
            ctx, Call("enable_protection", {**plan, "ids": ids}), foundation.pacing, last=True
        )
    except StepFailed:
        foundation.doubt()
        raise
    return item
