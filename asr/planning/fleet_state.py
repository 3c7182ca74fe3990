"""How a VM stands: the one function behind the fleet, the status of one VM, the protectable VMs and the summary. Pure.

A protected item names its VM by an id that a new VM may take over, so items are matched to VMs by the VM's GUID and by
disks, and not by the id alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from asr.model.ending import Ending, EndStage
from asr.model.fleet import STANDARD, Machine, MachineDisk
from asr.model.objective import RpoRecord
from asr.model.outcome import Outcome, Reason, State
from asr.model.request import SeenVm
from asr.model.resource_id import key, same
from asr.model.vm_facts import ProtectedItem, VirtualMachine
from asr.planning.grace import grace_reason
from asr.planning.naming import item_name
from asr.planning.objectives import breach, standstill
from asr.planning.replicated_disks import disk_reasons, keys, os_disk_replaced, told_errors
from asr.planning.states import DISABLING_STATES, Phase, phase, verbatim
from asr.reasons import reason


class FleetState(StrEnum):
    """How a VM stands. The words are those of the HTTP API.

    `PENDING`: asked for, and no run has told yet. `UNHEALTHY`: protected, but it could not be failed over as it should.
    `ORPHANED`: the item's VM is gone, or is another one now. `UNASKED`: our item, and nobody is known to have asked.
    `GRACE`: asked to end, and waiting. `WAITING`: something outside has to happen first.
    """

    PROTECTED = "protected"
    ENABLING = "enabling"
    PENDING = "pending"
    REFUSED = "refused"
    FAILED = "failed"
    UNHEALTHY = "unhealthy"
    ORPHANED = "orphaned"
    FAILED_OVER = "failed_over"
    GRACE = "grace"
    WAITING = "waiting"
    DISABLING = "disabling"
    UNASKED = "unasked"
    NOT_REQUESTED = "not_requested"
    UNPROTECTED = "unprotected"


PROTECTING = frozenset({FleetState.PROTECTED, FleetState.UNHEALTHY, FleetState.UNASKED})
"""States in which the VM's disks are replicated. After a failover nothing is until it is reprotected."""

CRITICAL = "critical"
"""Site Recovery's word, in lower case, for a replication that does not go on as it should."""

_OF_OUTCOME: Mapping[State, FleetState] = {
    State.REFUSED: FleetState.REFUSED,
    State.FAILED: FleetState.FAILED,
    State.ENABLING: FleetState.ENABLING,
    State.WAITING: FleetState.WAITING,
}
"""How a VM without an item stands that is asked for, by its last outcome; after any other it is pending."""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that tells how a VM stands.

    `machine` is None when the VM does not exist. `asks`: its tags ask, or a request by name stands. `asked_before`:
    somebody is known to have asked, now or earlier. `seen` is the VM that the item was made for, or was first seen
    with. `outcome` is that of the last run. `ending` is remembered of a protection that is to end. `stuck_since`:
    initial replication has not moved since then, which is too long. `made_by` says that a failover made
    the VM, so that it is no VM of its own.
    """

    vm_id: str
    machine: Machine | None
    item: ProtectedItem | None
    asks: bool = False
    asked_before: bool = False
    seen: SeenVm | None = None
    outcome: Outcome | None = None
    excluded_luns: tuple[int, ...] = ()
    ending: Ending | None = None
    stuck_since: str | None = None
    rpo: RpoRecord | None = None
    made_by: Reason | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """The state, and why it is no other one."""

    state: FleetState
    reasons: tuple[Reason, ...] = ()


def standing(about: Standing) -> Condition:
    """How the VM stands, by its item if it has one, else by what was asked and how the last run ended."""
    found = _without_item(about) if about.item is None else _with_item(about, about.item)
    return _with_ending(about.ending, found) if about.ending else found


def _with_ending(ending: Ending, found: Condition) -> Condition:
    """A protection that is to end. An orphan stays one, and it is said how long it does."""
    match ending.stage:
        case EndStage.ENDING:
            return Condition(FleetState.DISABLING, ending.reasons)
        case EndStage.WAITING:
            return Condition(FleetState.WAITING, ending.reasons)
    told = grace_reason(ending)
    if found.state is FleetState.ORPHANED:
        return Condition(found.state, (*found.reasons, told))
    return Condition(FleetState.GRACE, (told, *(one for one in found.reasons if one.code != "NobodyAsked")))


def seen_vm(machine: Machine, item: ProtectedItem | None = None) -> SeenVm:
    """What is remembered of a VM whose item this is, or, before there is one, is going to be."""
    luns = {key(disk.id): disk.lun for disk in machine.disks if disk.lun is not None}
    if item is None:
        return SeenVm(machine.guid, luns, security_type=machine.security_type)
    return SeenVm(machine.guid, luns, item.lifecycle_id, item.failed_over_at, machine.security_type)


def is_ours(item: ProtectedItem, vm_id: str) -> bool:
    """Whether this product made the item: its name follows from the VM's id."""
    return same(item.name, item_name(vm_id))


