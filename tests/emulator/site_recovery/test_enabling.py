"""What enabling refuses, what it leaves behind, and how an item comes to be Protected."""

from typing import Any

import pytest

from tests.emulator.site_recovery.arm import COMPUTE
from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate

ELSEWHERE = "/subscriptions/x/resourceGroups/y/providers"


def disks_with(estate: Estate, **changes: str) -> list[dict[str, Any]]:
    body = estate.item_body("web-0")
    disks: list[dict[str, Any]] = body["properties"]["providerSpecificDetails"]["vmManagedDisks"]
    return [disk | changes for disk in disks]


def test_enabling_leaves_traces_and_disabling_removes_them(estate: Estate) -> None:
    """Link, mobility service and replicas come and go; each of these writes is an event of its own."""
    arm, item = estate.arm, estate.item("web-0")
    link = f"{estate.machine('web-0')}/providers/Microsoft.Resources/links/ASR-Protect-web-0"
    extension = f"{estate.machine('web-0')}/extensions/SiteRecovery-Windows"
    estate.protect()

    assert arm.get(link, version="2016-09-01")["properties"]["targetId"].lower() == f"{item}/".lower()
    assert arm.get(extension, version=COMPUTE)["properties"]["publisher"].endswith("SiteRecovery")
    replica = arm.get(estate.replica("web-0-data-1"), version=COMPUTE)
    assert replica["location"] == RECOVERY
    assert replica["sku"]["name"] == arm.get(estate.disk("web-0-data-1"), version=COMPUTE)["sku"]["name"]
    actions = [(event.action, event.subject.rsplit("/", 1)[-1]) for event in arm.emulator.cloud.events.published]
    assert ("Microsoft.Compute/virtualMachines/extensions/write", "SiteRecovery-Windows") in actions
    assert ("Microsoft.Resources/links/write", "ASR-Protect-web-0") in actions

    arm.done("POST", f"{item}/remove", {"properties": {}})

    for path, version in ((link, "2016-09-01"), (extension, COMPUTE), (estate.replica("web-0-os"), COMPUTE)):
        assert arm.ask("GET", path, version=version).status_code == 404
    assert arm.ask("DELETE", item).json()["error"]["details"][0]["code"] == "ArmResourceDoesNotExist"


def test_purging_leaves_the_traces_behind(estate: Estate) -> None:
    """After a purge the machine still has its link, so enabling it again fails as Azure's 150226."""
    estate.protect()
    estate.arm.done("DELETE", estate.item("web-0"))

    again = estate.arm.run("PUT", estate.item("web-0"), estate.item_body("web-0"))

    assert (again.status, again.code) == ("Failed", "150226")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (
            {"fabricObjectId": f"{ELSEWHERE}/Microsoft.Compute/virtualMachines/z"},
            "VmNotFound",
        ),
        ({"recoveryResourceGroupId": "/subscriptions/x/resourceGroups/nowhere"}, "RecoveryGroupNotFound"),
        (
            {"recoveryAvailabilitySetId": f"{ELSEWHERE}/Microsoft.Compute/availabilitySets/z"},
            "AvailabilitySetNotFound",
        ),
        (
            {"recoveryAzureNetworkId": f"{ELSEWHERE}/Microsoft.Network/virtualNetworks/z"},
            "TargetNetworkNotFound",
        ),
        ({"vmManagedDisks": []}, "NoDisks"),
    ],
)
def test_what_enabling_refuses(estate: Estate, changes: dict[str, Any], code: str) -> None:
    """The operation fails with the condition's code, no item comes to be and nothing is left on the machine."""
    ended = estate.arm.run("PUT", estate.item("web-0"), estate.item_body("web-0", **changes))

    assert (ended.status, ended.code) == ("Failed", code)
    assert estate.arm.ask("GET", estate.item("web-0")).status_code == 404
    job = estate.arm.get(ended.job)["properties"]
    assert job["state"] == "Failed"
    assert [task["state"] for task in job["tasks"]] == ["Failed", *["NotStarted"] * 4]
    assert job["errors"][0]["serviceErrorDetails"]["code"] == code


