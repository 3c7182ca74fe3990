"""What a VM's protection costs in requests to Azure, counted: the figures of the documents stay true."""

import json
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stack import GRAPH, Stack, stack

FURTHER = 12
"""VMs that are tagged at once after the first."""

SHARED, MOST_BYTES = 40, 20_000
"""What they share is read some twenty times, and more often the longer the burst lasts; bytes are those of one VM."""

QUIET = {"ASR_SWEEP_SCHEDULE": "0 0 0 1 1 *"}
"""No sweep asks for anything while requests are counted."""

type Request = dict[str, Any]


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """A world of machines on one network, none of them tagged."""
    network = "contoso-app/Microsoft.Network/virtualNetworks/net"
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    subnets = [{"name": "app", "properties": {"addressPrefix": "10.0.0.0/20"}}]
    resources = [
        {"id": "contoso-app", "body": {"location": "eastasia"}},
        {"id": network, "body": {"location": "eastasia", "properties": {**space, "subnets": subnets}}},
    ]
    for number in range(FURTHER + 1):
        resources += _machine(number, f"@{network}/subnets/app")
    path = tmp_path / "fleet.json"
    path.write_text(json.dumps({"subscription": "5f0c3a5e-7d53-4d6e-9a51-2f4f6f3b8c10", "resources": resources}))
    return path


def _machine(number: int, subnet: str) -> list[dict[str, Any]]:
    nic = f"contoso-app/Microsoft.Network/networkInterfaces/vm-{number}-nic"
    address = {"privateIPAllocationMethod": "Dynamic", "subnet": {"id": subnet}}
    image = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
    os_disk = {
        "name": f"os-{number}",
        "createOption": "FromImage",
        "managedDisk": {"storageAccountType": "Premium_LRS"},
    }
    properties = {
        "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
        "storageProfile": {"imageReference": image, "osDisk": os_disk},
        "osProfile": {"computerName": f"vm-{number}", "adminUsername": "ops", "adminPassword": "not-a-secret-1"},
        "networkProfile": {"networkInterfaces": [{"id": f"@{nic}"}]},
    }
    configuration = {"ipConfigurations": [{"name": "c", "properties": address}]}
    return [
        {"id": nic, "body": {"location": "eastasia", "properties": configuration}},
        {
            "id": f"contoso-app/Microsoft.Compute/virtualMachines/vm-{number}",
            "body": {"location": "eastasia", "properties": properties},
        },
    ]


def _protected(up: Stack, *names: str) -> list[Request]:
    """The app's requests from the tags of these VMs until the run of each is over; who asks for a status reads, too."""
    before = len(up.requests())
    for name in names:
        up.tag(up.vm(name), asr_protect="true")
    for name in names:
        up.until(partial(_enabled, up, up.vm(name)))
    return up.requests()[before:]


def _enabled(up: Stack, vm_id: str) -> bool:
    runs = up.api("GET", "protections/history", vmId=vm_id).json()["runs"]
    return any((run["outcome"] or {}).get("state") == "enabling" for run in runs)


def _kind(request: Request) -> str:
    """Method, and the last part of the path that says what it is about."""
    parts = str(request["path"]).lower().rpartition("/providers/")[2].split("/")
    return f"{request['method']} {parts[-1] if len(parts) % 2 == 0 else parts[-2]}"


def test_what_the_first_and_each_further_vm_costs(fleet: Path) -> None:
    """The first builds a foundation; the others share all but their own document, eligibility, and the write."""
    with stack(str(fleet), **QUIET) as up:
        first = _protected(up, "vm-0")
        further = _protected(up, *(f"vm-{number}" for number in range(1, FURTHER + 1)))

    writes = [one for one in first if one["method"] != "GET" and one["path"] != GRAPH]
    assert len(first) <= 60, Counter(map(_kind, first))
    assert len(writes) <= 16, Counter(map(_kind, writes))

    asked = Counter(map(_kind, further))
    own = ("GET virtualmachines", "GET replicationeligibilityresults", "PUT replicationprotecteditems")
    assert {kind: asked.pop(kind) for kind in own} == dict.fromkeys(own, FURTHER)
    assert not {"GET networkinterfaces", "GET disks"} & asked.keys(), asked
    assert asked["GET links"] <= 4, asked
    assert sum(asked.values()) <= SHARED, asked
    assert sum(one["bytes_out"] for one in further) / FURTHER < MOST_BYTES
