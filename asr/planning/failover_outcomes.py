"""What runs that fail over report. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asr.model.failover import FailoverAction, FailoverPlan
from asr.model.outcome import Outcome, Reason, State
from asr.model.vm_facts import ProtectedItem
from asr.planning.failover import FROM_A_POINT, loss_seconds
from asr.planning.outcomes import bounded, plain
from asr.planning.source import is_stopped

_STATES = {
    FailoverAction.TEST: State.PROTECTED,
    FailoverAction.CLEAN_UP: State.PROTECTED,
    FailoverAction.CANCEL: State.PROTECTED,
    FailoverAction.REMOVE_LEFT: State.PROTECTED,
    FailoverAction.REPROTECT: State.ENABLING,
    FailoverAction.FAIL_BACK: State.FAILED_OVER,
    FailoverAction.PLANNED: State.FAILED_OVER,
    FailoverAction.UNPLANNED: State.FAILED_OVER,
    FailoverAction.CHANGE_POINT: State.FAILED_OVER,
    FailoverAction.COMMIT: State.FAILED_OVER,
}
"""How the VM stands after each: a test leaves it protected, a reprotection begins to replicate it anew."""


@dataclass(frozen=True, slots=True)
class After:
    """What is found out when an action was carried out: what is to be said, the time of the recovery point that the VM
    came up from, and the power state of the source as it was read then; None: it was not, or could not be read.
    """

    reasons: tuple[Reason, ...] = ()
    point_at: str | None = None
    source_power: str | None = None


def carried_out(plan: FailoverPlan, item: ProtectedItem, after: After, began_at: str) -> dict[str, Any]:
    """The outcome of an action that was carried out.

    What is lost is measured from when the action began, which is ISO 8601 in UTC.
    """
    facts: dict[str, Any] = {
        "action": plan.action.value,
        "vm": item.test_vm_id if plan.action is FailoverAction.TEST else item.recovered_vm_id,
    }
    if plan.action in FROM_A_POINT:
        facts |= {"point": after.point_at, "lost_seconds": loss_seconds(after.point_at, began_at)}
    facts |= {"source_power": after.source_power, "source_stopped": is_stopped(after.source_power)}
    told = {"failover": {name: value for name, value in facts.items() if value is not None}}
    return plain(bounded(Outcome(_STATES[plan.action], after.reasons, item.id, told)))


def refused(reasons: Iterable[Reason], item_id: str | None) -> dict[str, Any]:
    """The outcome of an action that the item's state, or what it was asked with, does not allow."""
    return plain(bounded(Outcome(State.REFUSED, tuple(reasons), item_id)))
