"""Worlds: the ones that are shipped, and how wrong ones are refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.emulator.server import Emulator
from local.emulator.worlds import World
from tests.emulator.conftest import Arm

COMPUTE = "/resourceGroups/contoso-app/providers/Microsoft.Compute"
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"


def test_east_asia_is_the_story(east_asia: Arm) -> None:
    """Five machines as the story tells them, nothing tagged for protection, no vault, no event published."""
    machines = {vm["name"]: vm for vm in east_asia.get(f"{COMPUTE}/virtualMachines")["value"]}
    network = east_asia.get("/resourceGroups/contoso-app/providers/Microsoft.Network/virtualNetworks/contoso-vnet")
    power = {
        name: next(
            s["code"] for s in east_asia.get(f"{vm['id']}/instanceView")["statuses"] if s["code"].startswith("Power")
        )
        for name, vm in machines.items()
    }

    assert machines.keys() == {"web-0", "web-1", "db-0", "batch-0", "legacy-0"}
    assert {name for name, state in power.items() if state != "PowerState/running"} == {"batch-0"}
    assert not [vm for vm in machines.values() if any(tag.startswith("asr-") for tag in vm["tags"])]
    assert network["properties"]["addressSpace"]["addressPrefixes"] == ["10.1.0.0/16"]
    assert [subnet["name"] for subnet in network["properties"]["subnets"]] == ["web", "db"]
    for name in ("web-0", "web-1"):
        profile = machines[name]["properties"]["storageProfile"]
        skus = [disk["managedDisk"]["storageAccountType"] for disk in (profile["osDisk"], *profile["dataDisks"])]
        assert skus == ["Premium_LRS", "Premium_LRS", "StandardSSD_LRS"]
        assert machines[name]["properties"]["availabilitySet"]
    assert "availabilitySet" not in machines["db-0"]["properties"]
    legacy = machines["legacy-0"]["properties"]["storageProfile"]
    accounts = {disk["vhd"]["uri"].split("/")[2] for disk in (legacy["osDisk"], *legacy["dataDisks"])}
    assert len(accounts) == 2
    assert east_asia.get("/providers/Microsoft.RecoveryServices/vaults")["value"] == []
    assert east_asia.control("GET", "/events")["published"] == []
    assert east_asia.control("GET", "/health")["now"]


def test_a_world_can_be_a_file(tmp_path: Path) -> None:
    """Ids may be written short, and refer to each other with `@`."""
    file = tmp_path / "mine.json"
    disk = {"location": "westus", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8}}
    copied = {"createOption": "Copy", "sourceResourceId": "@g/Microsoft.Compute/disks/a"}
    resources = [
        {"id": "g", "body": {"location": "westus"}},
        {"id": "/resourceGroups/g/providers/Microsoft.Compute/disks/a", "body": disk},
        {"id": "g/Microsoft.Compute/disks/b", "body": {"location": "westus", "properties": {"creationData": copied}}},
    ]
    file.write_text(json.dumps({"subscription": SUBSCRIPTION, "resources": resources}))

    with Emulator(file) as emulator:
        arm = Arm(emulator)
        assert emulator.subscription == SUBSCRIPTION
        assert [one["name"] for one in arm.get("/resources")["value"]] == ["a", "b"]
        arm.close()


@pytest.mark.parametrize(
    ("world", "named"),
    [
        ([], r"body: \[...\]; write an object"),
        ({}, "subscription: None"),
        ({"subscription": SUBSCRIPTION, "vms": []}, "vms: unknown field"),
        ({"subscription": SUBSCRIPTION, "resources": [{"body": {}}]}, r"resources\[0\].id: missing"),
        ({"subscription": SUBSCRIPTION, "resources": [{"id": "g"}]}, r"resources\[0\].body: missing"),
        ({"subscription": SUBSCRIPTION, "resources": "g"}, 'resources: "g"; write a list'),
        ({"subscription": SUBSCRIPTION, "resources": [5]}, r"resources\[0\]: 5; write an object"),
        ({"subscription": SUBSCRIPTION, "resources": [{"id": "g", "boddy": {}}]}, r"resources\[0\].boddy: unknown"),
        ({"subscription": "mine"}, "subscription: 'mine'; write the subscription's id, a GUID"),
        ({"subscription": SUBSCRIPTION, "subscriptions": [{"id": SUBSCRIPTION}]}, r"subscriptions\[0\].id: .* twice"),
        ({"subscription": SUBSCRIPTION, "controls": {"/compute/capacity": []}}, "controls./compute/capacity: "),
        ({"subscription": SUBSCRIPTION, "power": {"g/vm": "asleep"}}, "power.g/vm: 'asleep' is not one of"),
    ],
)
def test_wrong_worlds_are_refused(world: Any, named: str) -> None:
    """The text names field, value and fix."""
    with pytest.raises(ValueError, match=named):
        World.read(world, "mine.json")


@pytest.mark.parametrize(
    ("resources", "named"),
    [
        ([{"id": "g", "body": {"location": "atlantis"}}], "resourceGroups/g: LocationNotAvailableForResourceType"),
        ([{"id": "g/Microsoft.Compute/disks/d", "body": {}}], "Resource group 'g' could not be found"),
    ],
)
def test_what_azure_refuses_no_world_may_hold(tmp_path: Path, resources: list[Any], named: str) -> None:
    """The providers' own rules hold for worlds."""
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"subscription": SUBSCRIPTION, "resources": resources}))

    with pytest.raises(ValueError, match=named):
        Emulator(file)


def test_unknown_worlds_list_the_known() -> None:
    """A name that is neither a file nor a shipped world."""
    with pytest.raises(ValueError, match=r"neither a file nor one of .*east-asia, empty"):
        World.load("atlantis")


def test_worlds_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    """A name no file can have, and a file so deep that no parser follows it, are the caller's mistakes, too."""
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 100_000)
    with pytest.raises(ValueError, match=r"cannot be read: File name too long"):
        World.load("x" * 5000)
    with pytest.raises(ValueError, match=r"world deep\.json: not JSON"):
        World.load(deep)
