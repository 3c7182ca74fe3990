"""Which VMs of a fleet a sweep asks about, and what it expects of them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from asr.model.outcome import State
from asr.model.resource_id import key, same
from asr.model.run import SweepFinding
from asr.model.vm_facts import ProtectedItem
from asr.planning.naming import item_name, vm_key
from asr.planning.states import Phase, phase

NOT_WANTED = frozenset({"", "false"})
"""Values of the protect tag that ask for nothing."""


NO_FINGERPRINTS: Mapping[str, str] = {}

_EXPECTED: Mapping[Phase, tuple[str, ...]] = {
    Phase.ENABLING: (State.ENABLING, State.ALREADY_PROTECTED),
    Phase.PROTECTED: (State.PROTECTED, State.ALREADY_PROTECTED),
    Phase.FAILED_OVER: (State.ALREADY_PROTECTED,),
    Phase.FAILED: (State.FAILED,),
}
"""What the last outcome is of a VM whose item is in this phase and about which nothing has to be done.

A failed item does not go on by itself, so it is told once, and again when its state has changed.
"""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a sweep found about one VM."""

    vm_id: str
    vm_key: str
    finding: SweepFinding


def expectations(
    machines: Mapping[str, str], items: Iterable[ProtectedItem], fingerprints: Mapping[str, str] = NO_FINGERPRINTS
) -> tuple[Expected, ...]:
    """For each VM that a run may be needed for, what its last outcome is if nothing has to be done.

    `machines` is the value of the protect tag by VM id, empty for a VM without the tag; `fingerprints` are digests of
    what could make a refused VM possible, by VM id: where it is another one, a run is not put off.
    A VM that asks for protection and has no protected item needs a run whatever its last outcome was: what refused it
    may have been mended without an event, for example by starting it. One that a failover made stays refused. Of those
    that do not ask, only VMs with an item of our making are told.
    """
    listed = tuple(items)
    by_vm = {key(item.vm_id): item for item in listed}
    recovered = {key(id_) for item in listed for id_ in item.recovered_vm_ids}
    found = (
        _expected(
            vm_id,
            value,
            by_vm.get(key(vm_id)),
            SweepFinding((State.REFUSED,) if key(vm_id) in recovered else (), fingerprint=fingerprints.get(vm_id)),
        )
        for vm_id, value in machines.items()
    )
    return tuple(one for one in found if one)


def _expected(vm_id: str, value: str, item: ProtectedItem | None, found: SweepFinding) -> Expected | None:
    if item is not None:
        found = replace(found, expects=_EXPECTED[phase(item.state)])
    if value.strip().lower() not in NOT_WANTED:
        return Expected(vm_id, vm_key(vm_id), found)
    if item is None or not same(item.name, item_name(vm_id)):
        return None
    return Expected(vm_id, vm_key(vm_id), replace(found, by_name=True))
