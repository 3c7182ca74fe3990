"""What a region has and can give: SKUs, usages, quotas; and the resources that machines refer to."""

from typing import Any

import pytest

from local.emulator.server import Emulator
from local.emulator.worlds import World
from tests.emulator.conftest import Arm, vm_properties

COMPUTE = "/providers/Microsoft.Compute"


def skus(arm: Arm, region: str) -> dict[str, Any]:
    """Return the machine sizes of a region by name."""
    listed = arm.get(f"{COMPUTE}/skus?$filter=location eq '{region}'")["value"]
    return {one["name"]: one for one in listed if one["resourceType"] == "virtualMachines"}


def usages(arm: Arm, namespace: str, region: str = "eastasia") -> dict[str, tuple[int, int]]:
    """Return quota name -> used and limit."""
    listed = arm.get(f"/providers/{namespace}/locations/{region}/usages")["value"]
    return {one["name"]["value"]: (one["currentValue"], one["limit"]) for one in listed}


def test_sizes_say_what_they_offer(arm: Arm) -> None:
    """Cores, memory, disks, interfaces, zones; one region at a time when asked."""
    size = skus(arm, "southeastasia")["Standard_D2s_v5"]
    offered = {one["name"]: one["value"] for one in size["capabilities"]}

    assert (offered["vCPUs"], offered["MemoryGB"], offered["MaxDataDiskCount"], offered["PremiumIO"]) == (
        "2",
        "8",
        "4",
        "True",
    )
    assert size["locations"] == ["southeastasia"]
    assert size["locationInfo"][0]["zones"] == ["1", "2", "3"]
    assert size["restrictions"] == []
    assert skus(arm, "westcentralus")["Standard_D2s_v5"]["locationInfo"][0]["zones"] == []


def test_a_region_without_a_size(arm: Arm) -> None:
    """It is not listed there, or listed with the restriction, and a machine of that size cannot be made."""
    wanted = {"eastasia": {"without": ["Standard_D2s_v5"], "restricted": ["Standard_E4s_v5"]}}
    arm.control("POST", "/compute/capacity", wanted)
    offered = skus(arm, "eastasia")

    assert "Standard_D2s_v5" not in offered
    assert offered["Standard_E4s_v5"]["restrictions"][0]["reasonCode"] == "NotAvailableForSubscription"
    assert "Standard_D2s_v5" in skus(arm, "southeastasia")
    providers = arm.group()
    body = {"location": "eastasia", "properties": {"hardwareProfile": {"vmSize": "Standard_E4s_v5"}}}
    refused = arm.request("PUT", f"{providers}/Microsoft.Compute/virtualMachines/vm0", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "SkuNotAvailable")


def test_usages_count_what_runs(arm: Arm) -> None:
    """A machine holds its cores until it is deallocated; disks are counted, too."""
    path = arm.vm()
    before = usages(arm, "Microsoft.Compute")
    arm.finish(arm.request("POST", f"{path}/deallocate"))
    after = usages(arm, "Microsoft.Compute")

    assert (before["cores"][0], before["standardDSv5Family"][0], before["virtualMachines"][0]) == (2, 2, 1)
    assert (after["cores"][0], after["virtualMachines"][0]) == (0, 1)
    assert before["ManagedDiskCount"][0] == 2
    assert usages(arm, "Microsoft.Compute", "westus")["cores"][0] == 0


def test_a_quota_is_a_quota(arm: Arm) -> None:
    """The machine that would exceed it is refused with the numbers."""
    arm.control("POST", "/compute/capacity", {"eastasia": {"quotas": {"cores": 3}}})
    path = arm.vm()
    nic = f"{arm.root}/resourceGroups/app/providers/Microsoft.Network/networkInterfaces/vm0-nic"
    body = {"location": "eastasia", "properties": vm_properties(nic)}
    refused = arm.request("PUT", path.replace("vm0", "vm1"), body)

    assert refused.json()["error"]["code"] == "NicInUse"  # references are looked at first
    body["properties"]["networkProfile"] = {"networkInterfaces": []}  # type: ignore[index]
    refused = arm.request("PUT", path.replace("vm0", "vm1"), body)
    assert refused.json()["error"]["code"] == "OperationNotAllowed"
    assert "Current Limit: 3, Current Usage: 2, Additional Required: 2" in refused.json()["error"]["message"]


def test_wrong_capacities_are_named(arm: Arm) -> None:
    """Region, field and size are checked."""
    for wanted, said in (
        ({"atlantis": {}}, "atlantis: not a region"),
        ({"westus": {"much": 1}}, "westus.much: unknown field"),
        ({"westus": {"without": ["Standard_Z1"]}}, "'Standard_Z1' is not one of the known sizes"),
    ):
        response = arm.request("POST", "/_emulator/compute/capacity", wanted)
        assert response.status_code == 400
        assert said in response.json()["error"]


