"""Surroundings are remembered for seconds, and never for another machine than they were gathered for."""

from dataclasses import replace

import pytest

from asr.model.vm_facts import ProtectedItem, VirtualMachine, VmFacts
from asr.services.status import MOST_REMEMBERED, REMEMBERED_SECONDS, Recollection

VM = VirtualMachine(
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm",
    "vm",
    "eastasia",
    {"asr-protect": "true"},
    "Standard_D2s_v5",
    "Linux",
    "Succeeded",
    "running",
    (),
    (),
    (),
)
ITEM = ProtectedItem(
    "/i", "i", VM.id, "Protected", "Protected", "Normal", None, 30, None, None, None, None, None, (), ()
)
FACTS = VmFacts(VM, item=ITEM)


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_surroundings_come_back_with_the_item_of_now() -> None:
    """What a protected item says changes by the minute; what is around it does not."""
    recollection = Recollection(Clock())
    recollection.remember(VM, (), FACTS)
    later = replace(ITEM, rpo_seconds=90)

    facts = recollection.recall(VM, later, ())

    assert facts == replace(FACTS, item=later)


@pytest.mark.parametrize(
    ("vm", "item", "named"),
    [
        (replace(VM, power_state="deallocated"), ITEM, ()),
        (replace(VM, tags={}), ITEM, ()),
        (VM, None, ()),
        (VM, replace(ITEM, state="UnplannedFailoverCommitted"), ()),
        (VM, ITEM, (("virtual_network", "/n"),)),
    ],
)
def test_nothing_is_remembered_of_what_has_changed(
    vm: VirtualMachine, item: ProtectedItem | None, named: tuple[tuple[str, str], ...]
) -> None:
    """Another power state, tag, item, phase or target: the surroundings are gathered again."""
    recollection = Recollection(Clock())
    recollection.remember(VM, (), FACTS)

    assert recollection.recall(vm, item, named) is None


def test_memory_fades() -> None:
    """It counts for its seconds and no longer."""
    clock = Clock()
    recollection = Recollection(clock)
    recollection.remember(VM, (), FACTS)
    clock.now = REMEMBERED_SECONDS
    assert recollection.recall(VM, ITEM, ()) is not None
    clock.now += 0.1
    assert recollection.recall(VM, ITEM, ()) is None


def test_memory_is_bounded() -> None:
    """The machine that was gathered longest ago is forgotten first."""
    recollection = Recollection(Clock())
    machines = [replace(VM, id=f"{VM.id}-{number}") for number in range(MOST_REMEMBERED + 1)]
    for vm in machines:
        recollection.remember(vm, (), VmFacts(vm, item=ITEM))

    assert recollection.recall(machines[0], ITEM, ()) is None
    assert recollection.recall(machines[1], ITEM, ()) is not None
    assert recollection.recall(machines[-1], ITEM, ()) is not None
