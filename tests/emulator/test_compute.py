"""Machines, disks, extensions, availability sets."""

import pytest

from tests.emulator.conftest import Arm, vm_properties

COMPUTE = "/resourceGroups/app/providers/Microsoft.Compute"


def test_a_new_vm_has_its_disks_and_runs(arm: Arm) -> None:
    """The service fills in ids, names, sizes; the disks are resources; the password is not shown."""
    vm = arm.get(f"{arm.vm()}?$expand=instanceView")
    properties = vm["properties"]
    os_disk, data_disk = properties["storageProfile"]["osDisk"], properties["storageProfile"]["dataDisks"][0]
    managed = arm.get(data_disk["managedDisk"]["id"])
    nic = arm.get(properties["networkProfile"]["networkInterfaces"][0]["id"])

    assert properties["provisioningState"] == "Succeeded"
    assert {"code": "PowerState/running", "level": "Info", "displayStatus": "VM running"} in properties["instanceView"][
        "statuses"
    ]
    assert properties["instanceView"]["vmAgent"]["statuses"][0]["displayStatus"] == "Ready"
    assert (os_disk["osType"], os_disk["diskSizeGB"], os_disk["deleteOption"]) == ("Windows", 127, "Detach")
    assert os_disk["name"].startswith("vm0_OsDisk_1_")
    assert (managed["sku"]["name"], managed["managedBy"]) == ("StandardSSD_LRS", vm["id"])
    assert managed["properties"]["diskState"] == "Attached"
    assert nic["properties"]["virtualMachine"]["id"] == vm["id"]
    assert "adminPassword" not in properties["osProfile"]
    assert properties["vmId"]
    assert properties["timeCreated"]


def test_put_is_a_long_operation_in_computes_manner(arm: Arm) -> None:
    """201 Creating with Azure-AsyncOperation, then 200 Updating for the same body; identity and disks stay."""
    path = arm.vm()
    before = arm.get(path)

    again = arm.request(
        "PUT",
        path,
        {
            "location": "eastasia",
            "properties": vm_properties(
                f"{arm.root}/resourceGroups/app/providers/Microsoft.Network/networkInterfaces/vm0-nic"
            ),
        },
    )
    status = arm.finish(again).json()
    after = arm.get(path)

    assert again.status_code == 200
    assert again.json()["properties"]["provisioningState"] == "Updating"
    assert "/providers/Microsoft.Compute/locations/eastasia/operations/" in again.headers["Azure-AsyncOperation"]
    assert status.keys() == {"startTime", "endTime", "status", "name"}
    assert after["properties"]["vmId"] == before["properties"]["vmId"]
    assert after["properties"]["timeCreated"] == before["properties"]["timeCreated"]


def test_instance_view_is_shown_only_when_asked_for(arm: Arm) -> None:
    """By `$expand`, by its own path, never otherwise; timeCreated only from 2021-11-01 on."""
    path = arm.vm()

    assert "instanceView" not in arm.get(path)["properties"]
    assert "statuses" in arm.get(f"{path}/instanceView")
    assert "timeCreated" not in arm.get(f"{path}?api-version=2020-12-01")["properties"]


@pytest.mark.parametrize(
    ("actions", "state", "disk_state"),
    [
        (["deallocate"], "deallocated", "Reserved"),
        (["powerOff"], "stopped", "Attached"),
        (["deallocate", "start"], "running", "Attached"),
        (["restart"], "running", "Attached"),
    ],
)
def test_power_actions(arm: Arm, actions: list[str], state: str, disk_state: str) -> None:
    """Each action is 202 with both URLs; a deallocated VM's disks are reserved and its agent is silent."""
    path = arm.vm()
    for action in actions:
        accepted = arm.request("POST", f"{path}/{action}")
        assert accepted.status_code == 202
        assert accepted.headers["Location"]
        arm.finish(accepted)

    view = arm.get(f"{path}/instanceView")
    disk = arm.get(arm.get(path)["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"])

    assert f"PowerState/{state}" in {status["code"] for status in view["statuses"]}
    assert ("vmAgent" in view) == (state == "running")
    assert disk["properties"]["diskState"] == disk_state


def test_patch_replaces_tags_only(arm: Arm) -> None:
    """PATCH with tags answers 200 and leaves everything else."""
    path = arm.vm()
    before = arm.get(path)

    patched = arm.request("PATCH", path, {"tags": {"asr-protect": "true"}})
    arm.finish(patched)

    assert patched.status_code == 200
    assert arm.get(path) == {**before, "tags": {"asr-protect": "true"}}