@pytest.mark.parametrize(
    ("kind", "body", "shown"),
    [
        ("proximityPlacementGroups", {}, {"proximityPlacementGroupType": "Standard"}),
        (
            "diskEncryptionSets",
            {"identity": {"type": "SystemAssigned"}, "properties": {"activeKey": {"keyUrl": "https://kv/keys/k/1"}}},
            {"encryptionType": "EncryptionAtRestWithCustomerKey"},
        ),
        ("capacityReservationGroups", {"zones": ["1"]}, {}),
        (
            "virtualMachineScaleSets",
            {"properties": {"orchestrationMode": "Flexible", "platformFaultDomainCount": 1}},
            {"orchestrationMode": "Flexible"},
        ),
    ],
)
def test_what_machines_refer_to(arm: Arm, kind: str, body: dict[str, Any], shown: dict[str, Any]) -> None:
    """Each can be made, listed and deleted."""
    providers = arm.group()
    path = f"{providers}/Microsoft.Compute/{kind}/one"
    made = arm.put(path, {"location": "eastasia", **body})

    assert shown.items() <= made["properties"].items()
    assert made.get("zones") == body.get("zones")
    assert [one["name"] for one in arm.get(f"{COMPUTE}/{kind}")["value"]] == ["one"]
    assert arm.request("DELETE", path).status_code == 200
    assert arm.request("GET", path).status_code == 404


def test_a_disk_made_with_a_key_says_so(arm: Arm) -> None:
    """The encryption set in the machine's profile ends up in the disk."""
    arm.vm()
    key = f"{arm.root}/resourceGroups/app/providers/Microsoft.Compute/diskEncryptionSets/keys"
    profile = {
        "osDisk": {"createOption": "FromImage", "name": "sealed", "managedDisk": {"diskEncryptionSet": {"id": key}}},
        "imageReference": {"publisher": "Canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts"},
    }
    providers = "/resourceGroups/app/providers/Microsoft.Compute"
    arm.put(f"{providers}/virtualMachines/vm1", {"location": "eastasia", "properties": {"storageProfile": profile}})
    encryption = arm.get(f"{providers}/disks/sealed")["properties"]["encryption"]

    assert encryption == {"type": "EncryptionAtRestWithCustomerKey", "diskEncryptionSetId": key}


def test_an_automation_account(arm: Arm) -> None:
    """It has an identity that roles can be given to."""
    providers = arm.group()
    body = {"location": "eastasia", "identity": {"type": "SystemAssigned"}, "properties": {"sku": {"name": "Basic"}}}
    made = arm.put(f"{providers}/Microsoft.Automation/automationAccounts/updates", body)

    assert made["identity"]["principalId"]
    assert made["properties"]["state"] == "Ok"


def test_a_world_of_several_subscriptions_and_limits() -> None:
    """Resources may lie in any subscription; controls are set when the world is built."""
    other = "22222222-2222-3333-4444-555555555555"
    written = {
        "subscription": "11111111-2222-3333-4444-555555555555",
        "subscriptions": [{"id": other, "name": "Other"}],
        "resources": [{"id": f"/subscriptions/{other}/resourceGroups/there", "body": {"location": "westus"}}],
        "controls": {"/compute/capacity": {"westus": {"quotas": {"cores": 8}}}},
    }
    with Emulator() as emulator:
        emulator.cloud.clear()
        World.read(written, "test").build(emulator.cloud)
        arm = Arm(emulator)
        assert [one["displayName"] for one in arm.get("/subscriptions")["value"]] == ["Local", "Other"]
        assert arm.get(f"/subscriptions/{other}/resourceGroups")["value"][0]["name"] == "there"
        assert usages(arm, "Microsoft.Compute", "westus")["cores"] == (0, 8)
        arm.close()


def test_wrong_controls_in_a_world_are_named() -> None:
    """An unknown path, and what the control itself refuses."""
    for controls, said in (
        ({"/nothing": {}}, "controls: '/nothing' is not one of /compute/capacity"),
        ({"/compute/capacity": {"atlantis": {}}}, "controls./compute/capacity: atlantis: not a region"),
    ):
        world = World.read({"subscription": "11111111-2222-3333-4444-555555555555", "controls": controls}, "mine.json")
        with Emulator() as emulator, pytest.raises(ValueError, match=said):
            world.build(emulator.cloud)