def test_disks_and_cache_accounts_are_checked(estate: Estate) -> None:
    """A foreign disk, a missing cache account and one in the wrong region each have their own code."""
    refused = {
        "DiskNotAttached": {"diskId": estate.disk("web-1-os")},
        "CacheAccountNotFound": {"primaryStagingAzureStorageAccountId": estate.cache + "none"},
        "CacheAccountNotInSourceRegion": {"primaryStagingAzureStorageAccountId": estate.target_account},
    }
    for code, change in refused.items():
        disks = [*disks_with(estate), *disks_with(estate, **change)]
        body = estate.item_body("web-0", vmManagedDisks=disks)
        assert estate.arm.run("PUT", estate.item("web-0"), body).code == code


def test_a_left_over_replica_is_azures_150161(estate: Estate) -> None:
    """A disk with the replica's name in the recovery group stops the enabling."""
    body = {
        "location": RECOVERY,
        "sku": {"name": "Premium_LRS"},
        "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 128},
    }
    estate.arm.make(estate.replica("web-0-os"), body, version=COMPUTE)

    assert estate.arm.run("PUT", estate.item("web-0"), estate.item_body("web-0")).code == "150161"


def test_a_deallocated_machine_is_neither_eligible_nor_enabled(estate: Estate) -> None:
    """The eligibility result names the power state; started, the machine is eligible and can be enabled."""
    default = f"{estate.machine('batch-0')}/providers/Microsoft.RecoveryServices/replicationEligibilityResults/default"
    body = estate.item_body("batch-0", disks=("os",))

    assert [error["code"] for error in estate.arm.get(default)["properties"]["errors"]] == [
        "AzureVmIsNotInDesiredPowerState"
    ]
    assert estate.arm.run("PUT", estate.item("batch-0"), body).code == "VmNotRunning"
    estate.power("batch-0", "start")
    assert estate.arm.get(default)["properties"]["errors"] == []
    estate.arm.done("PUT", estate.item("batch-0"), body)


def test_a_machine_is_protected_once(estate: Estate) -> None:
    """A second item for the same machine fails, whatever its name; the switch lets the same item pass again."""
    estate.protect()

    other = estate.arm.run("PUT", estate.item("other"), estate.item_body("web-0"))
    same = estate.arm.run("PUT", estate.item("web-0"), estate.item_body("web-0"))
    estate.arm.set(duplicate_enable="accept")
    accepted = estate.arm.run("PUT", estate.item("web-0"), estate.item_body("web-0"))

    assert (other.code, same.code) == ("VmAlreadyProtected", "VmAlreadyProtected")
    assert accepted.status == "Succeeded"
    assert len(estate.arm.get(f"{estate.vault}/replicationProtectedItems")["value"]) == 1


def test_an_unmanaged_machine_names_blobs_and_accounts(estate: Estate) -> None:
    """Unmanaged disks are replicated into the target account: no replica disk is made."""
    blobs = {
        "https://contosolegacyos.blob.core.windows.net/vhds/legacy-0-os.vhd": "OperatingSystem",
        "https://contosolegacydata.blob.core.windows.net/vhds/legacy-0-data-0.vhd": "Data",
    }
    disks = [
        {
            "diskUri": uri,
            "recoveryAzureStorageAccountId": estate.target_account,
            "primaryStagingAzureStorageAccountId": estate.cache,
        }
        for uri in blobs
    ]
    body = estate.item_body("legacy-0", disks=(), vmDisks=disks)
    estate.arm.done("PUT", estate.item("legacy-0"), body)
    details = estate.protected(estate.item("legacy-0"))["properties"]["providerSpecificDetails"]

    assert details["protectedManagedDisks"] is None
    assert {disk["diskUri"]: disk["diskType"] for disk in details["protectedDisks"]} == blobs
    assert details["protectedDisks"][0]["recoveryDiskUri"].startswith("https://contosolegacyasr.blob")
    assert "contosolegacyos" in details["protectedDisks"][0]["primaryDiskAzureStorageAccountId"]


