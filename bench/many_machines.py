"""How quickly many tagged VMs get their replication enabled, and how many ARM requests each costs.

`python -m bench.many_machines [--machines N]` measures one VM and then N at once, each in a fresh local Azure whose
operations end at the first look, so what is measured is the app and its host rather than Azure. The sweep is off.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from local.children import StopRequest
from local.demo.arm import Operator
from local.demo.deadline import Deadline
from local.demo.local_azure import LocalAzure
from local.demo.traffic import count

SUBSCRIPTION = "5f0c3a5e-7d53-4d6e-9a51-2f4f6f3b8c10"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/fleet"
NEVER = "0 0 0 1 1 *"
PATIENCE_SECONDS = 300.0
QUIET_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What protecting so many machines took: seconds from the first tag to the last item, requests, writes."""

    machines: int
    seconds: float
    requests: int
    writes: int


def world(machines: int) -> dict[str, object]:
    """A network and so many Linux VMs on it, each with an OS disk and a data disk; nothing is tagged."""
    network = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    subnets = [{"name": "app", "properties": {"addressPrefix": "10.0.0.0/20"}}]
    resources: list[dict[str, object]] = [
        {"id": "fleet", "body": {"location": "eastasia"}},
        _resource("Microsoft.Network/virtualNetworks/fleet-vnet", {**network, "subnets": subnets}),
    ]
    for number in range(machines):
        nic = f"Microsoft.Network/networkInterfaces/vm-{number}-nic"
        subnet = {"id": "@fleet/Microsoft.Network/virtualNetworks/fleet-vnet/subnets/app"}
        address = {"privateIPAllocationMethod": "Dynamic", "subnet": subnet}
        resources.append(_resource(nic, {"ipConfigurations": [{"name": "ipconfig1", "properties": address}]}))
        resources.append(_resource(f"Microsoft.Compute/virtualMachines/vm-{number}", _machine(number, nic)))
    return {"subscription": SUBSCRIPTION, "name": "fleet", "resources": resources}


def _resource(path: str, properties: dict[str, object]) -> dict[str, object]:
    return {"id": f"fleet/{path}", "body": {"location": "eastasia", "properties": properties}}


def _machine(number: int, nic: str) -> dict[str, object]:
    disk = {"managedDisk": {"storageAccountType": "Premium_LRS"}, "diskSizeGB": 64}
    image = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
    return {
        "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
        "storageProfile": {
            "imageReference": image,
            "osDisk": {"name": f"vm-{number}-os", "osType": "Linux", "createOption": "FromImage", **disk},
            "dataDisks": [{"lun": 0, "name": f"vm-{number}-data", "createOption": "Empty", **disk}],
        },
        "osProfile": {"computerName": f"vm-{number}", "adminUsername": "contoso"},
        "networkProfile": {"networkInterfaces": [{"id": f"@fleet/{nic}", "properties": {"primary": True}}]},
    }


def measure(machines: int) -> Measured:
    """Tag so many machines in a fresh local Azure and wait until each has its protected item.

    Raises:
        TimeoutError: they have not within `PATIENCE_SECONDS`.
    """
    with _local_azure(machines) as (arm, subscription), Operator(arm, subscription) as operator:
        began = time.monotonic()
        for number in range(machines):
            operator.tag_scope(
                f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm-{number}", {"asr-protect": "true"}
            )
        while (found := _items(operator)) < machines:
            if time.monotonic() - began > PATIENCE_SECONDS:
                message = f"{found} of {machines} machines have a protected item after {PATIENCE_SECONDS:.0f} s"
                raise TimeoutError(message)
            time.sleep(0.2)
        seconds = time.monotonic() - began
        traffic = count(_settled_log(arm), {})
        return Measured(machines, seconds, traffic.total, traffic.writes)


@contextmanager
def _local_azure(machines: int) -> Iterator[tuple[str, str]]:
    os.environ["ASR_SWEEP_SCHEDULE"] = NEVER
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fleet.json"
        path.write_text(json.dumps(world(machines)))
        with LocalAzure(str(path), "instant", Deadline(PATIENCE_SECONDS, StopRequest())) as azure:
            addresses = azure.addresses()
            yield addresses.arm, addresses.subscription


def _items(operator: Operator) -> int:
    vaults = operator.list(f"{operator.subscription}/providers/Microsoft.RecoveryServices/vaults")
    return sum(len(operator.list(f"{vault['id']}/replicationProtectedItems")) for vault in vaults)


def _settled_log(arm: str) -> list[dict[str, object]]:
    """The request log once the app has fallen silent: a run looks once more after its item exists."""
    length, since = -1, time.monotonic()
    while True:
        requests: list[dict[str, object]] = httpx.get(f"{arm}/_emulator/requests", timeout=30).json()
        ours = sum("asr-autoprotect" in str(request["client"]) for request in requests)
        if ours != length:
            length, since = ours, time.monotonic()
        if time.monotonic() - since > QUIET_SECONDS:
            return requests
        time.sleep(0.2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.many_machines", description=__doc__)
    parser.add_argument("--machines", type=int, default=100, help="how many VMs are tagged at once (default: 100)")
    machines = max(2, parser.parse_args().machines)
    first, many = measure(1), measure(machines)
    marginal = (many.requests - first.requests) / (machines - 1)
    rate = machines / many.seconds
    lines = (
        f"1 machine:    {first.seconds:6.1f} s, {first.requests} ARM requests, {first.writes} of them writes",
        f"{machines} machines: {many.seconds:6.1f} s, {many.requests} ARM requests, {many.writes} of them writes",
        f"each further machine: {marginal:.1f} ARM requests; {rate:.1f} runs/s on {os.cpu_count()} cores",
    )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
