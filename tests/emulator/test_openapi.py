"""The measure itself: answers that do not fit are found. (Every answer to `Arm` is held against the files.)"""

import pytest

from tests.emulator.openapi import operation_of, operations, violations
from tests.emulator.truth import SPECS

pytestmark = pytest.mark.skipif(not SPECS.is_dir(), reason="the OpenAPI files are not here")

GROUP = "/subscriptions/s/resourceGroups/g"
VM = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm"


def test_paths_find_their_operation() -> None:
    """Whatever the casing and the doubled slashes."""
    for path in (VM, VM.upper(), VM.replace("/providers", "//providers")):
        found = operation_of("GET", path)
        assert found is not None
        assert found.name == "VirtualMachines_Get"
    assert len(operations()) > 500


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        (VM, {"properties": {"vmId": 4}}, "$.properties.vmId"),
        (GROUP, {"location": ["eastasia"]}, "$.location"),
        (
            f"{GROUP}/providers/Microsoft.Network/networkInterfaces/nic",
            {"properties": {"ipConfigurations": [{"properties": {"subnet": {"id": 1}}}]}},
            "$.properties.ipConfigurations[0].properties.subnet.id",
        ),
        (
            f"{GROUP}/providers/Microsoft.RecoveryServices/vaults/v/replicationJobs/j",
            {"properties": {"tasks": "none"}},
            "$.properties.tasks",
        ),
    ],
)
def test_what_does_not_fit_is_found(path: str, body: object, where: str) -> None:
    """Deep in a body, behind references to other files."""
    assert [one for one in violations("GET", path, 200, body) if f"at {where}:" in one]
    assert violations("GET", path, 200, {}) == []
