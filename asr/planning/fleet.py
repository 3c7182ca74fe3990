"""Which VMs of a fleet a sweep asks about, and what it expects of them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asr.model.facts import ProtectedItem
from asr.model.outcome import State
from asr.planning.naming import vm_key
from asr.planning.states import Phase, phase
from asr.resource_id import key

NOT_WANTED = frozenset({"", "false"})
"""Values of the protect tag that ask for nothing."""


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
    """What a sweep found about one VM. A run is needed unless its last outcome is one of these states."""

    vm_id: str
    vm_key: str
    expects: tuple[str, ...]


def expectations(tagged: Mapping[str, str], items: Iterable[ProtectedItem]) -> tuple[Expected, ...]:
    """For each VM that asks for protection, what its last outcome is if nothing has to be done.

    `tagged` is the value of the protect tag by VM id. A VM without a protected item needs a run whatever its last
    outcome was: what refused it may have been mended without an event, for example by starting it.
    """
    by_vm = {key(item.vm_id): item for item in items}
    return tuple(
        Expected(vm_id, vm_key(vm_id), _states(by_vm.get(key(vm_id))))
        for vm_id, value in tagged.items()
        if value.strip().lower() not in NOT_WANTED
    )


def _states(item: ProtectedItem | None) -> tuple[str, ...]:
    if item is None:
        return ()
    return _EXPECTED[phase(item.state)]