def test_what_a_vm_refers_to_must_exist(arm: Arm) -> None:
    """A missing interface or availability set is 404, an interface of another VM is 400."""
    taken = f"{arm.root}/resourceGroups/app/providers/Microsoft.Network/networkInterfaces/vm0-nic"
    arm.vm()

    def refusal(properties: dict[str, object]) -> tuple[int, str]:
        response = arm.request(
            "PUT", f"{COMPUTE}/virtualMachines/other", {"location": "eastasia", "properties": properties}
        )
        return response.status_code, response.json()["error"]["code"]

    no_set = vm_properties(taken) | {"availabilitySet": {"id": f"{arm.root}{COMPUTE}/availabilitySets/none"}}
    assert refusal(vm_properties(taken + "-none")) == (404, "NotFound")
    assert refusal(no_set) == (404, "NotFound")
    assert refusal(vm_properties(taken)) == (400, "NicInUse")


def test_a_vm_stays_where_it_is(arm: Arm) -> None:
    """A PUT with another location is 409 InvalidResourceLocation."""
    response = arm.request("PUT", arm.vm(), {"location": "westus", "properties": {}})

    assert (response.status_code, response.json()["error"]["code"]) == (409, "InvalidResourceLocation")


def test_delete_lets_disks_and_interfaces_go(arm: Arm) -> None:
    """A deleted VM's disks are kept and free; attached ones cannot be deleted."""
    path = arm.vm()
    disk = arm.get(path)["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"]

    refused = arm.request("DELETE", disk)
    arm.finish(arm.request("DELETE", path))
    kept = arm.get(disk)
    freed = arm.request("DELETE", disk)

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "OperationNotAllowed")
    assert kept["properties"]["diskState"] == "Unattached"
    assert "managedBy" not in kept
    assert freed.status_code == 202
    assert arm.request("GET", path).json()["error"]["code"] == "ResourceNotFound"
    assert arm.request("DELETE", path).status_code == 204


def test_disks_on_their_own(arm: Arm) -> None:
    """202 with both URLs; the size is needed for an empty disk, and only grows."""
    arm.group()
    path = f"{COMPUTE}/disks/d1"
    body = {
        "location": "eastasia",
        "sku": {"name": "premium_lrs"},
        "properties": {"creationData": {"createOption": "Empty"}},
    }

    missing = arm.request("PUT", path, body)
    sized = {**body, "properties": {**body["properties"], "diskSizeGB": 32}}  # type: ignore[dict-item]
    accepted = arm.request("PUT", path, sized)
    arm.finish(accepted)
    shrunk = arm.request("PATCH", path, {"properties": {"diskSizeGB": 16}})

    assert missing.status_code == 400
    assert accepted.status_code == 202
    assert arm.get(path)["sku"] == {"name": "Premium_LRS", "tier": "Premium"}
    assert arm.get(accepted.headers["Location"])["name"] == "d1"
    assert shrunk.json()["error"]["code"] == "OperationNotAllowed"


def test_availability_sets(east_asia: Arm) -> None:
    """Members in Compute's capitals; counts do not change; one with machines is not deleted."""
    path = "/resourceGroups/contoso-app/providers/Microsoft.Compute/availabilitySets/web-set"
    shown = east_asia.get(path)
    machine = east_asia.get("/resourceGroups/contoso-app/providers/Microsoft.Compute/virtualMachines/web-0")

    changed = east_asia.request(
        "PUT", path, {"location": "eastasia", "sku": {"name": "Aligned"}, "properties": {"platformFaultDomainCount": 2}}
    )
    deleted = east_asia.request("DELETE", path)

    assert shown["properties"]["platformFaultDomainCount"] == 3
    assert shown["sku"] == {"name": "Aligned"}
    assert [one["id"].rsplit("/", 1)[1] for one in shown["properties"]["virtualMachines"]] == ["WEB-0", "WEB-1"]
    assert machine["properties"]["availabilitySet"]["id"].endswith(
        "/CONTOSO-APP/providers/Microsoft.Compute/availabilitySets/WEB-SET"
    )
    assert (changed.status_code, deleted.status_code) == (409, 409)


def test_extensions(arm: Arm) -> None:
    """An extension is a child of its VM, shown in it and listed below it; its secrets are not."""
    vm = arm.vm()
    path = f"{vm}/extensions/agent"
    properties = {"publisher": "P", "type": "T", "typeHandlerVersion": "1.0", "protectedSettings": {"key": "secret"}}

    orphan = arm.request(
        "PUT", f"{COMPUTE}/virtualMachines/none/extensions/agent", {"location": "eastasia", "properties": properties}
    )
    extension = arm.put(path, {"location": "eastasia", "properties": properties})

    assert orphan.json()["error"]["code"] == "ParentResourceNotFound"
    assert "protectedSettings" not in extension["properties"]
    assert [one["name"] for one in arm.get(f"{vm}/extensions")["value"]] == ["agent"]
    assert [one["name"] for one in arm.get(vm)["resources"]] == ["agent"]
    assert "vm0/agent" in {one["name"] for one in arm.get("/resources")["value"]}


