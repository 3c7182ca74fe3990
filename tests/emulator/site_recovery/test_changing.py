"""Changing a protected item: disks that join later, values that are checked, encryption, consistency groups."""

from typing import Any

from tests.emulator.site_recovery.estate import Estate

A2A = {"instanceType": "A2A"}


def added(estate: Estate, *disks: str) -> dict[str, Any]:
    body = estate.item_body("web-0", disks=disks)
    given = body["properties"]["providerSpecificDetails"]["vmManagedDisks"]
    return {"properties": {"providerSpecificDetails": {**A2A, "vmManagedDisks": given}}}


def details_of(estate: Estate, name: str = "web-0") -> dict[str, Any]:
    found: dict[str, Any] = estate.arm.get(estate.item(name))["properties"]["providerSpecificDetails"]
    return found


def test_a_disk_that_joins_takes_nothing_from_the_others(estate: Estate) -> None:
    """The item stays Protected and keeps its points; those taken before do not hold the disk, later ones do."""
    arm, item = estate.arm, estate.item("web-0")
    arm.done("PUT", item, estate.item_body("web-0", disks=("os", "data-0")))
    estate.protected(item)
    arm.advance(900)
    arm.pace(initial_replication=600)
    arm.done("POST", f"{item}/addDisks", added(estate, "data-1"))
    joining = arm.get(item)["properties"]
    arm.advance(900)
    points = arm.get(f"{item}/recoveryPoints")["value"]
    states = [disk["diskState"] for disk in details_of(estate)["protectedManagedDisks"]]

    assert (joining["protectionState"], "TestFailover" in joining["allowedOperations"]) == ("Protected", True)
    disks = joining["providerSpecificDetails"]["protectedManagedDisks"]
    assert [disk["diskState"] for disk in disks] == ["Protected", "Protected", "InitialReplicationPending"]
    assert states == ["Protected"] * 3
    assert [len(one["properties"]["providerSpecificDetails"]["disks"]) for one in points] == [3, 2, 2, 2, 2, 2, 2]
    assert arm.run("POST", f"{item}/addDisks", added(estate, "data-1")).code == "DiskAlreadyProtected"


def test_a_joining_disk_waits_while_replication_is_stuck(estate: Estate) -> None:
    """It catches up once the trouble is over."""
    arm, item = estate.arm, estate.item("web-0")
    arm.done("PUT", item, estate.item_body("web-0", disks=("os", "data-0")))
    estate.protected(item)
    stuck = arm.trouble(target="web-0", replication="stuck")
    arm.done("POST", f"{item}/addDisks", added(estate, "data-1"))
    arm.advance(60)
    before = details_of(estate)["protectedManagedDisks"][2]["diskState"]
    arm.trouble(clear=stuck["id"])
    arm.advance(60)

    assert before == "InitialReplicationPending"
    assert details_of(estate)["protectedManagedDisks"][2]["diskState"] == "Protected"


def test_an_update_names_what_is_not_there(estate: Estate) -> None:
    """Networks, sets, groups, NICs and disks are looked for before anything is changed."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    before = arm.get(item)["properties"]["providerSpecificDetails"]
    nic = before["vmNics"][0]["nicId"]
    disks = {**A2A, "managedDiskUpdateDetails": [{"diskId": estate.disk("db-0-os"), "failoverDiskName": "x"}]}
    changes: dict[str, dict[str, Any]] = {
        "TargetNetworkNotFound": {"selectedRecoveryAzureNetworkId": estate.network},
        "AvailabilitySetNotFound": {"recoveryAvailabilitySetId": f"{estate.machine('web-0')}"},
        "RecoveryGroupNotFound": {"providerSpecificDetails": {"recoveryResourceGroupId": f"{estate.group}-none"}},
        "NicNotFound": {"vmNics": [{"nicId": nic, "ipConfigs": [{"ipConfigName": "none"}]}]},
        "DiskNotProtected": {"providerSpecificDetails": disks},
    }
    codes = [
        arm.run("PATCH", item, {"properties": {"recoveryAzureVMName": "new", **change}}).code
        for change in changes.values()
    ]

    assert codes == list(changes)
    assert arm.get(item)["properties"]["providerSpecificDetails"]["recoveryAzureVMName"] == "web-0"


def test_disks_that_the_machine_encrypts_want_their_keys(estate: Estate) -> None:
    """Without keys 150175; with them the item shows where they are, disk by disk."""
    arm, item = estate.arm, estate.item("web-0")
    disk = arm.get(estate.disk("web-0-os"), version="2024-03-02")
    sealed = disk["properties"] | {"encryptionSettingsCollection": {"enabled": True, "encryptionSettings": []}}
    arm.make(estate.disk("web-0-os"), {**disk, "properties": sealed}, version="2024-03-02")
    refused = arm.run("PUT", item, estate.item_body("web-0"))
    keys = {"diskEncryptionKeyInfo": {"secretIdentifier": "https://kv/secrets/s", "keyVaultResourceArmId": "/kv"}}
    arm.done("PUT", item, estate.item_body("web-0", diskEncryptionInfo=keys))
    shown = details_of(estate)

    assert refused.code == "150175"
    assert shown["vmEncryptionType"] == "OnePassEncrypted"
    assert {(one["isDiskEncrypted"], one["dekKeyVaultArmId"]) for one in shown["protectedManagedDisks"]} == {
        (True, "/kv")
    }


def test_machines_of_one_consistency_group_share_its_id(estate: Estate) -> None:
    """The id belongs to the name; machines of no group have one each."""
    names = {"web-0": "web", "web-1": "web", "db-0": ""}
    for machine, group in names.items():
        disks = ("os",) if machine == "db-0" else ("os", "data-0", "data-1")
        body = estate.item_body(machine, disks=disks, multiVmGroupName=group)
        estate.arm.done("PUT", estate.item(machine), body)
    ids = [details_of(estate, machine)["multiVmGroupId"] for machine in names]

    assert ids[0] == ids[1] != ids[2]
    assert details_of(estate)["multiVmGroupCreateOption"] == "UserSpecified"


def test_terraform_names_no_ip_configuration(estate: Estate) -> None:
    """What it sends for a NIC is about the primary configuration; empty texts beside it change nothing."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    nic = details_of(estate)["vmNics"][0]["nicId"]
    address = {"isPrimary": True, "recoverySubnetName": "db", "recoveryStaticIPAddress": "", "tfoSubnetName": "db"}
    change = {"selectedRecoveryAzureNetworkId": "", "vmNics": [{"nicId": nic, "ipConfigs": [address]}]}
    network = details_of(estate)["selectedRecoveryAzureNetworkId"]
    arm.done("PATCH", item, {"properties": change})
    shown = details_of(estate)

    assert shown["selectedRecoveryAzureNetworkId"] == network
    assert [shown["vmNics"][0]["ipConfigs"][0][key] for key in ("recoverySubnetName", "tfoSubnetName")] == ["db", "db"]
