"""Which events name a VM to look at."""

import pytest

from asr.planning.events import vm_of_event
from tests.unit.planning.contoso import NETWORK_ID, VM_ID

OURS = frozenset({"6f2bd0f8-0000-4000-8000-000000000001"})
WRITE = "Microsoft.Compute/virtualMachines/write"
TAGS = "Microsoft.Resources/tags/write"


@pytest.mark.parametrize(
    ("subject", "operation"),
    [
        (VM_ID, WRITE),
        (VM_ID, WRITE.upper()),
        (VM_ID, "Microsoft.Compute/virtualMachines/delete"),
        (VM_ID, TAGS),
        (f"{VM_ID}/providers/Microsoft.Resources/tags/default", TAGS),
        (f"{VM_ID}/PROVIDERS/microsoft.resources/TAGS/default", "Microsoft.Resources/tags/delete"),
    ],
)
def test_an_event_about_a_vm_names_it(subject: str, operation: str) -> None:
    """Writes, deletes, and tags by either way."""
    assert vm_of_event(subject, {"operationName": operation}, OURS) == VM_ID


@pytest.mark.parametrize(
    ("subject", "operation"),
    [
        (VM_ID, "Microsoft.Compute/virtualMachines/start/action"),
        (f"{VM_ID}/extensions/agent", WRITE),
        (NETWORK_ID, TAGS),
        (VM_ID.replace("6f2bd0f8", "00000000"), WRITE),
        ("", WRITE),
        ("/subscriptions/s", TAGS),
        (VM_ID, ""),
    ],
)
def test_any_other_event_names_none(subject: str, operation: str) -> None:
    """Other operations, other resources, other subscriptions, and what no one can read."""
    assert vm_of_event(subject, {"operationName": operation}, OURS) is None
    assert vm_of_event(VM_ID, {}, OURS) is None


def test_a_classic_machine_is_read_to_be_refused() -> None:
    """Its platform is retired; whoever still has one is told so."""
    classic = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ClassicCompute/virtualMachines/v"

    assert vm_of_event(classic, {"operationName": "Microsoft.ClassicCompute/virtualMachines/write"}, ("s",)) == classic
