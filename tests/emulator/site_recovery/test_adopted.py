"""Protection that a world was written with, and protection from zone to zone."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.emulator.server import Emulator
from local.emulator.worlds import FOLDER
from tests.emulator.site_recovery.arm import COMPUTE, NETWORK, Arm
from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate


def world_with_protection(estate: Estate, folder: Path, **changes: Any) -> Path:
    """The east-asia world as a file of its own, with web-0 protected in it."""
    world = json.loads((FOLDER / "east-asia.json").read_text(encoding="utf-8"))
    written: list[tuple[str, dict[str, Any]]] = [
        (estate.recovery_group, {"location": RECOVERY}),
        (estate.cache, {"location": SOURCE, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}),
        (estate.recovery_network, estate.arm.get(estate.recovery_network, version=NETWORK)),
        (estate.vault, {"location": RECOVERY, "sku": {"name": "Standard"}, "properties": {}}),
    ]
    for region in (SOURCE, RECOVERY):
        written += [(estate.fabric(region), estate.fabric_body(region)), (estate.container(region), {"properties": {}})]
    written.append((estate.policy, estate.policy_body()))
    for source, target in ((SOURCE, RECOVERY), (RECOVERY, SOURCE)):
        written.append((estate.mapping(source, target), estate.mapping_body(target)))
        written.append((estate.network_mapping(source), estate.network_mapping_body(source)))
    written.append((estate.item("web-0"), estate.item_body("web-0", **changes)))
    world["resources"] += [{"id": path, "body": body} for path, body in written]
    sick = {"target": "web-0", "health": "153006"}
    world["controls"] = {"/site-recovery/troubles": {"troubles": [sick, {"target": "none", "health": "153007"}]}}
    file = folder / "adopted.json"
    file.write_text(json.dumps(world), encoding="utf-8")
    return file


def test_a_world_may_hold_protected_machines(bare: Estate, tmp_path: Path) -> None:
    """The item is Protected from the start at any pace, with its traces; its jobs have long succeeded."""
    file = world_with_protection(bare, tmp_path)
    with Emulator(world=file, pace="real") as emulator, Arm(emulator) as arm:
        item = arm.get(bare.item("web-0"))["properties"]
        link = f"{bare.machine('web-0')}/providers/Microsoft.Resources/links/ASR-Protect-web-0"
        jobs = arm.get(f"{bare.vault}/replicationJobs")["value"]
        one = arm.get(jobs[0]["id"])["properties"]

        assert (item["protectionState"], item["replicationHealth"]) == ("Protected", "Warning")
        assert [error["errorCode"] for error in item["healthErrors"]] == ["153006"]
        assert item["providerSpecificDetails"]["vmNics"][0]["ipConfigs"][0]["recoverySubnetName"] == "web"
        assert arm.ask("GET", link, version="2016-09-01").status_code == 200
        assert {job["properties"]["state"] for job in jobs} == {"Succeeded"}
        assert one["endTime"] >= one["startTime"][:19]
        accepted = arm.ask("PUT", bare.item("web-1"), bare.item_body("web-1"))
        arm.advance(400)
        assert arm.ended(accepted.headers["azure-asyncoperation"])["status"] == "Succeeded"
        slow = arm.get(bare.item("web-1"))["properties"]["protectionState"]
        assert slow == "InitialReplicationInProgress"


def test_a_world_whose_protection_azure_would_refuse_is_refused(bare: Estate, tmp_path: Path) -> None:
    """The error names the world, the item and Azure's reason."""
    file = world_with_protection(bare, tmp_path, recoveryResourceGroupId="/subscriptions/x/resourceGroups/none")

    with pytest.raises(ValueError, match=r"adopted.json: .*web-0: RecoveryGroupNotFound"):
        Emulator(world=file)


