"""Held against recorded traffic: every recorded key is in our answer, with the recorded type.

The recordings are not part of the repository; without them these tests are skipped.
"""

from collections.abc import Callable
from typing import Any

import pytest

from local.emulator.arm.wire import JsonObject
from tests.emulator.conftest import Arm
from tests.emulator.truth import RECORDED, exchange, missing, shapes

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded traffic is not here")

LEAST_SHARE = 0.95
VAULT = "/resourceGroups/cli.test.rg.SRVault/providers/Microsoft.RecoveryServices/vaults/SRCliVault"
NETWORK = "/resourceGroups/cli.test.rg.SRVM/providers/Microsoft.Network"


def sent(index: int) -> JsonObject:
    """Return the body of a recorded request."""
    body: JsonObject = exchange(index)["request"]["body"]
    return body


def answered(index: int) -> JsonObject:
    """Return the body of a recorded answer."""
    body: JsonObject = exchange(index)["response"]["body"]
    return body


def vault(arm: Arm, version: str = "2023-02-01") -> tuple[Any, Any]:
    """Return our answers to the recorded PUT of a vault and to the GET after it."""
    arm.group("cli.test.rg.SRVault", "eastus")
    path = f"{VAULT}?api-version={version}"
    response = arm.request("PUT", path, sent(22))
    arm.finish(response)
    return response.json(), arm.get(path)


def network(arm: Arm) -> tuple[Any, Any]:
    """Return our answers to the recorded PUT of a network and to the GET after it."""
    arm.group("cli.test.rg.SRVault", "eastus")
    path = "/resourceGroups/cli.test.rg.SRVault/providers/Microsoft.Network/virtualNetworks/cli-test-vnet-A2A-2"
    response = arm.request("PUT", path, sent(114))
    arm.finish(response)
    return response.json(), arm.get(path)


def storage(arm: Arm) -> Any:
    """Return our GET of an account that was made by the recorded PUT."""
    arm.group("cli.test.rg.SRVM", "eastus2")
    account = "/resourceGroups/cli.test.rg.SRVM/providers/Microsoft.Storage/storageAccounts/clitestsaa2a1"
    path = f"{account}?api-version=2022-09-01"
    arm.finish(arm.request("PUT", path, sent(137)))
    return arm.get(path)


def machine(arm: Arm) -> tuple[Any, Any, Any, Any]:
    """Return our machine with its instance view, its interface, its public address and its network.

    The recorded ones came from a template; here they are made from what their GETs showed.
    """
    arm.group("cli.test.rg.SRVM", "eastus2")
    here = {"location": "eastus2"}
    arm.put(
        f"{NETWORK}/virtualNetworks/SRsourcevmVNET", here | {"properties": _without_ids(answered(121)["properties"])}
    )
    arm.put(f"{NETWORK}/networkSecurityGroups/SRsourcevmNSG", here)
    address = f"{NETWORK}/publicIPAddresses/SRsourcevmPublicIP"
    arm.put(address, here | {"sku": {"name": "Standard"}, "properties": {"publicIPAllocationMethod": "Static"}})
    nic = f"{NETWORK}/networkInterfaces/SRsourcevmVMNic"
    configuration = {
        "name": "ipconfigSRsourcevm",
        "properties": {
            "subnet": {"id": f"{arm.root}{NETWORK}/virtualNetworks/SRsourcevmVNET/subnets/SRsourcevmSubnet"},
            "publicIPAddress": {"id": arm.root + address},
        },
    }
    group = {"networkSecurityGroup": {"id": f"{arm.root}{NETWORK}/networkSecurityGroups/SRsourcevmNSG"}}
    arm.put(nic, here | {"properties": {"ipConfigurations": [configuration], **group}})
    recorded = answered(18)["properties"]
    wanted = {key: recorded[key] for key in ("hardwareProfile", "osProfile")}
    wanted["storageProfile"] = {
        "imageReference": {
            key: recorded["storageProfile"]["imageReference"][key] for key in ("publisher", "offer", "sku")
        },
        "osDisk": {"createOption": "FromImage", "managedDisk": {"storageAccountType": "Premium_LRS"}},
    }
    wanted["networkProfile"] = {"networkInterfaces": [{"id": arm.root + nic}]}
    path = "/resourceGroups/cli.test.rg.SRVM/providers/Microsoft.Compute/virtualMachines/SRsourcevm"
    arm.put(path, here | {"properties": wanted})
    vnet = arm.get(f"{NETWORK}/virtualNetworks/SRsourcevmVNET")
    return arm.get(f"{path}?$expand=instanceView"), arm.get(nic), arm.get(address), vnet


def _without_ids(properties: JsonObject) -> JsonObject:
    subnets = [
        {"name": one["name"], "properties": {"addressPrefix": one["properties"]["addressPrefix"]}}
        for one in properties["subnets"]
    ]
    return {"addressSpace": properties["addressSpace"], "subnets": subnets}


COMPARED: dict[str, tuple[int, Callable[[Arm], Any]]] = {
    "vault PUT": (22, lambda arm: vault(arm)[0]),
    "vault GET": (25, lambda arm: vault(arm)[1]),
    "network PUT": (114, lambda arm: network(arm)[0]),
    "network GET": (117, lambda arm: network(arm)[1]),
    "storage account GET": (143, storage),
    "machine GET with instance view": (18, lambda arm: machine(arm)[0]),
    "interface GET": (19, lambda arm: machine(arm)[1]),
    "public address GET": (20, lambda arm: machine(arm)[2]),
    "network in use GET": (121, lambda arm: machine(arm)[3]),
}


@pytest.mark.parametrize("name", COMPARED)
def test_recorded_keys_are_ours_too(arm: Arm, name: str) -> None:
    """At least 95 % of the recorded keys, with their types; what is missing is named."""
    index, answer = COMPARED[name]
    recorded, ours = answered(index), answer(arm)
    lacking = missing(recorded, ours)

    share = 1 - len(lacking) / len(shapes(recorded))
    assert share >= LEAST_SHARE, f"{share:.0%}: {lacking}"


def test_recorded_refusals_are_word_for_word(arm: Arm) -> None:
    """The 404 of a missing vault says what the recorded one says."""
    arm.group("cli.test.rg.SRVault", "eastus")
    recorded = exchange(21)["response"]
    response = arm.request("GET", VAULT)

    assert (response.status_code, response.json()) == (recorded["status"], recorded["body"])
    assert response.headers["x-ms-failure-cause"] == recorded["headers"]["x-ms-failure-cause"]


def test_recorded_group_life(arm: Arm) -> None:
    """PUT 201 with the recorded body, DELETE 202, operation result 200."""
    path = "/resourcegroups/cli.test.rg.SRVault"
    created = arm.request("PUT", path, sent(0))
    whole = answered(0) | {"id": f"{arm.root}/resourceGroups/cli.test.rg.SRVault"}
    deleted = arm.request("DELETE", path)

    assert (created.status_code, created.json()) == (201, whole)
    assert deleted.status_code == exchange(256)["response"]["status"]
    assert arm.finish(deleted).status_code == exchange(269)["response"]["status"]
