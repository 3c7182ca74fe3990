"""The rows of a fleet's snapshot: what was read of one VM, joined. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pydantic import ValidationError

from asr.codec import decode
from asr.model.drift import Drift
from asr.model.fleet import FleetRow
from asr.model.objective import RpoRecord
from asr.model.outcome import Outcome
from asr.model.request import NamedRequest, SeenVm
from asr.model.resource_id import key, same
from asr.model.run import VmState
from asr.model.vm_facts import ProtectedItem
from asr.planning.contest import contested, reverted
from asr.planning.drift import drifts, left_out
from asr.planning.drift_table import shared_choices
from asr.planning.fleet_state import Condition, Standing, is_ours, standing
from asr.planning.homes import seen_with
from asr.planning.objectives import measured
from asr.planning.readings import ItemReading, VmReading
from asr.planning.slim import noted, slim
from asr.planning.states import Phase, phase
from asr.planning.verification import configuration


def row_of(read: VmReading) -> FleetRow:
    """The VM's row."""
    about = read.item
    item = about.item if about else None
    before = read.before if read.before and read.before.item and item else None
    seen = None
    if item is not None:
        enabled = read.remembered.enabled if read.remembered and is_ours(item, read.vm_id) else None
        seen = seen_with(item, read.machine, before.seen if before else None, enabled)
    found = _drifts(read, before, seen)
    last = read.state.last or {} if read.state else {}
    known = reverted(before, found, outcome_of(last), str(last.get("at") or ""), about.at) if about else {}
    row = FleetRow(
        vm_id=read.machine.id if read.machine else read.vm_id,
        region=_region(read, item),
        machine=read.machine,
        item=slim(item) if item else None,
        item_at=about.at if about else None,
        item_since=_since(before, about),
        tagged=read.tagged,
        asked_before=read.tagged or read.is_remembered,
        named=_named(read),
        seen=seen,
        excluded_luns=left_out(read.request),
        profile=read.request.profile.name if read.request.profile else None,
        stuck=_is_stuck(read, before),
        rpo=_objective(read, before),
        drifts=_drifts(read, before, seen, contested(known)) if contested(known) else found,
        reverted=known,
        contested=contested(known),
        tag_seen=_tag_seen(read),
        ending=noted(read.ending) if read.ending else None,
        made_by=read.made_by if item is None else None,
        shared=shared_choices(read.request) if read.request.requested else "",
        alone=is_alone(read),
        configuration=configuration(read.machine, item, read.request),
    )
    return with_state(row, read.state)


def with_state(row: FleetRow, state: VmState | None) -> FleetRow:
    """The row with what the VM's entity knows."""
    if state is None:
        return row
    last = state.last or {}
    at = last.get("at")
    told = row.item is None or (state.item_id is not None and same(state.item_id, row.item.id))
    return replace(
        row,
        awaited=state.active is not None and not told,
        runs=state.count,
        active=state.active.run if state.active else None,
        outcome=outcome_of(last),
        outcome_at=at if isinstance(at, str) else None,
    )


def kept(before: FleetRow, state: VmState | None) -> FleetRow:
    """The row of a VM of which nothing could be read this time: it stands, but for what the entity knows."""
    return with_state(before, state)


def belongs(row: FleetRow) -> bool:
    """Whether the fleet shows the VM: somebody asks for it, a vault protects it, or a fail-back left it."""
    left = row.made_by is not None and row.made_by.code == "RecoveredVmLeft"
    return row.asks or row.item is not None or row.ending is not None or left


def condition_of(row: FleetRow) -> Condition:
    """How the VM of a row stands."""
    return standing(
        Standing(
            row.vm_id,
            row.machine,
            row.item,
            asks=row.asks,
            asked_before=row.asked_before,
            seen=row.seen,
            outcome=row.outcome,
            excluded_luns=row.excluded_luns,
            ending=row.ending,
            stuck_since=row.item_since if row.stuck else None,
            rpo=row.rpo,
            made_by=row.made_by,
        )
    )


