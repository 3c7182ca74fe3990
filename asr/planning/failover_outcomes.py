"""What runs that fail over report. Pure."""

from collections.abc import Iterable
from typing import Any

from asr.model.failover import FailoverAction, FailoverPlan
from asr.model.outcome import Outcome, Reason, State
from asr.model.vm_facts import ProtectedItem
from asr.planning.failover import FROM_A_POINT, loss_seconds
from asr.planning.outcomes import bounded, plain

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


def carried_out(
    plan: FailoverPlan, item: ProtectedItem, reasons: Iterable[Reason], point_at: str | None, began_at: str
) -> dict[str, Any]:
    """The outcome of an action that was carried out, from the point of `point_at` if it took one.

    What is lost is measured from when the action began, which is ISO 8601 in UTC.
    """
    facts: dict[str, Any] = {
        "action": plan.action.value,
        "vm": item.test_vm_id if plan.action is FailoverAction.TEST else item.recovered_vm_id,
    }
    if plan.action in FROM_A_POINT:
        facts |= {"point": point_at, "lost_seconds": loss_seconds(point_at, began_at)}
    told = {"failover": {name: value for name, value in facts.items() if value is not None}}
    return plain(bounded(Outcome(_STATES[plan.action], tuple(reasons), item.id, told)))


def refused(reasons: Iterable[Reason], item_id: str | None) -> dict[str, Any]:
    """The outcome of an action that the item's state, or what it was asked with, does not allow."""
    return plain(bounded(Outcome(State.REFUSED, tuple(reasons), item_id)))
