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

from local.demo.operator import Json, Operator
from local.stack import up

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
    resources = network_resources()
    for number in range(machines):
        resources += machine_resources(number)
    return {"subscription": SUBSCRIPTION, "name": "fleet", "resources": resources}


def network_resources() -> list[dict[str, object]]:
    """The group and the network of the machines."""
    network = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    subnets = [{"name": "app", "properties": {"addressPrefix": "10.0.0.0/17"}}]
    return [
        {"id": "fleet", "body": {"location": "eastasia"}},
        _resource("Microsoft.Network/virtualNetworks/fleet-vnet", {**network, "subnets": subnets}),
    ]


def machine_resources(number: int, tags: dict[str, str] | None = None) -> list[dict[str, object]]:
    """One machine with its interface."""
    nic = f"Microsoft.Network/networkInterfaces/vm-{number}-nic"
    subnet = {"id": "@fleet/Microsoft.Network/virtualNetworks/fleet-vnet/subnets/app"}
    address = {"privateIPAllocationMethod": "Dynamic", "subnet": subnet}
    return [
        _resource(nic, {"ipConfigurations": [{"name": "ipconfig1", "properties": address}]}),
        _resource(f"Microsoft.Compute/virtualMachines/vm-{number}", _machine(number, nic), tags),
    ]


def _resource(path: str, properties: dict[str, object], tags: dict[str, str] | None = None) -> dict[str, object]:
    return {"id": f"fleet/{path}", "body": {"location": "eastasia", "tags": tags or {}, "properties": properties}}


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
    with local_azure(machines) as (_, operator):
        began = time.monotonic()
        for number in range(machines):
            operator.tag(f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm-{number}")
        while (found := len(operator.protected_items())) < machines:
            if time.monotonic() - began > PATIENCE_SECONDS:
                message = f"{found} of {machines} machines have a protected item after {PATIENCE_SECONDS:.0f} s"
                raise TimeoutError(message)
            time.sleep(0.2)
        seconds = time.monotonic() - began
        requests = settled_requests(operator)
        writes = sum(request["method"] not in {"GET", "HEAD"} for request in requests)
        return Measured(machines, seconds, len(requests), writes)


@contextmanager
def local_azure(machines: int) -> Iterator[tuple[str, Operator]]:
    """The address of a fresh local Azure that holds so many machines, and its operator; the sweep is off."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fleet.json"
        path.write_text(json.dumps(world(machines)))
        with (
            Path(folder, "log").open("wb") as log,
            up("--world", str(path), settings={"ASR_SWEEP_SCHEDULE": NEVER}, log=log) as azure,
            Operator(azure.ready) as operator,
        ):
            yield azure.ready["arm"], operator


def settled_requests(operator: Operator) -> list[Json]:
    """The app's requests once it has fallen silent: a run looks once more after its item exists."""
    requests, since = operator.requests_of_the_app(), time.monotonic()
    while time.monotonic() - since < QUIET_SECONDS:
        time.sleep(0.2)
        if len(now := operator.requests_of_the_app()) != len(requests):
            requests, since = now, time.monotonic()
    return requests


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
