"""The fleet as a list shows it: one row a VM. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from asr.model.resource_id import key, parse
from asr.model.run import VmState
from asr.model.vm_facts import ProtectedItem
from asr.planning.fleet_state import FleetState
from asr.planning.states import Phase, phase
from asr.planning.sweep import NOT_WANTED
from asr.reporting.answers import protections as answers
from asr.reporting.outcome import outcome_of

_OF_PHASE: Mapping[Phase, FleetState] = {
    Phase.PROTECTED: FleetState.PROTECTED,
    Phase.ENABLING: FleetState.ENABLING,
    Phase.FAILED: FleetState.FAILED,
    Phase.FAILED_OVER: FleetState.FAILED_OVER,
}

_OF_OUTCOME: Mapping[str, FleetState] = {"refused": FleetState.REFUSED, "failed": FleetState.FAILED}


@dataclass(frozen=True, slots=True)
class Member:
    """One VM: what lists say of it, its item, and what its entity knows. `tag` is the value of the protect tag.

    A VM that does not `exist` any more still counts while a vault protects it: that costs money, and may be all there
    is to bring it back from.
    """

    vm_id: str
    location: str
    tag: str | None
    item: ProtectedItem | None
    known: VmState | None
    exists: bool = True

    @property
    def state(self) -> FleetState:
        """See `FleetState`."""
        if self.item is not None:
            return _OF_PHASE[phase(self.item.state)]
        last = (self.known.last if self.known else None) or {}
        asked_for = self.tag is not None and self.tag.strip().lower() not in NOT_WANTED
        return _OF_OUTCOME.get(str(last.get("state")), FleetState.PENDING if asked_for else FleetState.NOT_REQUESTED)

    @property
    def belongs(self) -> bool:
        """Whether the fleet's list shows it: a tag asks for it, or it is protected, or somebody asked by name."""
        return self.item is not None or self.known is not None or self.state is not FleetState.NOT_REQUESTED


def selected(members: Iterable[Member], state: FleetState | None, region: str | None) -> tuple[Member, ...]:
    """The fleet's members in this state and this source region; None selects all."""
    return tuple(
        member
        for member in members
        if member.belongs and (state is None or member.state is state) and (region is None or member.location == region)
    )


def orphans(
    items: Iterable[ProtectedItem],
    present: Collection[str],
    subscriptions: Collection[str],
    states: Mapping[str, VmState],
) -> tuple[Member, ...]:
    """Members for the items whose VM is not among those that are present, by compared ids; of these subscriptions."""
    return tuple(
        Member(item.vm_id, item.source_region or "", None, item, states.get(key(item.vm_id)), exists=False)
        for item in items
        if key(item.vm_id) not in present and _subscription(item.vm_id) in subscriptions
    )


def _subscription(vm_id: str) -> str | None:
    try:
        return parse(vm_id).subscription.lower()
    except ValueError:
        return None


def by_vm(items: Iterable[ProtectedItem]) -> Mapping[str, ProtectedItem]:
    """Items by the compared form of their VM's id."""
    return {key(item.vm_id): item for item in items}


def row(member: Member, tag_prefix: str) -> answers.FleetRow:
    """One row of GET /api/protections."""
    item, known = member.item, member.known
    outcome = outcome_of(known.last if known else None, tag_prefix)
    return answers.FleetRow(
        vm_id=member.vm_id,
        name=parse(member.vm_id).name,
        resource_group=parse(member.vm_id).resource_group,
        region=member.location,
        exists=member.exists,
        tag=member.tag,
        state=member.state,
        reasons=outcome.reasons if outcome else [],
        recovery_region=item.recovery_region if item else None,
        item_id=item.id if item else None,
        item_state=item.state if item else None,
        health=item.health if item else None,
        rpo_seconds=item.rpo_seconds if item else None,
        percent=item.percent if item else None,
        active_run=known.active.run if known and known.active else None,
        last_outcome=outcome.state if outcome else None,
    )
