"""What runs with the real Azure have shown, beyond the recorded traffic: stopped, re-created and renamed machines."""

from typing import Any

import pytest

from tests.emulator.site_recovery.arm import COMPUTE
from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate
from tests.emulator.site_recovery.test_failing_over import FAILOVER, drill

REMOVAL: dict[str, Any] = {"properties": {}}
WITHOUT_SOURCE = {"properties": FAILOVER["properties"] | {"sourceSiteOperations": "NotRequired"}}


def recreate(estate: Estate, name: str = "web-0") -> dict[str, Any]:
    """Delete a machine and make another one under its name, with disks of its own; return it."""
    arm, path = estate.arm, estate.machine(name)
    properties = arm.get(path, version=COMPUTE)["properties"]
    arm.ended(arm.ask("DELETE", path, version=COMPUTE).headers["azure-asyncoperation"])
    disk = {"createOption": "FromImage", "name": f"{name}-os-2"}
    kept = {key: properties[key] for key in ("hardwareProfile", "osProfile", "networkProfile")}
    profile = {"imageReference": properties["storageProfile"]["imageReference"], "osDisk": disk}
    body = {"location": SOURCE, "tags": {}, "properties": {**kept, "storageProfile": profile}}
    return arm.make(path, body, version=COMPUTE)


def test_a_stopped_machine_cannot_be_disabled(estate: Estate) -> None:
    """150144 with its power state, also when a failover has stopped it; started, it can; a purge always can."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    estate.protect("web-1")
    estate.power("web-0", "deallocate")
    refused = arm.run("POST", f"{item}/remove", REMOVAL)
    estate.power("web-0", "start")
    arm.done("POST", f"{item}/remove", REMOVAL)
    arm.done("POST", f"{estate.item('web-1')}/unplannedFailover", FAILOVER)
    after_failover = arm.run("POST", f"{estate.item('web-1')}/remove", REMOVAL)
    arm.done("DELETE", estate.item("web-1"))

    assert (refused.code, after_failover.code) == ("150144", "150144")
    assert "'deallocated'" in refused.document["error"]["message"]
    assert arm.get(refused.job)["properties"]["state"] == "Failed"


def test_a_failed_enabling_is_in_the_way_until_it_is_removed(estate: Estate) -> None:
    """A kernel that the agent does not know leaves an item; the next enabling says that it exists."""
    arm, item, body = estate.arm, estate.item("web-0"), estate.item_body("web-0")
    arm.trouble(target="web-0", operation="item.enable", fail="151141", times=1)
    failed = arm.run("PUT", item, body)
    left = arm.get(item)["properties"]
    again = arm.run("PUT", item, body)
    arm.done("POST", f"{item}/remove", REMOVAL)

    assert (failed.code, again.code) == ("151141", "VmAlreadyProtected")
    assert (left["protectionState"], left["allowedOperations"]) == ("EnablingFailed", ["DisableProtection"])
    assert arm.ask("GET", item).status_code == 404
    arm.done("PUT", item, body)


def test_an_nvme_controller_wants_certain_systems(estate: Estate) -> None:
    """151273 is a prerequisite: no item is left. Without the controller the same machine can be enabled."""
    arm, item, path = estate.arm, estate.item("web-0"), estate.machine("web-0")
    codes = []
    for controller in ("NVMe", "SCSI"):
        change = {"properties": {"storageProfile": {"diskControllerType": controller}}}
        assert arm.ask("PATCH", path, change, version=COMPUTE).status_code == 200
        arm.until(path, lambda found: found["properties"]["provisioningState"] == "Succeeded", COMPUTE)
        codes.append(arm.run("PUT", item, estate.item_body("web-0")).code)
        statuses = arm.ask("GET", item).status_code

    assert codes == ["151273", ""]
    assert statuses == 200


@pytest.mark.parametrize(("body", "age", "states"), [(FAILOVER, 0, "Succeeded"), (WITHOUT_SOURCE, 200, "NotStarted")])
def test_which_point_a_failover_takes(estate: Estate, body: dict[str, Any], age: int, states: str) -> None:
    """With the source's help a point of this moment; without it the newest that exists. The job tells which."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    arm.advance(500)
    before = arm.get(f"{item}/recoveryPoints")["value"]
    ended = arm.done("POST", f"{item}/unplannedFailover", body)
    taken = arm.get(item)["properties"]["failoverRecoveryPointId"]
    job = arm.get(ended.job)["properties"]
    told = job["customDetails"]["protectedItemDetails"][0]

    assert (taken == before[0]["id"]) is bool(age)
    assert (told["recoveryPointId"], bool(told["recoveryPointTime"])) == (taken, True)
    assert [task["state"] for task in job["tasks"][1:3]] == [states] * 2


