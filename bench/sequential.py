"""The same work by one script with the SDK alone: sequential, no durability, no questions asked, nothing remembered.

What a person would write who knows all names beforehand. Against it the price of everything else the app does is a
number.
"""

import time
import uuid
from dataclasses import dataclass
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.pipeline.policies import HeadersPolicy
from azure.mgmt.recoveryservicessiterecovery import SiteRecoveryManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient

from bench.azure import local_azure
from bench.fleet import GROUP, RECOVERY, SOURCE, SUBSCRIPTION, machine_id, world

type Json = dict[str, Any]

_NAME = "sequential-script"
_RECOVERY_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/fleet-asr"
_CACHE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/fleetstaging"
_VAULT = f"{_RECOVERY_GROUP}/providers/Microsoft.RecoveryServices/vaults/vault"
_NETWORK = "fleet-vnet-0"
_POLICY = {
    "instanceType": "A2A",
    "recoveryPointHistory": 1440,
    "crashConsistentFrequencyInMinutes": 5,
    "appConsistentFrequencyInMinutes": 60,
    "multiVmSyncStatus": "Enable",
}


@dataclass(frozen=True, slots=True)
class Sequential:
    """What the script took for so many machines: seconds, requests, how many of them were throttled, kilobytes."""

    machines: int
    throttling: bool
    seconds: float
    requests: int
    writes: int
    throttled: int
    kilobytes: float


class _Token:
    """The local Azure takes any token."""

    def get_token(self, *_: str, **__: object) -> AccessToken:
        return AccessToken("script", int(time.time()) + 3600)


class Script:
    """The two clients, and the steps in their order."""

    def __init__(self, arm: str) -> None:
        # The libraries send no token over plain http of their own accord, not even to this machine.
        signed = HeadersPolicy({"Authorization": "Bearer script"})
        options: Json = {"base_url": arm, "user_agent": _NAME, "authentication_policy": signed}
        self.resources = ResourceManagementClient(_Token(), SUBSCRIPTION, **options)
        self.recovery = SiteRecoveryManagementClient(_Token(), SUBSCRIPTION, **options)

    def foundation(self) -> None:
        """Everything that the machines share."""
        self._put(_RECOVERY_GROUP, "2021-04-01", {"location": RECOVERY})
        source = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/{_NETWORK}"
        present = self._read(source, "2024-05-01")
        subnets = [
            {"name": one["name"], "properties": {"addressPrefix": one["properties"]["addressPrefix"]}}
            for one in present["subnets"]
        ]
        space = {"addressSpace": present["addressSpace"], "subnets": subnets}
        network = f"{_RECOVERY_GROUP}/providers/Microsoft.Network/virtualNetworks/{_NETWORK}-asr"
        self._put(network, "2024-05-01", {"location": RECOVERY, "properties": space})
        account = {"location": SOURCE, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}}
        self._put(_CACHE, "2023-05-01", account)
        vault = {"location": RECOVERY, "sku": {"name": "Standard"}, "properties": {"publicNetworkAccess": "Enabled"}}
        self._put(_VAULT, "2024-04-01", vault)
        at = ("fleet-asr", "vault")
        for region in (SOURCE, RECOVERY):
            details = {"instanceType": "Azure", "location": region}
            self.recovery.replication_fabrics.begin_create(
                *at, region, {"properties": {"customDetails": details}}
            ).result()
            inputs = {"properties": {"providerSpecificInput": [{"instanceType": "A2A"}]}}
            self.recovery.replication_protection_containers.begin_create(*at, region, region, inputs).result()
        self.recovery.replication_policies.begin_create(
            *at, "day", {"properties": {"providerSpecificInput": _POLICY}}
        ).result()
        for one, other in ((SOURCE, RECOVERY), (RECOVERY, SOURCE)):
            mapping = {
                "targetProtectionContainerId": _container(other),
                "policyId": f"{_VAULT}/replicationPolicies/day",
                "providerSpecificInput": {"instanceType": "A2A", "agentAutoUpdateStatus": "Disabled"},
            }
            mappings = self.recovery.replication_protection_container_mappings
            mappings.begin_create(*at, one, one, f"{one}-{other}", {"properties": mapping}).result()
        for one, other, near, far in ((SOURCE, RECOVERY, source, network), (RECOVERY, SOURCE, network, source)):
            body = {
                "recoveryFabricName": other,
                "recoveryNetworkId": far,
                "fabricSpecificDetails": {"instanceType": "AzureToAzure", "primaryNetworkId": near},
            }
            networks = self.recovery.replication_network_mappings
            networks.begin_create(*at, one, "azureNetwork", _NETWORK, {"properties": body}).result()

    def enable(self, number: int) -> None:
        """Read one machine and protect it."""
        vm_id = machine_id(number)
        storage = self._read(vm_id, "2024-07-01")["storageProfile"]
        disks = [storage["osDisk"], *storage["dataDisks"]]
        details = {
            "instanceType": "A2A",
            "fabricObjectId": vm_id,
            "recoveryContainerId": _container(RECOVERY),
            "recoveryResourceGroupId": _RECOVERY_GROUP,
            "vmManagedDisks": [
                {
                    "diskId": disk["managedDisk"]["id"],
                    "primaryStagingAzureStorageAccountId": _CACHE,
                    "recoveryResourceGroupId": _RECOVERY_GROUP,
                    "recoveryReplicaDiskAccountType": "Premium_LRS",
                    "recoveryTargetDiskAccountType": "Premium_LRS",
                }
                for disk in disks
            ],
        }
        body = {"policyId": f"{_VAULT}/replicationPolicies/day", "providerSpecificDetails": details}
        name = str(uuid.uuid5(uuid.NAMESPACE_URL, vm_id.lower()))
        items = self.recovery.replication_protected_items
        items.begin_create("fleet-asr", "vault", SOURCE, SOURCE, name, {"properties": body}).result()

    def _read(self, id_: str, api: str) -> Json:
        properties: Any = self.resources.resources.get_by_id(id_, api_version=api).properties
        return dict(properties)

    def _put(self, id_: str, api: str, body: Json) -> None:
        self.resources.resources.begin_create_or_update_by_id(id_, body, api_version=api).result()


def _container(region: str) -> str:
    return f"{_VAULT}/replicationFabrics/{region}/replicationProtectionContainers/{region}"


def sequential(machines: int, *, throttling: bool) -> Sequential:
    """Protect so many machines in a fresh local Azure, one after the other; the app in it is not asked."""
    with local_azure(world(machines)) as azure:
        azure.throttle(on=throttling)
        script = Script(azure.arm)
        began = time.monotonic()
        script.foundation()
        for number in range(machines):
            script.enable(number)
        seconds = time.monotonic() - began
        logged: list[Json] = azure.watcher.get("/_emulator/requests").json()
        requests = [one for one in logged if _NAME in (one["client"] or "")]
        return Sequential(
            machines,
            throttling,
            seconds,
            len(requests),
            sum(one["method"] not in ("GET", "HEAD") for one in requests),
            sum(one["status"] == 429 for one in requests),
            sum(one["bytes_out"] for one in requests) / 1000,
        )
