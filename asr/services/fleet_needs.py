"""Which runs a sweep asks for: of VMs that are not as they should be, and of protections whose time has come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asr.model.ending import Ending
from asr.model.fleet import FleetRow
from asr.model.resource_id import key
from asr.model.run import CONVERGE, UNPROTECT, Choices, SweepFinding, VmState
from asr.planning.lifecycle import is_needed
from asr.planning.readings import VmReading
from asr.planning.sweep import finding_of, finding_of_ending, is_at_rest, to_fix


@dataclass(frozen=True, slots=True)
class Needed:
    """A VM that a run of this kind is needed for, what the sweep found, and the choices of the request by name that
    stands.
    """

    vm_id: str
    finding: SweepFinding
    choices: Choices | None = None
    kind: str = CONVERGE


def needed_of(read: VmReading, row: FleetRow, at: str) -> Needed | None:
    """The run that the VM of a row needs, if it needs one."""
    finding = finding_of(row)
    if finding is None or ((read.state is None or read.state.last is None) and is_at_rest(row)):
        return None
    counts = row.named is not None and (not row.named.fulfilled or to_fix(row))
    standing = row.named if finding.by_name and counts else None
    if not is_needed(read.state or VmState(row.vm_id), finding, at, named=standing is not None):
        return None
    return Needed(row.vm_id, finding, Choices(standing.profile, standing.overrides) if standing else None)


def needed_to_end(
    endings: Mapping[str, Ending], states: Mapping[str, VmState], rows: Iterable[FleetRow], at: str
) -> tuple[Needed, ...]:
    """The runs that endings need: those whose time has come, and those of VMs in no page (`rows`) that begin to end."""
    found: list[Needed] = []
    for place, ending in endings.items():
        finding = finding_of_ending(ending, at)
        state = states.get(place) or VmState(ending.vm_id)
        if finding is not None and is_needed(state, finding, at):
            found.append(Needed(ending.vm_id, finding, kind=UNPROTECT))
    due = {key(one.vm_id) for one in found}
    for row in rows:
        read_state = states.get(key(row.vm_id)) or VmState(row.vm_id)
        finding = finding_of(row) if key(row.vm_id) not in due else None
        if finding is not None and row.machine is None and is_needed(read_state, finding, at):
            found.append(Needed(row.vm_id, finding))
    return tuple(found)