def test_the_recorded_states_in_their_order(estate: Estate) -> None:
    """On a moved clock an item shows the recorded states; NICs are empty until it is Protected."""
    estate.arm.http.post("/_emulator/pace", json={"durations": {"site_recovery.initial_replication": 1842}})
    estate.arm.done("PUT", estate.item("web-0"), estate.item_body("web-0"))
    seen: list[tuple[str, str, str]] = []
    percentages: list[int] = []
    for _ in range(40):
        properties = estate.arm.get(estate.item("web-0"))["properties"]
        details = properties["providerSpecificDetails"]
        state = (
            properties["protectionState"],
            details["vmProtectionState"],
            details["protectedManagedDisks"][0]["diskState"],
        )
        if state not in seen:
            seen.append(state)
        percentages.append(details["monitoringPercentageCompletion"] or 0)
        if details["vmProtectionState"] == "Protected":
            break
        assert details["vmNics"] == []
        estate.arm.advance(60)

    replicating, waiting = "InitialReplicationInProgress", "InitialReplicationRecoveryCompletionPending"
    assert seen == [
        (replicating, "UnprotectedStatesBegin", "Unavailable"),
        (replicating, "UnprotectedStatesBegin", "InitialReplicationPending"),
        (waiting, "UnprotectedStatesBegin", "InitialReplicationPending"),
        (waiting, "UnprotectedStatesBegin", "Protected"),
        ("Protected", "Protected", "Protected"),
    ]
    assert percentages[:-1] == sorted(percentages[:-1])
    assert max(percentages) == 100
    assert details["vmNics"][0]["ipConfigs"][0]["recoverySubnetName"] == "web"


def test_enabling_needs_its_foundation(bare: Estate) -> None:
    """Without a container there is a 404; with one that is not paired the operation fails."""
    item, body = bare.item("web-0"), bare.item_body("web-0")
    assert bare.arm.ask("PUT", item, body).status_code == 400
    bare.arm.done("PUT", bare.fabric(SOURCE), bare.fabric_body(SOURCE))
    assert bare.arm.ask("PUT", item, body).status_code == 404
    bare.make_foundation()
    bare.arm.done("DELETE", bare.mapping(SOURCE, RECOVERY))

    assert bare.arm.run("PUT", item, body).code == "ContainersNotPaired"


def test_a_machine_that_is_being_changed_is_azures_150019(estate: Estate) -> None:
    """While the machine is Updating it is not eligible and cannot be enabled; afterwards it can."""
    default = f"{estate.machine('web-0')}/providers/Microsoft.RecoveryServices/replicationEligibilityResults/default"
    estate.arm.http.post("/_emulator/pace", json={"durations": {"Microsoft.Compute/virtualMachines/write": 60}})
    change = {"properties": {"hardwareProfile": {"vmSize": "Standard_D4s_v5"}}}
    assert estate.arm.ask("PATCH", estate.machine("web-0"), change, version=COMPUTE).status_code == 200

    codes = [error["code"] for error in estate.arm.get(default)["properties"]["errors"]]
    assert codes == ["AzureVmIsNotInDesiredProvisioningState"]
    assert estate.arm.run("PUT", estate.item("web-0"), estate.item_body("web-0")).code == "150019"
    estate.arm.advance(61)
    estate.protect()


def test_a_disk_that_is_too_small_is_azures_150172(estate: Estate) -> None:
    """An uploaded data disk of 20 MB can be attached but not protected; the message says how small it is."""
    small = estate.disk("web-0-small")
    creation = {"createOption": "Upload", "uploadSizeBytes": 20 * 1024**2 + 512}
    body = {"location": SOURCE, "properties": {"creationData": creation, "diskSizeGB": 1}}
    estate.arm.make(small, body, version=COMPUTE)
    profile = estate.arm.get(estate.machine("web-0"), version=COMPUTE)["properties"]["storageProfile"]
    attached = {"lun": 7, "name": "web-0-small", "createOption": "Attach", "managedDisk": {"id": small}}
    change = {"properties": {"storageProfile": {"dataDisks": [*profile["dataDisks"], attached]}}}
    assert estate.arm.ask("PATCH", estate.machine("web-0"), change, version=COMPUTE).status_code == 200

    wanted = estate.item_body("web-0", disks=("os", "data-0", "data-1", "small"))
    failed = estate.arm.run("PUT", estate.item("web-0"), wanted)

    assert failed.code == "150172"
    assert "size 20 MB" in failed.document["error"]["message"]
