"""Sending recorded traffic again: an emulator with what the recording's other providers made, request by request."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.emulator.server import Emulator
from tests.emulator.site_recovery.arm import COMPUTE, NETWORK, STORAGE, VAULTS, Arm
from tests.emulator.site_recovery.recording import Coverage, Exchange, place_of, recorded

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"

SOURCE_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/cli.test.rg.SRVM"
VAULT_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/cli.test.rg.SRVault"
NETWORKS = "providers/Microsoft.Network"


@contextmanager
def recorded_world() -> Iterator[Arm]:
    """Run an emulator at the pace of the real Azure, whose subscription is the recorded one."""
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder) / "recorded.json"
        world.write_text(json.dumps({"subscription": SUBSCRIPTION, "name": "Recorded", "resources": []}))
        with Emulator(world=world, pace="real") as emulator, Arm(emulator) as arm:
            yield arm


class Replay:
    """Sends recorded requests again, in order and on the recorded clock."""

    def __init__(self, arm: Arm) -> None:
        self.arm = arm
        self.coverage = Coverage()
        self.statuses: list[str] = []
        self._operations: dict[str, str] = {}
        self._last: Exchange | None = None

    def send(self, exchange: Exchange) -> Any:
        """Send one request and compare the answers."""
        self._wait(exchange)
        path = exchange.path
        for theirs, own in self._operations.items():
            path = path.replace(theirs, own)
        if exchange.polls:
            self._finish(path, exchange)
        response = self.arm.http.request(exchange.method, f"{path}?{exchange.query}", json=exchange.body)
        if exchange.begins:
            assert "azure-asyncoperation" in response.headers, (
                f"{exchange.number} {exchange.method} {path}: {response.text}"
            )
            self._compare_urls(exchange, response.headers)
            self._operations[exchange.begins] = response.headers["azure-asyncoperation"].partition("?")[0][-36:]
        if response.status_code != exchange.status:
            self.statuses.append(f"{exchange.number} {exchange.method} {path}: {response.status_code} {response.text}")
        ours: Any = response.json() if response.content else None
        if exchange.polls and exchange.answer["status"] not in {"InProgress", ours["status"]}:
            self.statuses.append(f"{exchange.number} {ours['status']}: {ours['error']}")
        if exchange.answer is not None:
            self.coverage.compare(exchange.answer, ours, _place(exchange))
        return ours

    def _compare_urls(self, exchange: Exchange, ours: Mapping[str, str]) -> None:
        """The URLs of the operation have the recorded paths, in the recorded casing."""
        for header in ("azure-asyncoperation", "location"):
            theirs = exchange.headers.get(header, "")
            if place_of(theirs) != place_of(ours.get(header, "")):
                self.statuses.append(f"{exchange.number} {header}: {ours.get(header)} instead of {theirs}")

    def _wait(self, exchange: Exchange) -> None:
        if self._last and self._last.at and exchange.at and exchange.at > self._last.at:
            self.arm.advance((exchange.at - self._last.at).total_seconds())
        self._last = exchange

    def _finish(self, path: str, exchange: Exchange) -> None:
        """Where Azure had finished, let the emulator finish too: its durations are rounded."""
        while exchange.answer["status"] != "InProgress":
            ours = self.arm.http.get(f"{path}?{exchange.query}").json()
            if ours["status"] != "InProgress":
                break
            self.arm.advance(10)


def _place(exchange: Exchange) -> str:
    kinds = [segment for segment in exchange.path.split("/") if segment.startswith("replication")]
    return f"{exchange.method} {kinds[-1] if kinds else exchange.path.rsplit('/', 2)[-2]}"


def _is_site_recovery(exchange: Exchange) -> bool:
    return "/replication" in exchange.path and "/vaults/" in exchange.path


def _body(exchanges: list[Exchange], name: str, *, after: int = 0) -> dict[str, Any]:
    """The body of the first recorded 200 of a resource, without what only Azure may set."""
    found = next(
        one
        for one in exchanges
        if one.number >= after and one.method == "GET" and one.path.endswith(name) and one.status == 200
    )
    body: dict[str, Any] = json.loads(json.dumps(found.answer))
    return body


def _build(arm: Arm, exchanges: list[Exchange]) -> None:
    """Make what the recording's other providers made: machine, networks, accounts, vault."""
    arm.make(VAULT_GROUP, {"location": "eastus"}, version="2021-04-01")
    arm.make(SOURCE_GROUP, {"location": "eastus2"}, version="2021-04-01")
    for group, network, location, prefix, subnet in (
        (SOURCE_GROUP, "SRsourcevmVNET", "eastus2", "10.0.0.0/16", "SRsourcevmSubnet"),
        (VAULT_GROUP, "cli-test-vnet-A2A-2", "eastus", "10.0.0.0/16", "MySubnet"),
    ):
        space = {"addressPrefixes": [prefix]}
        subnets = [{"name": subnet, "properties": {"addressPrefix": "10.0.0.0/24"}}]
        properties = {"addressSpace": space, "subnets": subnets}
        body = {"location": location, "properties": properties}
        _put(arm, f"{group}/{NETWORKS}/virtualNetworks/{network}", body, NETWORK)
    nic = _body(exchanges, "networkInterfaces/SRsourcevmVMNic")
    configuration = nic["properties"]["ipConfigurations"][0]
    subnet_id = {"id": configuration["properties"]["subnet"]["id"]}
    nic_body = {
        "location": "eastus2",
        "properties": {"ipConfigurations": [{"name": configuration["name"], "properties": {"subnet": subnet_id}}]},
    }
    _put(arm, f"{SOURCE_GROUP}/{NETWORKS}/networkInterfaces/SRsourcevmVMNic", nic_body, NETWORK)
    machine = _body(exchanges, "virtualMachines/SRsourcevm")
    disk = machine["properties"]["storageProfile"]["osDisk"]
    properties = machine["properties"]
    vm_body = {
        "location": "eastus2",
        "tags": {},
        "properties": {
            "hardwareProfile": properties["hardwareProfile"],
            "storageProfile": {
                "imageReference": {
                    key: properties["storageProfile"]["imageReference"][key]
                    for key in ("publisher", "offer", "sku", "version")
                },
                "osDisk": {
                    "name": disk["name"],
                    "createOption": "FromImage",
                    "diskSizeGB": disk["diskSizeGB"],
                    "osType": "Windows",
                    "managedDisk": {"storageAccountType": disk["managedDisk"]["storageAccountType"]},
                },
            },
            "osProfile": {"computerName": "SRsourcevm", "adminUsername": "someone", "adminPassword": "Not-a-secret-1"},
            "networkProfile": properties["networkProfile"],
        },
    }
    _put(arm, f"{SOURCE_GROUP}/providers/Microsoft.Compute/virtualMachines/SRsourcevm", vm_body, COMPUTE)
    for group, account, location in (
        (SOURCE_GROUP, "clitestsaa2a1", "eastus2"),
        (VAULT_GROUP, "clitestsaa2a2", "eastus"),
    ):
        body = {"location": location, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
        _put(arm, f"{group}/providers/Microsoft.Storage/storageAccounts/{account}", body, STORAGE)
    vault = {"location": "eastus", "sku": {"name": "Standard"}, "properties": {}}
    _put(arm, f"{VAULT_GROUP}/providers/Microsoft.RecoveryServices/vaults/SRCliVault", vault, VAULTS)


def _put(arm: Arm, path: str, body: dict[str, Any], version: str) -> None:
    answer = arm.ask("PUT", path, body, version=version)
    assert answer.status_code in {200, 201, 202}, answer.text
    arm.advance(600)
    assert arm.get(path, version=version)["properties"]["provisioningState"] == "Succeeded"


NOT_SERVED = (
    *("replicationPolicies", "replicationVaultSettings", "replicationAlertSettings", "replicationAppliances"),
    *("replicationEvents", "replicationMigrationItems", "replicationNetworks?", "replicationRecoveryServicesProviders"),
    *("replicationStorageClassification", "replicationSupportedOperatingSystems", "replicationvCenters", "export"),
)
"""What the vault recording does with other kinds of replication, and what nobody asks of the emulator."""


def _about_monitoring(exchanges: list[Exchange]) -> list[Exchange]:
    asked = [one for one in exchanges if "/replication" in one.path]
    left_out = [one for one in asked if any(word in f"{one.path}?" for word in NOT_SERVED)]
    operations = {one.begins for one in left_out if one.begins}
    return [one for one in asked if one not in left_out and not any(name in one.path for name in operations)]


def _make_from_path(arm: Arm, resource: str) -> None:
    group = resource.partition("/providers/")[0]
    arm.make(group, {"location": "eastus"}, version="2021-04-01")
    if "/vaults/" in resource:
        _put(arm, resource, {"location": "eastus", "sku": {"name": "Standard"}, "properties": {}}, VAULTS)
        return
    network = f"{group}/{NETWORKS}/virtualNetworks/any"
    subnets = [{"name": "any", "properties": {"addressPrefix": "10.0.0.0/24"}}]
    space = {"addressPrefixes": ["10.0.0.0/16"]}
    _put(arm, network, {"location": "eastus", "properties": {"addressSpace": space, "subnets": subnets}}, NETWORK)
    configuration = {"name": "any", "properties": {"subnet": {"id": f"{network}/subnets/any"}}}
    nic = f"{group}/{NETWORKS}/networkInterfaces/any"
    _put(arm, nic, {"location": "eastus", "properties": {"ipConfigurations": [configuration]}}, NETWORK)
    image = {
        "publisher": "MicrosoftWindowsServer",
        "offer": "WindowsServer",
        "sku": "2019-Datacenter",
        "version": "latest",
    }
    properties = {
        "hardwareProfile": {"vmSize": "Standard_DS1_v2"},
        "storageProfile": {"imageReference": image, "osDisk": {"createOption": "FromImage", "osType": "Windows"}},
        "osProfile": {"computerName": "any", "adminUsername": "someone", "adminPassword": "Not-a-secret-1"},
        "networkProfile": {"networkInterfaces": [{"id": nic}]},
    }
    _put(arm, resource, {"location": "eastus", "properties": properties}, COMPUTE)


def life(arm: Arm) -> Replay:
    """The recorded life of one protected machine: fabrics to failover, back, and removal."""
    exchanges = recorded("A2A_selfcreated")
    _build(arm, exchanges)
    replay = Replay(arm)
    for exchange in exchanges:
        if _is_site_recovery(exchange):
            replay.send(exchange)
    return replay


def monitoring(name: str) -> Callable[[Arm], Replay]:
    """What was recorded under this name about alerts, health, jobs, supported systems or eligibility."""

    def send(arm: Arm) -> Replay:
        exchanges = _about_monitoring(recorded(name))
        vaults = {one.path.partition("/replication")[0] for one in exchanges if "/vaults/" in one.path}
        machines = {one.path.partition("/providers/Microsoft.RecoveryServices")[0] for one in exchanges} - vaults
        for resource in sorted(vaults | {one for one in machines if "/virtualMachines/" in one}):
            _make_from_path(arm, resource)
        replay = Replay(arm)
        for exchange in exchanges:
            replay.send(exchange)
        return replay

    return send


RECORDINGS: Mapping[str, Callable[[Arm], Replay]] = {
    "protected life": life,
    "vault monitoring": monitoring("vault"),
    "eligibility": monitoring("eligibility"),
}
"""Every recording by the name that the document gives it."""
