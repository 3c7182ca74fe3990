"""Which VMs of a fleet a sweep asks to be looked at, and what it expects of them. Pure."""

import json
from collections.abc import Mapping

from asr.model.fleet import FleetRow, Machine
from asr.model.outcome import State
from asr.model.run import SweepFinding
from asr.planning.fleet_rows import condition_of
from asr.planning.fleet_state import FleetState, is_ours
from asr.planning.naming import digest
from asr.planning.states import Phase, phase

COMPLETED = "testNetworkId"
"""The choice that a run writes once the item is Protected."""

_EXPECTED: Mapping[Phase, tuple[str, ...]] = {
    Phase.ENABLING: (State.ENABLING, State.ALREADY_PROTECTED),
    Phase.PROTECTED: (State.PROTECTED, State.ALREADY_PROTECTED),
    Phase.FAILED_OVER: (State.ALREADY_PROTECTED,),
    Phase.FAILED: (State.FAILED,),
}
"""What the last outcome is of a VM whose item is in this phase and about which nothing has to be done.

A failed item does not go on by itself, so it is told once, and again when its state has changed.
"""


def finding_of(row: FleetRow, *, recovered: bool) -> SweepFinding | None:
    """What the sweep found about a VM that a run may be needed for; None for one that needs none.

    A VM that asks for protection and has no item needs a run whatever its last outcome was: what refused it may have
    been mended without an event, for example by starting it. One that a failover made (`recovered`) stays refused. Of
    those that do not ask by a tag, only VMs that somebody asked for by name, and VMs with an item of our making, are
    told.
    """
    if row.machine is None:
        return None
    expects: tuple[str, ...] = (State.REFUSED,) if recovered else ()
    if row.item is not None:
        another = condition_of(row).state is FleetState.ORPHANED
        expects = (State.REFUSED,) if another else _EXPECTED[phase(row.item.state)]
    if row.tagged:
        return SweepFinding(expects, fingerprint=fingerprint(row.machine))
    if row.asks or (row.item is not None and is_ours(row.item, row.vm_id)):
        return SweepFinding(expects, by_name=True, fingerprint=fingerprint(row.machine))
    return None


def is_at_rest(row: FleetRow) -> bool:
    """Whether the VM's item needs no run, whatever runs have said: it protects, or people are at work with it.

    So a task hub that knows nothing is not filled with runs that find nothing to do. What a run completes of an item of
    ours, the test network, has to be as it was asked for.
    """
    if row.item is None or phase(row.item.state) is Phase.FAILED:
        return False
    return not (is_ours(row.item, row.vm_id) and any(drift.field == COMPLETED for drift in row.drifts))


def fingerprint(machine: Machine) -> str:
    """A digest of what could make a refused VM possible: where it is another one, a run is not put off."""
    disks = [(disk.id.lower(), disk.lun) for disk in machine.disks]
    return digest(json.dumps([machine.guid, machine.size, machine.power_state, disks, sorted(machine.tags.items())]), 8)
