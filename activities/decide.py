"""Gather and decide, in one activity: the decision is part of the history, so a redeploy cannot change it."""

from dataclasses import replace
from typing import Any

from activities.step import as_steps
from asr.codec import decode, encode
from asr.gateway.session import Azure, connect
from asr.model.decision import Action, Decision, Needed, ProtectionPlan
from asr.model.item_change import CompletionPlan
from asr.model.outcome import Outcome, Reason, State
from asr.model.run import DRIFT, PROTECT, Choices
from asr.planning.completion_steps import steps_of
from asr.planning.foundation import enable_spec, needed, requirements
from asr.planning.grace import BEGINS_ANEW
from asr.planning.naming import digest
from asr.planning.outcomes import bounded, plain
from asr.services.decide import Explained, explain
from asr.services.grace import weigh_ending
from asr.services.known import note_completed, note_request
from asr.services.run_plans import keep_completion_plan, keep_run_plan


async def decide_protection(request: dict) -> dict:
    """Of `{"run", "kind", "vm_id", "choices", "plan_hash"}`, what is to be done: an action, and what that takes.

    The action `end` says that the protection is to end now; with `again` it is decided once more then. `outcome` is
    set when nothing is to be done. Else `plan` names the run's document in the store. To protect, `foundation` says
    what of which foundation is needed, and `enable` the positions of what enabling is given; to complete, `steps` are
    those of `asr.planning.completion_steps`.
    """
    azure = await connect()
    choices = decode(Choices, request["choices"]) if request["choices"] is not None else None
    by_name, trusting = request["kind"] == PROTECT, not request["plan_hash"]
    forced = request["kind"] == DRIFT
    settings, vm_id = azure.settings, request["vm_id"]
    explained = await explain(azure, settings, vm_id, choices, by_name=by_name, trusting=trusting, forced=forced)
    decision = explained.decision
    if explained.facts is not None:
        said = decision.outcome.reasons if decision.outcome else ()
        await note_request(azure, explained.facts.vm, said, enabling=decision.action is Action.PROTECT)
        if explained.facts.item is not None and _is_complete(explained):
            await note_completed(azure, vm_id, explained.facts.item)
    answer: dict[str, Any] = {"status": "ready", "action": decision.action.value}
    ends = await weigh_ending(azure, vm_id, explained, by_name=by_name)
    if ends is not None:
        said = decision.outcome.reasons if decision.outcome else ()
        again = {"again": True} if any(one.code == BEGINS_ANEW for one in said) else {}
        is_due = ends.state is State.UNPROTECTED
        return {**answer, "action": "end", **again} if is_due else _instead(answer, decision, ends)
    match decision.action:
        case Action.PROTECT if decision.plan is not None:
            plan, warnings = decision.plan, decision.warnings
            return answer | await _protecting(azure, request["run"], plan, warnings, trusting=trusting)
        case Action.COMPLETE if decision.completion is not None:
            return answer | await _completing(azure, request["run"], decision.completion)
        case _:
            return answer | {"outcome": plain(bounded(decision.outcome)) if decision.outcome else None}


def _instead(answer: dict[str, Any], decision: Decision, ends: Outcome) -> dict[str, Any]:
    """What is said because the protection is to end; a VM that is refused meanwhile is told why, too."""
    said = decision.outcome
    reasons = (*(said.reasons if said and said.state is ends.state else ()), *ends.reasons)
    outcome = replace(ends, reasons=reasons)
    return {**answer, "action": Action.LEAVE.value, "outcome": plain(bounded(outcome))}


def _is_complete(explained: Explained) -> bool:
    """Whether nothing is left to be written of an item of ours, and nobody knows so yet."""
    outcome, facts = explained.decision.outcome, explained.facts
    return outcome is not None and outcome.state is State.PROTECTED and facts is not None and not facts.completed


async def _completing(azure: Azure, run: str, plan: CompletionPlan) -> dict[str, Any]:
    return {"plan": await keep_completion_plan(azure, run, plan), "steps": [step for step, _ in steps_of(plan)]}


async def _protecting(
    azure: Azure, run: str, plan: ProtectionPlan, warnings: tuple[Reason, ...], *, trusting: bool
) -> dict[str, Any]:
    """The key is hashed: an entity's key may not hold every character that a vault's id may.

    What runs that began at the same time ensure is trusted even at 0 hours, so it is ensured once.
    """
    found, enable, hours = requirements(plan), enable_spec(plan), azure.settings.foundation_hours
    positions = {one.key: position for position, one in enumerate(found)}
    return {
        "plan": await keep_run_plan(azure, run, enable, warnings, found),
        "foundation": {
            "key": digest(plan.foundation_key, 24),
            "trust": {"trust_hours": hours if trusting else 0, "keep_hours": hours},
            "needed": encode(needed(found), tuple[Needed, ...]),
        },
        "enable": [positions[key] for key in enable.needs],
    }


ACTIVITIES = as_steps(decide_protection)