def test_a_test_tells_its_machine_and_point(estate: Estate) -> None:
    """What evidence of a drill is made of; while the clean-up runs the item is not removed."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    point = arm.get(f"{item}/recoveryPoints")["value"][0]
    ended = arm.done("POST", f"{item}/testFailover", drill(estate))
    told = arm.get(ended.job)["properties"]["customDetails"]["protectedItemDetails"][0]
    arm.pace(item__test_failover_cleanup=60)
    cleaning = arm.ask("POST", f"{item}/testFailoverCleanup", {"properties": {"comments": ""}})
    refused = arm.run("POST", f"{item}/remove", REMOVAL)
    arm.advance(60)

    assert (told["testVmName"], told["recoveryPointId"]) == ("web-0-test", point["id"])
    assert told["recoveryPointTime"] == point["properties"]["recoveryPointTime"]
    assert refused.code == "AnotherJobRuns"
    assert arm.ended(cleaning.headers["azure-asyncoperation"])["status"] == "Succeeded"
    arm.done("POST", f"{item}/remove", REMOVAL)


def test_a_recreated_machine_is_not_the_one_that_was_protected(estate: Estate) -> None:
    """The old item is critical and keeps the old disks and tags; the new machine can be enabled once it is removed."""
    arm, item = estate.arm, estate.item("web-0")
    before = estate.protect()["properties"]["providerSpecificDetails"]
    machine = recreate(estate)
    orphan = arm.get(item)["properties"]
    details = orphan["providerSpecificDetails"]
    link = f"{estate.machine('web-0')}/providers/Microsoft.Resources/links/ASR-Protect-web-0"
    early = arm.run("PUT", estate.item("new"), estate.item_body("web-0", disks=("os-2",)))
    arm.done("POST", f"{item}/remove", REMOVAL)

    assert [error["errorCode"] for error in orphan["healthErrors"]] == ["MachineDeleted"]
    assert (orphan["replicationHealth"], details["lastHeartbeat"]) == ("Critical", None)
    assert [disk["diskId"] for disk in details["protectedManagedDisks"]] == [
        disk["diskId"] for disk in before["protectedManagedDisks"]
    ]
    assert details["vmSyncedConfigDetails"] == before["vmSyncedConfigDetails"]
    assert machine["properties"]["storageProfile"]["osDisk"]["name"] == "web-0-os-2"
    assert early.code == "VmAlreadyProtected"
    assert arm.ask("GET", link, version="2016-09-01").status_code == 404
    arm.done("PUT", estate.item("new"), estate.item_body("web-0", disks=("os-2",)))


def test_a_purge_leaves_the_link_of_a_deleted_machine(estate: Estate) -> None:
    """Ids are by name: the link of the old protection stops that of the new machine (150226)."""
    estate.protect()
    recreate(estate)
    estate.arm.done("DELETE", estate.item("web-0"))

    assert estate.arm.run("PUT", estate.item("new"), estate.item_body("web-0", disks=("os-2",))).code == "150226"


def test_a_failover_into_a_classic_set_fails(estate: Estate) -> None:
    """28031, in Compute's words; the machine has managed disks."""
    arm, item = estate.arm, estate.item("web-0")
    classic = f"{estate.recovery_group}/providers/Microsoft.Compute/availabilitySets/classic"
    arm.make(classic, {"location": RECOVERY, "properties": {}}, version=COMPUTE)
    estate.protect()
    arm.done("PATCH", item, {"properties": {"recoveryAvailabilitySetId": classic}})
    failed = arm.run("POST", f"{item}/unplannedFailover", WITHOUT_SOURCE)
    causes = arm.get(failed.job)["properties"]["errors"][0]["serviceErrorDetails"]["possibleCauses"]

    assert failed.code == "28031"
    assert "Availability Set with 'Aligned' SKU" in causes


def test_a_recovered_machine_has_the_name_that_was_set(estate: Estate) -> None:
    """`recoveryAzureVMName`, whatever the item is called."""
    arm, item = estate.arm, f"{estate.container(SOURCE)}/replicationProtectedItems/an-item"
    arm.set(unnamed_recovered_machine="item")
    arm.done("PUT", item, estate.item_body("web-0"))
    estate.protected(item)
    arm.done("PATCH", item, {"properties": {"recoveryAzureVMName": "web-0-dr"}})
    arm.done("POST", f"{item}/unplannedFailover", WITHOUT_SOURCE)
    machine = arm.get(item)["properties"]["providerSpecificDetails"]["recoveryFabricObjectId"]

    assert arm.get(machine, version=COMPUTE)["name"] == "web-0-dr"


def test_a_swapped_os_disk_is_not_the_protected_one(estate: Estate) -> None:
    """The item goes on with the disk that it has; it does not warn of a new data disk."""
    arm, item, path = estate.arm, estate.item("web-0"), estate.machine("web-0")
    estate.protect()
    creation = {"createOption": "Copy", "sourceResourceId": estate.disk("web-0-os")}
    body = {"location": SOURCE, "properties": {"creationData": creation, "diskSizeGB": 128}}
    arm.make(estate.disk("restored"), body, version=COMPUTE)
    change = {"properties": {"storageProfile": {"osDisk": {"managedDisk": {"id": estate.disk("restored")}}}}}
    assert arm.ask("PATCH", path, change, version=COMPUTE).status_code == 200
    arm.until(path, lambda found: found["properties"]["storageProfile"]["osDisk"]["name"] == "restored", COMPUTE)
    properties = arm.get(item)["properties"]

    disks = properties["providerSpecificDetails"]["protectedManagedDisks"]
    assert disks[0]["diskId"] == estate.disk("web-0-os").lower()
    assert (properties["protectionState"], properties["healthErrors"]) == ("Protected", [])


def test_a_deleted_group_takes_the_links_along(estate: Estate) -> None:
    """Nothing of a machine is left in a group that is gone, although its item is still there."""
    arm, link = estate.arm, f"{estate.machine('web-0')}/providers/Microsoft.Resources/links/ASR-Protect-web-0"
    estate.protect()
    accepted = arm.ask("DELETE", estate.group, version="2021-04-01")
    assert accepted.status_code == 202
    arm.until(estate.item("web-0"), lambda found: found["properties"]["replicationHealth"] == "Critical")

    assert arm.ask("GET", link, version="2016-09-01").status_code == 404