def make_zonal(estate: Estate) -> None:
    """A machine in zone 1, a recovery group in its own region and a second container of the one fabric."""
    arm = estate.arm
    nic = f"{estate.group}/providers/Microsoft.Network/networkInterfaces/zonal-nic"
    address = {"name": "ipconfig1", "properties": {"subnet": {"id": f"{estate.network}/subnets/web"}}}
    arm.make(nic, {"location": SOURCE, "properties": {"ipConfigurations": [address]}}, version=NETWORK)
    machine = arm.get(estate.machine("web-0"), version=COMPUTE)["properties"]
    disk = {"name": "zonal-os", "createOption": "FromImage", "osType": "Windows"}
    body = {
        "location": SOURCE,
        "zones": ["1"],
        "properties": {
            "hardwareProfile": machine["hardwareProfile"],
            "storageProfile": {"imageReference": machine["storageProfile"]["imageReference"], "osDisk": disk},
            "osProfile": {"computerName": "zonal", "adminUsername": "someone", "adminPassword": "Not-a-secret-1"},
            "networkProfile": {"networkInterfaces": [{"id": nic}]},
        },
    }
    arm.make(estate.machine("zonal"), body, version=COMPUTE)
    arm.make(f"{estate.subscription}/resourceGroups/zone-asr", {"location": SOURCE}, version="2021-04-01")
    arm.done("PUT", second_container(estate), {"properties": {"providerSpecificInput": [{"instanceType": "A2A"}]}})
    mapping = estate.mapping_body(SOURCE)
    mapping["properties"]["targetProtectionContainerId"] = second_container(estate)
    arm.done("PUT", f"{estate.container(SOURCE)}/replicationProtectionContainerMappings/zone-to-zone", mapping)


def second_container(estate: Estate) -> str:
    return f"{estate.fabric(SOURCE)}/replicationProtectionContainers/asr-a2a-default-{SOURCE}-t-container"


def zonal_body(estate: Estate, **changes: Any) -> dict[str, Any]:
    group = f"{estate.subscription}/resourceGroups/zone-asr"
    body = estate.item_body("zonal", disks=("os",))["properties"]
    given = body["providerSpecificDetails"] | {
        "recoveryContainerId": second_container(estate),
        "recoveryResourceGroupId": group,
        "recoveryAvailabilityZone": "2",
    }
    for disk in given["vmManagedDisks"]:
        disk["recoveryResourceGroupId"] = group
    return {"properties": body | {"providerSpecificDetails": given | changes}}


def test_from_zone_to_zone(estate: Estate) -> None:
    """One fabric, two containers, no network mapping: the machine is recovered in the other zone of its own network."""
    arm, item = estate.arm, estate.item("zonal")
    make_zonal(estate)
    arm.done("PUT", item, zonal_body(estate))
    protected = estate.protected(item)["properties"]
    details = protected["providerSpecificDetails"]
    failover = {"properties": {"failoverDirection": "PrimaryToRecovery", "providerSpecificDetails": {}}}
    arm.done("POST", f"{item}/unplannedFailover", failover)
    group = f"{estate.subscription}/resourceGroups/zone-asr"
    machine = arm.get(f"{group}/providers/Microsoft.Compute/virtualMachines/zonal", version=COMPUTE)

    assert protected["recoveryFabricId"].endswith(f"asr-a2a-default-{SOURCE}")
    assert (details["primaryAvailabilityZone"], details["recoveryAvailabilityZone"]) == ("1", "2")
    assert details["primaryFabricLocation"] == details["recoveryFabricLocation"] == SOURCE
    assert details["vmNics"][0]["recoveryVMNetworkId"].lower() == estate.network.lower()
    assert (machine["location"], machine["zones"]) == (SOURCE, ["2"])


def test_within_a_region_the_zones_differ(estate: Estate) -> None:
    """The same zone, no zone, and a machine that is in none are refused."""
    make_zonal(estate)
    same = estate.arm.run("PUT", estate.item("zonal"), zonal_body(estate, recoveryAvailabilityZone="1"))
    none = estate.arm.run("PUT", estate.item("zonal"), zonal_body(estate, recoveryAvailabilityZone=None))
    regional = zonal_body(estate, fabricObjectId=estate.machine("web-0"))

    assert (same.code, none.code) == ("ZonesNotDifferent", "ZonesNotDifferent")
    assert estate.arm.run("PUT", estate.item("zonal"), regional).code == "ZonesNotDifferent"