def _without_item(about: Standing) -> Condition:
    if about.made_by is not None:
        # Nobody asks for what a failover made: its tags are its source's. What is left of one needs somebody.
        asks = about.asks and about.made_by.code != "MadeByFailover"
        return Condition(FleetState.REFUSED if asks else FleetState.NOT_REQUESTED, (about.made_by,))
    if not about.asks or about.machine is None:
        if about.outcome is not None and about.outcome.state is State.UNPROTECTED:
            return Condition(FleetState.UNPROTECTED, about.outcome.reasons)
        return Condition(FleetState.NOT_REQUESTED)
    state = _OF_OUTCOME.get(about.outcome.state) if about.outcome else None
    if state is None or about.outcome is None:
        return Condition(FleetState.PENDING)
    return Condition(state, about.outcome.reasons)


def _with_item(about: Standing, item: ProtectedItem) -> Condition:
    if item.state in DISABLING_STATES:
        return Condition(FleetState.DISABLING)
    match phase(item.state):
        case Phase.FAILED_OVER:
            return Condition(FleetState.FAILED_OVER, (reason("FailedOver", state=item.state),))
        case Phase.FAILED:
            failed = reason("ReplicationFailed", state=item.state)
            return Condition(FleetState.FAILED, (failed, *map(verbatim, item.health_errors)))
        case at:
            return _with_living_item(about, item, protected=at is Phase.PROTECTED)


def _with_living_item(about: Standing, item: ProtectedItem, *, protected: bool) -> Condition:
    if about.machine is None and item.is_home:
        return Condition(FleetState.ORPHANED, (reason("ProtectedVmGone", item=item.id),))
    if about.machine is not None and is_another(about.machine, item, about.seen):
        return Condition(FleetState.ORPHANED, (reason("ProtectedVmReplaced", item=item.id),))
    away = side_reasons(item)
    if not protected:
        stuck = standstill(item, about.stuck_since)
        state = FleetState.UNHEALTHY if stuck else FleetState.ENABLING
        return Condition(state, (*away, *stuck, *map(verbatim, item.health_errors)))
    present = about.machine.disks if about.machine and item.is_home else ()
    disks = tuple(disk_reasons(present, item, about.excluded_luns, about.seen)) if item.is_home else ()
    unasked = () if about.asked_before or not is_ours(item, about.vm_id) else (reason("NobodyAsked", item=item.id),)
    noticed = (*away, *breach(about.rpo), *disks)
    errors = tuple(map(verbatim, told_errors(present, item, about.excluded_luns)))
    swapped = os_disk_replaced(present, item)
    if swapped or item.health.lower() == CRITICAL:
        return Condition(FleetState.UNHEALTHY, (*errors, *noticed, *unasked))
    state = FleetState.UNASKED if unasked else FleetState.PROTECTED
    return Condition(state, (*unasked, *errors, *noticed))


def side_reasons(item: ProtectedItem) -> tuple[Reason, ...]:
    """That the VM runs on the recovery side and is replicated home, if it is so."""
    if item.is_home:
        return ()
    where, home = item.source_region or "", item.home_region or ""
    return (reason("RunsOnRecoverySide", vm=item.running_vm_id, region=where, home=home),)


def is_another(machine: Machine, item: ProtectedItem, seen: SeenVm | None) -> bool:
    """Whether the VM is not the one that the item protects: another GUID, or where none is known, none of its disks.

    While its VM runs on the recovery side the item protects what a failover made, and not what stands at home.
    """
    if not item.is_home:
        return False
    if seen is not None and seen.guid is not None and machine.guid is not None:
        return not same(seen.guid, machine.guid)
    present, replicated = keys(disk.id for disk in machine.disks), keys(item.disk_ids)
    return bool(present) and bool(replicated) and not present & replicated


def machine_of(vm: VirtualMachine, prefix: str = "") -> Machine:
    """A VM that was read alone, in the form in which the fleet is read: of its tags those with this prefix."""
    return Machine(
        id=vm.id,
        location=vm.location,
        guid=vm.guid,
        size=vm.size,
        power_state=vm.power_state,
        tags={name: value for name, value in vm.tags.items() if name.lower().startswith(prefix.lower())},
        disks=(
            *(MachineDisk(disk.id, disk.lun, disk.write_accelerator) for disk in vm.managed_disks),
            *(MachineDisk(disk.uri, disk.lun) for disk in vm.unmanaged_disks),
        ),
        security_type=vm.security_type or STANDARD,
        generation=vm.generation,
    )
