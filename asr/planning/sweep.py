"""Which VMs of a fleet a sweep asks to be looked at, and what it expects of them. Pure."""

import json
from collections.abc import Mapping
from dataclasses import replace

from asr.model.drift import DriftDecision
from asr.model.ending import EndCause, Ending, EndStage
from asr.model.fleet import FleetRow, Machine
from asr.model.outcome import State
from asr.model.run import SweepFinding
from asr.planning.fleet_rows import condition_of
from asr.planning.fleet_state import FleetState, is_ours
from asr.planning.grace import begins_anew, is_due
from asr.planning.naming import digest
from asr.planning.states import Phase, phase

_EXPECTED: Mapping[Phase, tuple[str, ...]] = {
    Phase.ENABLING: (State.ENABLING, State.ALREADY_PROTECTED),
    Phase.PROTECTED: (State.PROTECTED, State.ALREADY_PROTECTED),
    Phase.FAILED_OVER: (State.ALREADY_PROTECTED,),
    Phase.FAILED: (State.FAILED,),
}
"""What the last outcome is of a VM whose item is in this phase and about which nothing has to be done.

A failed item does not go on by itself, so it is told once, and again when its state has changed; one that never
replicated is made anew, time after time.
"""


def finding_of(row: FleetRow) -> SweepFinding | None:
    """What the sweep found about a VM that a run may be needed for; None for one that needs none.

    A VM that asks for protection and has no item needs a run whatever its last outcome was: what refused it may have
    been mended without an event, for example by starting it. One that a failover made is never protected by itself. Of
    those that do not ask by a tag, only VMs that somebody asked for by name, and VMs with an item of our making, are
    told.
    """
    if row.ending is not None:
        return SweepFinding(fingerprint=_of_ending(row.ending)) if is_kept(row) else None
    if begins_to_end(row) and not row.tagged:
        mark = fingerprint(row.machine) if row.machine else None
        return SweepFinding((State.GRACE, State.NOT_REQUESTED, State.REFUSED), fingerprint=mark)
    if row.machine is None or row.made_by is not None:
        return None
    expects: tuple[str, ...] = ()
    if row.item is not None:
        another = condition_of(row).state is FleetState.ORPHANED
        expects = (State.REFUSED,) if another else _EXPECTED[phase(row.item.state)]
        if to_fix(row) or begins_anew(row.item, row.vm_id):
            expects = ()  # whatever the last run said: what it failed to put right is put off by its outcome
    if row.tagged:
        return SweepFinding(expects, fingerprint=fingerprint(row.machine))
    if row.asks or (row.item is not None and is_ours(row.item, row.vm_id)):
        return SweepFinding(expects, by_name=True, fingerprint=fingerprint(row.machine))
    return None


def begins_to_end(row: FleetRow) -> bool:
    """Whether nobody asks any more for what the row's item protects, so that a run is to find out whether it ends."""
    if row.item is None or row.ending is not None or not is_ours(row.item, row.vm_id):
        return False
    if phase(row.item.state) is Phase.FAILED_OVER or not row.item.is_home:
        return False
    if row.machine is None or condition_of(row).state is FleetState.ORPHANED:
        return row.item.failed_over_at is None
    return not row.asks and row.tag_seen


def is_kept(row: FleetRow) -> bool:
    """Whether an end that has not begun yet is off: the VM asks again, or is the one that was protected after all."""
    ending = row.ending
    if ending is None or ending.stage is EndStage.ENDING or row.machine is None:
        return False
    if ending.cause in (EndCause.UNTAGGED, EndCause.ASKED):
        return row.tagged
    return condition_of(replace(row, ending=None)).state is not FleetState.ORPHANED


def finding_of_ending(ending: Ending, at: str) -> SweepFinding | None:
    """What the sweep found about a protection that is to end; None: its time has not come.

    The fingerprint is no VM's: that a look at the VM was put off puts off no ending.
    """
    return SweepFinding(fingerprint=_of_ending(ending)) if is_due(ending, at) else None


def _of_ending(ending: Ending) -> str:
    return digest(f"{ending.stage} {ending.since} {ending.deadline}", 8)


def is_at_rest(row: FleetRow) -> bool:
    """Whether the VM's item needs no run, whatever runs have said: it protects, or people are at work with it.

    So a task hub that knows nothing is not filled with runs that find nothing to do.
    """
    if row.item is None or phase(row.item.state) is Phase.FAILED or begins_to_end(row) or is_kept(row):
        return False
    return not to_fix(row)


def to_fix(row: FleetRow) -> bool:
    """Whether a run is to put something right about the VM's item, or to complete it."""
    ready = row.item is not None and row.item.is_protected
    return ready and any(drift.decision is DriftDecision.FIX for drift in row.drifts)


def fingerprint(machine: Machine) -> str:
    """A digest of what could make a refused VM possible: where it is another one, a run is not put off."""
    disks = [(disk.id.lower(), disk.lun) for disk in machine.disks]
    return digest(json.dumps([machine.guid, machine.size, machine.power_state, disks, sorted(machine.tags.items())]), 8)
