"""Recorded requests that can be replayed by themselves: how our answer to each comes about.

The recordings are not part of the repository.
"""

from collections.abc import Callable
from typing import Any

import httpx

from local.emulator.arm.wire import JsonObject
from tests.emulator.conftest import Arm
from tests.emulator.truth import exchange

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


DEPLOYMENT = "/resourcegroups/cli.test.rg.SRVM/providers/Microsoft.Resources/deployments/mock-deployment"


def deployment(arm: Arm) -> tuple[Any, Any]:
    """Return our answers to the recorded PUT of the template of `az vm create` and to the GET after it."""
    arm.group("cli.test.rg.SRVM", "eastus2")
    text = httpx.Response(200, json=sent(12)).text.replace("00000000-0000-0000-0000-000000000000", arm.root[15:])
    response = arm.request("PUT", DEPLOYMENT, httpx.Response(200, text=text).json())
    arm.finish(response)
    return response.json(), arm.get(DEPLOYMENT)


def group(arm: Arm) -> Any:
    """Return our answer to the recorded PUT of a group."""
    return arm.request("PUT", "/resourcegroups/cli.test.rg.SRVault", sent(0)).json()


COMPARED: dict[str, tuple[int, Callable[[Arm], Any]]] = {
    "vault PUT": (22, lambda arm: vault(arm)[0]),
    "vault GET": (25, lambda arm: vault(arm)[1]),
    "network PUT": (114, lambda arm: network(arm)[0]),
    "network GET": (117, lambda arm: network(arm)[1]),
    "storage account GET": (143, storage),
    "machine GET with instance view": (18, lambda arm: machine(arm)[0]),
    "interface GET": (19, lambda arm: machine(arm)[1]),
    "public address GET": (20, lambda arm: machine(arm)[2]),
    "group PUT": (0, group),
    "deployment PUT": (12, lambda arm: deployment(arm)[0]),
    "deployment GET": (17, lambda arm: deployment(arm)[1]),
    "network in use GET": (121, lambda arm: machine(arm)[3]),
}
