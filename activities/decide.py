"""Gather and decide, in one activity: the decision is part of the history, so a redeploy cannot change it."""

from typing import Any

from azure.durable_functions import Blueprint

from activities.step import as_step
from asr.codec import decode, encode
from asr.gateway.session import connect
from asr.model.decision import Action, Decision, Needed
from asr.model.run import KINDS, Choices
from asr.planning.foundation import needed, requirements
from asr.planning.naming import digest
from asr.services.decide import explain

bp = Blueprint()


async def decide_protection(request: dict) -> dict:
    """Of `{"kind", "vm_id", "choices", "plan_hash"}`, the decision; for one that protects also the foundation."""
    azure = await connect()
    choices = decode(Choices, request["choices"]) if request["choices"] is not None else None
    by_name = KINDS[request["kind"]].is_command
    explained = await explain(azure, azure.settings, request["vm_id"], choices, by_name=by_name)
    decision = explained.decision
    answer: dict[str, Any] = {"status": "ready", "decision": encode(decision)}
    if decision.action is Action.PROTECT:
        hours = azure.settings.foundation_hours
        answer["foundation"] = _foundation(decision, 0 if request["plan_hash"] else hours, hours)
    return answer


def _foundation(decision: Decision, trust_hours: float, keep_hours: float) -> dict[str, Any]:
    """The key is hashed: an entity's key may not hold every character that a vault's id may.

    What runs that began at the same time ensure is trusted even at 0 hours, so it is ensured once.
    """
    plan = decision.plan
    if plan is None:
        message = "a decision to protect has a plan"
        raise AssertionError(message)
    found = requirements(plan)
    return {
        "key": digest(plan.foundation_key, 24),
        "trust": {"trust_hours": trust_hours, "keep_hours": keep_hours},
        "needed": encode(needed(found), tuple[Needed, ...]),
        "requests": {one.key: one.spec for one in found},
    }


bp.activity_trigger(input_name="request")(as_step(decide_protection))
