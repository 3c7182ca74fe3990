"""What the stories of the fleet do to machines, and how they read it."""

from typing import Any

from tests.e2e.stack import VM_API, Stack

POWER_API = "2024-07-01"


def fleet(up: Stack, **query: str) -> dict[str, Any]:
    """The rows of the fleet, read anew, by name."""
    answer = up.api("GET", "protections", refresh="true", **query)
    assert answer.status_code == 200, answer.text
    return {row["name"]: row for row in answer.json()["protections"]}


def codes(row: dict[str, Any]) -> list[str]:
    """The codes of a row's or a status's reasons."""
    return [reason["code"] for reason in row["reasons"]]


def body_of(up: Stack, vm_id: str) -> dict[str, Any]:
    """What has to be put to make the machine again, with an OS disk of its own."""
    found = up.get(vm_id, VM_API)
    about = found["properties"]
    disk = about["storageProfile"]["osDisk"]
    return {
        "location": found["location"],
        "tags": found.get("tags", {}),
        "properties": {
            "hardwareProfile": about["hardwareProfile"],
            "networkProfile": about["networkProfile"],
            "osProfile": about["osProfile"] | {"adminPassword": "Much-Too-Long-4-You"},
            "storageProfile": {
                "imageReference": about["storageProfile"]["imageReference"],
                "osDisk": {
                    "name": f"{disk['name']}-again",
                    "osType": disk["osType"],
                    "createOption": "FromImage",
                    "managedDisk": {"storageAccountType": "Premium_LRS"},
                },
            },
        },
    }


def delete(up: Stack, vm_id: str) -> None:
    """Delete the machine and wait until it is gone."""
    assert up.call("DELETE", vm_id, VM_API).status_code in (200, 202, 204)
    up.until(lambda: up.call("GET", vm_id, VM_API).status_code == 404)


def put(up: Stack, vm_id: str, body: dict[str, Any]) -> None:
    """Put the machine and wait until it runs."""
    answer = up.call("PUT", vm_id, VM_API, body)
    assert answer.status_code in (200, 201, 202), answer.text
    up.until(lambda: up.get(vm_id, VM_API)["properties"]["provisioningState"] == "Succeeded")


def change_disks(up: Stack, vm_id: str, change: Any) -> None:
    """Put the machine with another storage profile."""
    found = up.get(vm_id, VM_API)
    found["properties"].pop("instanceView", None)
    change(found["properties"]["storageProfile"])
    put(up, vm_id, found)


def empty_disk(up: Stack, name: str) -> str:
    """A new managed disk; its id."""
    id_ = f"{up.group()}/providers/Microsoft.Compute/disks/{name}"
    body = {
        "location": "eastasia",
        "sku": {"name": "Premium_LRS"},
        "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 128, "osType": "Windows"},
    }
    assert up.call("PUT", id_, "2024-03-02", body).status_code in (200, 201, 202)
    up.until(lambda: up.get(id_, "2024-03-02")["properties"]["provisioningState"] == "Succeeded")
    return id_
