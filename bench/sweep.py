"""What a sweep of a large fleet takes, and how soon the fleet's pages come from its snapshot.

`python -m bench.sweep [--machines N] [--vault M]` makes a local Azure with N tagged VMs, each protected already in one
of the vaults of M items, sweeps it until nothing is left to do, and measures one more sweep: its history, its seconds,
its requests, the worker's memory; then pages and sums of the fleet. The timer's sweeps are off.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.many_machines import NEVER, SUBSCRIPTION, machine_resources, network_resources
from local.stack import ROOT, part
from local.up import host_settings

INSTANCE = "/runtime/webhooks/durabletask/instances/sweep"
PATIENCE_SECONDS = 1800.0
STARTING_SECONDS = 1200.0


@dataclass(frozen=True, slots=True)
class Azure:
    """A local Azure: where it and the app are, and the host's process."""

    arm: str
    host: str
    process: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One sweep: bytes of its history, requests by kind, seconds, and the largest memory of the worker in MiB."""

    history: int
    events: int
    requests: dict[str, int]
    seconds: float
    memory: float
    output: dict[str, Any]


def world(machines: int, a_vault: int) -> dict[str, object]:
    """So many tagged VMs, protected in vaults of so many items each."""
    subnets = [{"name": "app", "properties": {"addressPrefix": "10.0.0.0/17"}}]
    network = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": subnets}
    resources = [
        *network_resources(),
        {"id": "fleet-dr", "body": {"location": "southeastasia"}},
        {
            "id": "fleet-dr/Microsoft.Network/virtualNetworks/dr-vnet",
            "body": {"location": "southeastasia", "properties": network},
        },
    ]
    for number in range(machines):
        resources += machine_resources(number, tags={"asr-protect": "true"})
    for vault in range(-(-machines // a_vault)):
        resources += _vault(vault, range(vault * a_vault, min(machines, (vault + 1) * a_vault)))
    return {"subscription": SUBSCRIPTION, "name": "fleet", "resources": resources}


def _vault(number: int, members: range) -> list[dict[str, object]]:
    group = f"dr-{number}"
    vault = f"{group}/Microsoft.RecoveryServices/vaults/vault-{number}"
    cache = f"fleet/Microsoft.Storage/storageAccounts/cache{number}"
    primary, secondary = f"{vault}/replicationFabrics/primary", f"{vault}/replicationFabrics/secondary"
    containers = {
        fabric: f"{fabric}/replicationProtectionContainers/{fabric.rsplit('/', 1)[-1]}-vms"
        for fabric in (primary, secondary)
    }
    day = {
        "instanceType": "A2A",
        "recoveryPointHistory": 1440,
        "crashConsistentFrequencyInMinutes": 5,
        "appConsistentFrequencyInMinutes": 60,
        "multiVmSyncStatus": "Enable",
    }
    policy = f"{vault}/replicationPolicies/a-day"
    made: list[tuple[str, Any]] = [
        (group, {"location": "southeastasia"}),
        (vault, {"location": "southeastasia", "sku": {"name": "Standard"}, "properties": {}}),
        (cache, {"location": "eastasia", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}}),
        *(
            (fabric, {"properties": {"customDetails": {"instanceType": "Azure", "location": region}}})
            for fabric, region in ((primary, "eastasia"), (secondary, "southeastasia"))
        ),
        *((one, {"properties": {"providerSpecificInput": [{"instanceType": "A2A"}]}}) for one in containers.values()),
        (policy, {"properties": {"providerSpecificInput": day}}),
    ]
    for here, there in ((primary, secondary), (secondary, primary)):
        mapping = {
            "targetProtectionContainerId": f"@{containers[there]}",
            "policyId": f"@{policy}",
            "providerSpecificInput": {"instanceType": "A2A"},
        }
        made.append((f"{containers[here]}/replicationProtectionContainerMappings/there", {"properties": mapping}))
    for member in members:
        name = f"{containers[primary]}/replicationProtectedItems/vm-{member}"
        made.append((name, _item(member, policy, cache, containers[secondary])))
    return [{"id": id_, "body": body} for id_, body in made]


def _item(number: int, policy: str, cache: str, container: str) -> dict[str, object]:
    disk = {
        "primaryStagingAzureStorageAccountId": f"@{cache}",
        "recoveryResourceGroupId": "@fleet-dr",
        "recoveryReplicaDiskAccountType": "Premium_LRS",
        "recoveryTargetDiskAccountType": "Premium_LRS",
    }
    names = (f"vm-{number}-os", f"vm-{number}-data")
    details = {
        "instanceType": "A2A",
        "fabricObjectId": f"@fleet/Microsoft.Compute/virtualMachines/vm-{number}",
        "recoveryContainerId": f"@{container}",
        "recoveryResourceGroupId": "@fleet-dr",
        "recoveryAzureNetworkId": "@fleet-dr/Microsoft.Network/virtualNetworks/dr-vnet",
        "vmManagedDisks": [{"diskId": f"@fleet/Microsoft.Compute/disks/{name}", **disk} for name in names],
    }
    return {"properties": {"policyId": f"@{policy}", "protectableItemId": "", "providerSpecificDetails": details}}


def sweep(azure: Azure, http: httpx.Client) -> Measured:
    """Sweep once, to the end.

    Raises:
        TimeoutError: it has not ended within `PATIENCE_SECONDS`.
    """
    before = len(_requests(azure, http))
    began = time.monotonic()
    http.post(f"{azure.host}/api/sweeps").raise_for_status()
    memory = 0.0
    while True:
        memory = max(memory, _memory(azure.process))
        instance = http.get(f"{azure.host}{INSTANCE}", params={"showHistory": "true", "showHistoryOutput": "true"})
        state = instance.json()
        if state["runtimeStatus"] in ("Completed", "Failed", "Terminated"):
            break
        if time.monotonic() - began > PATIENCE_SECONDS:
            message = f"the sweep has not ended after {PATIENCE_SECONDS:.0f} s"
            raise TimeoutError(message)
        time.sleep(0.1)
    seconds = time.monotonic() - began
    requests = Counter(_kind(one) for one in _requests(azure, http)[before:])
    history = json.dumps(state["historyEvents"])
    return Measured(len(history), len(state["historyEvents"]), dict(requests), seconds, memory, state["output"])


def _kind(request: dict[str, Any]) -> str:
    last = str(request["path"]).rstrip("/").rsplit("/", 1)[-1]
    return f"{request['method']} {last}"


def _requests(azure: Azure, http: httpx.Client) -> list[dict[str, Any]]:
    logged: list[dict[str, Any]] = http.get(f"{azure.arm}/_emulator/requests").json()
    return [one for one in logged if "asr-autoprotect" in (one["client"] or "")]


def _memory(process: int) -> float:
    """The resident memory in MiB of the worker below this process."""
    found = 0.0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_text()
                status = (entry / "status").read_text()
            except OSError:
                continue
            if "worker" in line and _descends(int(entry.name), process):
                kib = next((int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS")), 0)
                found = max(found, kib / 1024)
    return found


def _descends(process: int, ancestor: int) -> bool:
    while process > 1:
        if process == ancestor:
            return True
        try:
            process = int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            return False
    return False


def _timed(http: httpx.Client, url: str) -> tuple[float, Any]:
    began = time.monotonic()
    answer = http.get(url)
    answer.raise_for_status()
    return time.monotonic() - began, answer.json()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.sweep", description=__doc__)
    parser.add_argument("--machines", type=int, default=1000, help="how many VMs there are (default: 1000)")
    parser.add_argument("--vault", type=int, default=1000, help="how many of them one vault protects (default: 1000)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fleet.json"
        path.write_text(json.dumps(world(chosen.machines, chosen.vault)))
        with Path(folder, "log").open("wb") as log, ExitStack() as parts:
            world_of = ("--port", "0", "--world", str(path), "--pace", "instant")
            emulator = parts.enter_context(
                part("emulator", *world_of, environment=os.environ, log=log, ready_seconds=STARTING_SECONDS)
            )
            own = host_settings(emulator.ready, "instant") | {"ASR_STORE": folder, "ASR_SWEEP_SCHEDULE": NEVER}
            host = parts.enter_context(part("host", "--port", "0", environment=os.environ | own, folder=ROOT, log=log))
            http = parts.enter_context(httpx.Client(timeout=600, headers={"x-functions-key": host.ready["key"]}))
            azure = Azure(emulator.ready["arm"], host.ready["host"], host.process.pid)
            _say(f"{chosen.machines} machines are there")
            first = sweep(azure, http)
            _say(f"first sweep:   {first.seconds:6.1f} s, {first.output}")
            while (settling := sweep(azure, http)).output["asked"]:
                _say(f"next sweep:    {settling.seconds:6.1f} s, {settling.output}")
            _say(
                f"sweep at rest: {settling.seconds:6.1f} s, history {settling.history} bytes, {settling.events} events"
            )
            counted = f"{sum(settling.requests.values())} ARM requests: {settling.requests}"
            _say(f"               worker {settling.memory:.0f} MiB, {counted}")
            for name in ("protections?top=200", "protections?top=200&state=unhealthy", "summary", "drift"):
                cold, _ = _timed(http, f"{azure.host}/api/{name}")
                warm, _ = _timed(http, f"{azure.host}/api/{name}")
                _say(f"GET {name}: {cold:.2f} s, again {warm:.2f} s")
            refresh, _ = _timed(http, f"{azure.host}/api/summary?refresh=true")
            _say(f"summary read anew: {refresh:.1f} s; worker {_memory(azure.process):.0f} MiB")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
