"""What of a machine can be changed, what is refused, and what a refusal leaves behind: nothing."""

from typing import Any

import pytest

from tests.emulator.conftest import Arm, vm_properties

COMPUTE = "/resourceGroups/app/providers/Microsoft.Compute"
DISK = f"{COMPUTE}/disks/extra"


def refused(arm: Arm, method: str, path: str, body: object = None) -> tuple[int, str]:
    """Return status and code of a request that must be refused."""
    response = arm.request(method, path, body)
    assert not response.is_success
    return response.status_code, str(response.json()["error"]["code"])


@pytest.mark.parametrize(
    "change",
    [
        {"osProfile": {"computerName": "other"}},
        {"osProfile": {"adminUsername": "other"}},
        {"storageProfile": {"osDisk": {"name": "other"}}},
        {"storageProfile": {"imageReference": {"sku": "2022-Datacenter"}}},
        {"availabilitySet": {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/availabilitySets/a"}},
    ],
)
def test_what_was_fixed_cannot_be_changed(arm: Arm, change: dict[str, Any]) -> None:
    """Names, image and set are a machine's for ever."""
    assert refused(arm, "PATCH", arm.vm(), {"properties": change}) == (409, "PropertyChangeNotAllowed")


def test_what_is_not_mentioned_stays(arm: Arm) -> None:
    """A PUT without profiles that cannot be changed keeps them; a PATCH of the tags replaces all of them."""
    path = arm.vm()
    before = arm.get(path)
    hardware = {"hardwareProfile": {"vmSize": "Standard_D4s_v5"}}
    after = arm.put(path, {"location": "eastasia", "tags": {"a": "1"}, "properties": hardware})
    arm.finish(arm.request("PATCH", path, {"tags": {"b": "2"}}))

    assert after["properties"]["hardwareProfile"]["vmSize"] == "Standard_D4s_v5"
    for kept in ("osProfile", "networkProfile", "storageProfile", "vmId"):
        assert after["properties"][kept] == before["properties"][kept]
    assert arm.get(path)["tags"] == {"b": "2"}


def attach(arm: Arm, path: str, *disks: dict[str, Any]) -> Any:
    """PATCH the machine's data disks and return the answer."""
    return arm.request("PATCH", path, {"properties": {"storageProfile": {"dataDisks": list(disks)}}})


def test_a_disk_is_one_machines(arm: Arm) -> None:
    """Attached it is refused to others and cannot be deleted; detached it can."""
    first, second = arm.vm(), arm.vm("vm1")
    arm.put(DISK, {"location": "eastasia", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8}})
    disk = {"lun": 5, "createOption": "Attach", "managedDisk": {"id": arm.root + DISK}}
    arm.finish(attach(arm, first, disk))
    taken = attach(arm, second, disk).json()["error"]["code"]
    kept = refused(arm, "DELETE", DISK)
    arm.finish(attach(arm, first, {**disk, "toBeDetached": True}))

    assert (taken, kept) == ("ConflictingUserInput", (409, "OperationNotAllowed"))
    assert arm.get(DISK)["properties"]["diskState"] == "Unattached"
    assert arm.request("DELETE", DISK).status_code == 202


def test_a_refused_machine_leaves_no_disks(arm: Arm) -> None:
    """Whatever is wrong is found before the first disk is made."""
    path = arm.vm()
    before = [one["id"] for one in arm.get(f"{COMPUTE}/disks")["value"]]
    fresh = {"lun": 1, "createOption": "Empty", "diskSizeGB": 4}
    codes = [
        attach(arm, path, fresh, {"lun": 2, "createOption": "Attach", "managedDisk": {"id": f"{arm.root}{DISK}"}}),
        attach(arm, path, fresh, {**fresh, "lun": 2, "diskSizeGB": 0, "name": "x"}, {**fresh, "lun": 3, "name": "x"}),
        attach(arm, path, fresh, {**fresh, "lun": 2, "diskSizeGB": 99_999}),
        attach(arm, path, *({**fresh, "lun": lun} for lun in range(5))),
    ]

    assert [one.json()["error"]["code"] for one in codes] == [
        "NotFound",
        "InvalidParameter",
        "InvalidParameter",
        "OperationNotAllowed",
    ]
    assert [one["id"] for one in arm.get(f"{COMPUTE}/disks")["value"]] == before


def test_a_machine_that_is_being_created_has_what_it_was_given(arm: Arm) -> None:
    """Its interface is no other's and its disk stays, long before it is ready; what is being deleted nobody gets."""
    path, other = arm.vm(), arm.vm("other")
    nic = arm.get(path)["properties"]["networkProfile"]["networkInterfaces"][0]["id"]
    arm.finish(arm.request("DELETE", path))
    kinds = ("virtualMachines/write", "disks/delete")
    arm.control("POST", "/pace", {"durations": {f"Microsoft.Compute/{kind}": 600 for kind in kinds}})
    body = {"location": "eastasia", "properties": vm_properties(nic)}
    creating = arm.request("PUT", f"{COMPUTE}/virtualMachines/one", body).json()
    disk = creating["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"]
    codes = [
        refused(arm, "PUT", f"{COMPUTE}/virtualMachines/two", body)[1],
        refused(arm, "DELETE", nic)[1],
        refused(arm, "DELETE", disk)[1],
    ]
    free = next(one for one in arm.get(f"{COMPUTE}/disks")["value"] if one["properties"]["diskState"] == "Unattached")
    assert arm.request("DELETE", free["id"]).status_code == 202
    late = attach(arm, other, {"lun": 3, "createOption": "Attach", "managedDisk": {"id": free["id"]}})

    assert codes == ["NicInUse", "NicInUse", "OperationNotAllowed"]
    assert late.json()["error"]["code"] == "OperationNotAllowed"


def test_extensions_need_a_running_machine(arm: Arm) -> None:
    """As the service says: not while it is stopped."""
    path = arm.vm()
    arm.finish(arm.request("POST", f"{path}/deallocate"))
    extension = {"publisher": "Microsoft.Azure.Extensions", "type": "CustomScript", "typeHandlerVersion": "2.1"}
    body = {"location": "eastasia", "properties": extension}

    assert refused(arm, "PUT", f"{path}/extensions/script", body) == (409, "OperationNotAllowed")


def test_the_os_disk_is_swapped_by_its_id(arm: Arm) -> None:
    """The machine boots from the other disk, under that disk's own name; the one it had is free; the rest stays."""
    path = arm.vm()
    before = arm.get(path)["properties"]
    restored = arm.put(DISK, {"location": "eastasia", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 127}})  # fmt: skip # noqa: E501
    arm.finish(arm.request("PATCH", path, {"properties": {"storageProfile": {"osDisk": {"managedDisk": {"id": restored["id"]}}}}}))  # fmt: skip # noqa: E501
    after = arm.get(path)["properties"]
    old = arm.get(before["storageProfile"]["osDisk"]["managedDisk"]["id"])
    other = {"storageProfile": {"osDisk": {"createOption": "Attach", "managedDisk": {"id": old["id"]}}}}

    assert after["storageProfile"]["osDisk"]["name"] == "extra"
    assert after["storageProfile"]["osDisk"]["managedDisk"]["id"] == restored["id"]
    assert (after["vmId"], after["storageProfile"]["dataDisks"]) == (
        before["vmId"],
        before["storageProfile"]["dataDisks"],
    )
    assert (old["properties"]["diskState"], arm.get(DISK)["properties"]["diskState"]) == ("Unattached", "Attached")
    assert refused(arm, "PATCH", path, {"properties": other}) == (409, "PropertyChangeNotAllowed")


def test_a_disk_that_is_attached_keeps_its_name(arm: Arm) -> None:
    """Whatever the profile calls it."""
    path = arm.vm()
    arm.put(DISK, {"location": "eastasia", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8}})
    for lun, name in ((5, {}), (6, {"name": "invented"})):
        disk = {"lun": lun, "createOption": "Attach", "managedDisk": {"id": arm.root + DISK}, **name}
        arm.finish(attach(arm, path, disk))

        assert [one["name"] for one in arm.get(path)["properties"]["storageProfile"]["dataDisks"]] == ["extra"]


def test_a_machine_made_again_is_another(arm: Arm) -> None:
    """Under the name of a deleted machine it has another GUID."""
    path = arm.vm()
    before = arm.get(path)["properties"]
    nic = before["networkProfile"]["networkInterfaces"][0]["id"]
    arm.finish(arm.request("DELETE", path))
    again = arm.put(path, {"location": "eastasia", "properties": vm_properties(nic)})["properties"]

    assert again["vmId"] != before["vmId"]