@dataclass(frozen=True, slots=True)
class Member:
    """A row with how its VM stands. `place` is the compared form of the VM's id, by which members are ordered."""

    place: str
    row: FleetRow
    condition: Condition


def member_of(row: FleetRow) -> Member:
    """The row with how its VM stands."""
    return Member(key(row.vm_id), row, condition_of(row))


def outcome_of(last: Mapping[str, object]) -> Outcome | None:
    """The outcome that an entity recorded; None when there is none, or another version wrote it."""
    try:
        return decode(Outcome, last) if last else None
    except ValidationError:
        return None


def needs_record(read: VmReading) -> bool:
    """Whether the record of who asked has to be read: only what changed since the last snapshot can have changed it."""
    if not read.is_remembered:
        return False
    before = read.before
    if before is None or (read.state.count if read.state else 0) != before.runs:
        return True
    unseen = read.item is not None and (before.item is None or before.seen is None)
    freed = before.made_by is not None and read.made_by is None
    return unseen or freed or (before.named is None and not read.tagged)


def is_left_anew(read: VmReading) -> bool:
    """Whether the VM, whose tags ask, was not known yet as one that a failover made and left."""
    before = read.before
    if read.made_by is None or read.machine is None or not read.tagged:
        return False
    known = before is not None and before.made_by == read.made_by and before.machine is not None
    return not known or before is None or before.machine is None or before.machine.guid != read.machine.guid


def _drifts(
    read: VmReading, before: FleetRow | None, seen: SeenVm | None, theirs: frozenset[str] = frozenset()
) -> tuple[Drift, ...]:
    """Of an item that could not be read again nothing new is known."""
    if read.machine is None or read.item is None:
        return ()
    if before is not None and before.item_at == read.item.at:
        return before.drifts
    about = read.item
    return drifts(read.machine, read.request, about.item, replace(about.around, alone=is_alone(read)), seen, theirs)


def is_alone(read: VmReading) -> bool:
    """Whether only VMs of ours that ask for the same share policy and container mapping with the VM."""
    return read.item is not None and read.request.requested and read.item.shared == shared_choices(read.request)


def _tag_seen(read: VmReading) -> bool:
    """Whether the VM's tags were seen to ask, now or before: only then does their absence mean anything."""
    if read.tagged:
        return True
    if read.remembered is not None:
        return read.remembered.by_tag is not None
    return read.is_remembered and read.before is not None and read.before.tag_seen


def _named(read: VmReading) -> NamedRequest | None:
    if read.remembered is not None:
        return read.remembered.by_name
    return read.before.named if read.before and read.is_remembered else None


def _since(before: FleetRow | None, about: ItemReading | None) -> str | None:
    if about is None:
        return None
    if before is not None and before.item is not None and before.item_since is not None:
        return before.item_since if _progress(before.item) == _progress(about.item) else about.at
    return about.at


def _progress(item: ProtectedItem) -> tuple[object, ...]:
    return key(item.id), item.state, item.percent, item.pending_mb


def _is_stuck(read: VmReading, before: FleetRow | None) -> bool:
    """Whether initial replication goes on, and has not moved for too long."""
    about, since = read.item, _since(before, read.item)
    if about is None or since is None or phase(about.item.state) is not Phase.ENABLING:
        return False
    return datetime.fromisoformat(about.at) - datetime.fromisoformat(since) >= timedelta(hours=read.stuck_hours)


def _objective(read: VmReading, before: FleetRow | None) -> RpoRecord | None:
    """How the objective stands; of an item that could not be read again, as it was."""
    about, minutes, known = read.item, read.request.options.rpo_minutes, before.rpo if before else None
    if about is None or not minutes or not about.item.is_protected:
        return None
    if before is not None and before.item_at == about.at:
        return known
    return measured(about.item, minutes, about.at, read.newest_point, known)


def _region(read: VmReading, item: ProtectedItem | None) -> str:
    if read.machine is not None:
        return read.machine.location
    return (item.source_region if item else None) or (read.before.region if read.before else "")
