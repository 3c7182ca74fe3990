"""What the demo ends with is what Azure holds, whatever the app says."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from local.demo.readback import Found, read_back

GROUP = "/subscriptions/5f0c3a5e-7d53-4d6e-9a51-2f4f6f3b8c10/resourceGroups/contoso-app"
PROTECTED, OTHERS = ("legacy-0", "web-0"), ("batch-0",)


def _id(name: str) -> str:
    return f"{GROUP}/providers/Microsoft.Compute/virtualMachines/{name}"


class World:
    """What Azure has after a story that ended well."""

    def __init__(self) -> None:
        self.vms: dict[str, dict[str, Any]] = {
            name: {"id": _id(name), "name": name, "properties": {"provisioningState": "Succeeded"}}
            for name in (*PROTECTED, *OTHERS)
        }
        self.vms["batch-0"]["tags"] = {"asr-protect": "false"}
        self.items: dict[str, dict[str, Any]] = {
            name: {
                "protectionState": "Protected",
                "replicationHealth": "Normal",
                "providerSpecificDetails": {
                    "fabricObjectId": _id(name).upper(),
                    "recoveryFabricLocation": "southeastasia",
                    "protectedManagedDisks": None if name == "legacy-0" else [{}, {}],
                    "protectedDisks": [{}, {}] if name == "legacy-0" else None,
                },
            }
            for name in PROTECTED
        }

    def read_back(self) -> list[Found]:
        """What the demo finds in it."""
        vms, items = list(self.vms.values()), list(self.items.values())
        return list(read_back(vms, items, protected=PROTECTED, others=OTHERS, region="southeastasia"))

    def details(self, name: str) -> dict[str, Any]:
        """The details of a machine's item."""
        found: dict[str, Any] = self.items[name]["providerSpecificDetails"]
        return found


def test_a_story_that_ended_well_is_ok_for_each_machine() -> None:
    """Each is told as Azure has it."""
    assert World().read_back() == [
        Found("batch-0", "not protected; the VM is there, its tag asr-protect is false", ok=True),
        Found("legacy-0", "Protected in southeastasia, health Normal, 2 disks", ok=True),
        Found("web-0", "Protected in southeastasia, health Normal, 2 disks", ok=True),
    ]


SPOILED: list[tuple[str, Callable[[World], object]]] = [
    ("web-0", lambda world: world.items.pop("web-0")),
    ("web-0", lambda world: world.items.update(again=deepcopy(world.items["web-0"]))),
    ("web-0", lambda world: world.items["web-0"].update(protectionState="UnprotectedStatesBegin")),
    ("web-0", lambda world: world.items["web-0"].update(replicationHealth="Critical")),
    ("legacy-0", lambda world: world.details("legacy-0").update(protectedDisks=[])),
    ("web-0", lambda world: world.details("web-0").update(recoveryFabricLocation="eastasia")),
    ("batch-0", lambda world: world.items.update(more=deepcopy(world.items["web-0"])) or world.items["more"]
        ["providerSpecificDetails"].update(fabricObjectId=_id("batch-0"))),
    ("batch-0", lambda world: world.vms.pop("batch-0")),
    ("batch-0", lambda world: world.vms["batch-0"]["properties"].update(provisioningState="Failed")),
    ("web-0-test", lambda world: world.vms.update(test={**world.vms["web-0"], "name": "web-0-test", "id": _id("t")})),
]  # fmt: skip


@pytest.mark.parametrize(("name", "spoil"), SPOILED)
def test_whatever_is_not_as_it_must_be_is_found(name: str, spoil: Callable[[World], object]) -> None:
    """One thing at a time: an item, a disk, a region, a VM that is gone, one that a drill has left."""
    world = World()
    spoil(world)

    assert [one.name for one in world.read_back() if not one.ok] == [name]