def test_interfaces_are_made_with_their_vm(arm: Arm) -> None:
    """What a VM configures is made under that name with digits after it, with its address, and goes with the VM."""
    machine = arm.get(arm.vm())
    subnet = f"{arm.root}/resourceGroups/app/providers/Microsoft.Network/virtualNetworks/vm0-net/subnets/default"
    public = {"name": "door", "sku": {"name": "Standard"}, "properties": {"publicIPAllocationMethod": "Static"}}
    address = {"subnet": {"id": subnet}, "primary": True, "publicIPAddressConfiguration": public}
    wanted = {
        "primary": True,
        "deleteOption": "Delete",
        "enableAcceleratedNetworking": True,
        "ipConfigurations": [{"name": "ip", "properties": address}],
    }
    configured = [{"name": "front", "properties": wanted}]
    profile = {"networkApiVersion": "2020-11-01", "networkInterfaceConfigurations": configured}
    body = {"location": "eastasia", "properties": vm_properties("") | {"networkProfile": profile}}
    path = f"{COMPUTE}/virtualMachines/vm1"
    shown = arm.put(path, body)["properties"]["networkProfile"]
    again = arm.put(path, body)["properties"]["networkProfile"]
    nic = arm.get(shown["networkInterfaces"][0]["id"])
    found = nic["properties"]["ipConfigurations"][0]["properties"]
    door = arm.get(found["publicIPAddress"]["id"])
    nowhere = {**wanted, "ipConfigurations": [{"name": "ip", "properties": {"subnet": {"id": f"{subnet}-none"}}}]}
    profile["networkInterfaceConfigurations"] = [{"name": "front", "properties": nowhere}]
    refused = arm.request("PUT", f"{COMPUTE}/virtualMachines/vm2", body).json()["error"]["code"]
    arm.finish(arm.request("DELETE", path))

    assert shown == again
    assert shown["networkInterfaces"][0]["properties"] == {"primary": True, "deleteOption": "Delete"}
    assert nic["name"].startswith("front-")
    assert nic["properties"]["virtualMachine"]["id"] == machine["id"].replace("vm0", "vm1")
    assert (nic["properties"]["enableAcceleratedNetworking"], found["privateIPAddress"]) == (True, "10.0.0.5")
    assert door["properties"]["ipAddress"]
    assert refused == "InvalidResourceReference"
    assert arm.request("GET", nic["id"]).status_code == 404


def test_managed_disks_want_an_aligned_set(arm: Arm) -> None:
    """In a set of SKU Classic a VM with managed disks is refused in Azure's words, in an aligned one taken."""
    arm.vm()
    nic = f"{arm.root}/resourceGroups/app/providers/Microsoft.Network/networkInterfaces/vm0-nic"
    arm.finish(arm.request("DELETE", f"{COMPUTE}/virtualMachines/vm0"))
    answers = {}
    for sku in ("Classic", "Aligned"):
        made = arm.put(f"{COMPUTE}/availabilitySets/{sku}", {"location": "eastasia", "sku": {"name": sku}})
        properties = vm_properties(nic) | {"availabilitySet": {"id": made["id"]}}
        body = {"location": "eastasia", "properties": properties}
        answers[sku] = arm.request("PUT", f"{COMPUTE}/virtualMachines/vm1", body)
    error = answers["Classic"].json()["error"]

    assert (answers["Classic"].status_code, error["code"], error["target"]) == (409, "OperationNotAllowed", "vm1")
    assert error["message"].startswith("Addition of a VM with managed disks to non-managed Availability Set")
    assert answers["Aligned"].status_code == 201


def test_the_disk_controller_is_kept(arm: Arm) -> None:
    """As it was asked for, in Azure's spelling; another word is refused."""
    path = arm.vm()
    profile = {"storageProfile": {"diskControllerType": "nvme"}}
    arm.finish(arm.request("PATCH", path, {"properties": profile}))
    unknown = arm.request("PATCH", path, {"properties": {"storageProfile": {"diskControllerType": "ide"}}})

    assert arm.get(path)["properties"]["storageProfile"]["diskControllerType"] == "NVMe"
    assert unknown.json()["error"]["code"] == "InvalidParameter"
