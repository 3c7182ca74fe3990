"""Which VMs can be protected, as a list shows it. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from asr.model.decision import Action, Decision
from asr.model.outcome import Reason, State
from asr.model.resource_id import parse
from asr.model.vm_facts import ProtectedItem
from asr.planning.fleet_state import Condition, FleetState, is_ours
from asr.planning.homes import copy_of
from asr.reporting.answers import protectable as answers
from asr.reporting.answers.protectable import Protectability
from asr.reporting.outcome import reasons_shown

_OF_STATE = {
    FleetState.FAILED: Protectability.NOT_PROTECTABLE,
    FleetState.ORPHANED: Protectability.ORPHANED,
    FleetState.FAILED_OVER: Protectability.FAILED_OVER,
}

_MADE = frozenset({"MadeByFailover", "RecoveredVmLeft", "LeftByFailover"})
"""Reasons that say whose copy a VM is."""

_OF_OUTCOME = {State.PROTECTED: Protectability.PROTECTED, State.ALREADY_PROTECTED: Protectability.ALREADY_PROTECTED}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One VM with the item that is known and how it stands by that, or else with the decision that asking for it would
    get.
    """

    vm_id: str
    location: str
    tag: str | None
    item: ProtectedItem | None = None
    condition: Condition | None = None
    decision: Decision | None = None

    @property
    def state(self) -> Protectability:
        """By the item, as the fleet tells it, else by the decision: an item may be in a vault that no list showed. One
        that failed protects nothing.
        """
        if self.item is not None and self.condition is not None:
            ours = is_ours(self.item, self.vm_id)
            protected = Protectability.PROTECTED if ours else Protectability.ALREADY_PROTECTED
            return _OF_STATE.get(self.condition.state, protected)
        if self.decision is None or self.decision.action is Action.PROTECT:
            return Protectability.PROTECTABLE
        outcome = self.decision.outcome
        if outcome is not None and any(one.code == "FailedOver" for one in outcome.reasons):
            return Protectability.FAILED_OVER
        if outcome is None or outcome.item_id is not None:
            return _OF_OUTCOME.get(outcome.state, Protectability.PROTECTED) if outcome else Protectability.PROTECTED
        return Protectability.NOT_PROTECTABLE

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All that stands against it, and all that is noticed about it."""
        if self.condition is not None:
            return self.condition.reasons
        if self.decision is None:
            return ()
        return self.decision.outcome.reasons if self.decision.outcome else self.decision.warnings


def listing(
    candidates: Sequence[Candidate], total: int, continuation: str | None, tag_prefix: str
) -> answers.Protectable:
    """The answer of GET /api/protectable. The summary is of this page; the sums of all pages are the scope's."""
    codes = (code for candidate in candidates for code in {reason.code for reason in candidate.reasons})
    return answers.Protectable(
        total=total,
        machines=[_row(candidate, tag_prefix) for candidate in candidates],
        summary=answers.ProtectableSummary(
            states=dict(Counter(candidate.state.value for candidate in candidates)), reasons=dict(Counter(codes))
        ),
        continuation=continuation,
    )


def _row(candidate: Candidate, tag_prefix: str) -> answers.ProtectableMachine:
    vm = parse(candidate.vm_id)
    return answers.ProtectableMachine(
        vm_id=candidate.vm_id,
        name=vm.name,
        resource_group=vm.resource_group,
        region=candidate.location,
        tag=candidate.tag,
        state=candidate.state,
        copy_of=copy_of(next((one for one in candidate.reasons if one.code in _MADE), None)),
        item_id=candidate.item.id if candidate.item else None,
        item_state=candidate.item.state if candidate.item else None,
        reasons=reasons_shown(candidate.reasons, tag_prefix),
    )
