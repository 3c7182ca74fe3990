"""Everything that an intent's protection stands on: found when it is there, else made under the portal's names."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.regions import region_name
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, stable_guid
from local.emulator.providers.site_recovery import (
    container_mappings,
    containers,
    fabrics,
    names,
    networks,
    policies,
    recovery_networks,
    references,
)
from local.emulator.providers.site_recovery.machine import Machine
from local.emulator.providers.site_recovery.refusals import failure

DEFAULT_POLICY = "24-hour-retention-policy"
DEFAULT_SETTINGS: JsonObject = {
    "instanceType": "A2A",
    "recoveryPointHistory": 1440,
    "appConsistentFrequencyInMinutes": 60,
    "crashConsistentFrequencyInMinutes": 5,
    "multiVmSyncStatus": "Enable",
}
SUFFIX = "-asr"
PREFIXES = frozenset({"addressPrefix", "addressPrefixes"})
DISKS = "Microsoft.Compute/disks"
VERSION = "api-version=2023-09-01"


@dataclass(frozen=True, slots=True)
class Chain:
    """What one intent needs.

    Attributes:
        cloud: the emulated Azure.
        vault: the vault's id.
        machine: the machine to protect.
        given: the intent's `providerSpecificDetails`.
    """

    cloud: Cloud
    vault: ResourceId
    machine: Machine
    given: JsonObject

    def make(self) -> tuple[ResourceId, JsonObject]:
        """Make what is missing; return the item's id and what the enabling takes (`policy`, `given`).

        Raises:
            ServiceFailure: something could not be made, or what is said to exist does not.
        """
        regions = [region_name(self.given[key]) for key in ("primaryLocation", "recoveryLocation")]
        primary, recovery = self._fabric(regions[0]), self._fabric(regions[1])
        source = self._container(primary, "-container")
        target = self._container(recovery, "-t-container" if primary.id.key == recovery.id.key else "-container")
        policy = self._policy()
        for first, second in ((source, target), (target, source)):
            self._mapping(first, second, policy)
        self._ensure(self.given["recoveryResourceGroupId"], {"location": fabrics.location_of(recovery)})
        self._networks(primary, recovery)
        enabling: JsonObject = {
            "instanceType": "A2A",
            "fabricObjectId": self.machine.id.text,
            "recoveryContainerId": target.text,
            "recoveryResourceGroupId": self.given["recoveryResourceGroupId"],
            "recoveryAvailabilitySetId": self._availability_set(recovery),
            "recoveryAvailabilityZone": self.given.get("recoveryAvailabilityZone"),
            "autoProtectionOfDataDisk": self.given.get("autoProtectionOfDataDisk"),
            "multiVmGroupName": self.given.get("multiVmGroupName"),
            "vmManagedDisks": list(self._disks()),
        }
        item = source.child("replicationProtectedItems", stable_guid(f"item {self.machine.id.key}"))
        return item, {"policy": policy.text, "given": enabling}

    def _fabric(self, region: str) -> Resource:
        for fabric in self.cloud.store.of_type(names.FABRICS, self.vault):
            if fabrics.location_of(fabric) == region:
                return fabric
        own = self.vault.child("replicationFabrics", f"asr-a2a-default-{region}")
        fabrics.created(self.cloud, {"vault": self.vault.text, "target": own.text, "location": region})
        return self.cloud.resource(own)

    def _container(self, fabric: Resource, ending: str) -> ResourceId:
        present = self.cloud.store.of_type(names.CONTAINERS, fabric.id)
        ours = [one for one in present if one.id.name.endswith("-t-container") == (ending == "-t-container")]
        if ours:
            return ours[0].id
        name = f"asr-a2a-default-{fabrics.location_of(fabric)}{ending}"
        own = fabric.id.child("replicationProtectionContainers", name)
        containers.created(self.cloud, {"target": own.text})
        return own

    def _policy(self) -> ResourceId:
        asked = self.given.get("protectionProfileCustomInput") or {}
        if asked.get("resourceType") == "Existing":
            return references.own(self.cloud, self.vault, asked.get("protectionProfileId") or "", names.POLICIES).id
        own = self.vault.child("replicationPolicies", asked.get("policyName") or DEFAULT_POLICY)
        if self.cloud.store.find(own) is None:
            settings = DEFAULT_SETTINGS | {key: asked[key] for key in DEFAULT_SETTINGS.keys() & asked.keys()}
            policies.written(self.cloud, {"target": own.text, "settings": settings})
        return own

    def _mapping(self, source: ResourceId, target: ResourceId, policy: ResourceId) -> None:
        for present in self.cloud.store.of_type(names.CONTAINER_MAPPINGS, source):
            pair = (present.properties["targetProtectionContainerId"], present.properties["policyId"])
            if pair == (target.text, policy.text):
                return
        ends = (fabrics.location_of(self.cloud.resource(one.parent)) for one in (source, target))
        own = source.child("replicationProtectionContainerMappings", f"{'-'.join(ends)}-{policy.name}")
        keys = ("agentAutoUpdateStatus", "automationAccountAuthenticationType", "automationAccountArmId")
        settings = {key: self.given[key] for key in keys if self.given.get(key)}
        container_mappings.written(
            self.cloud,
            {"target": own.text, "container": target.text, "policy": policy.text, "settings": settings},
        )

    def _networks(self, primary: Resource, recovery: Resource) -> None:
        """Map the machine's network; within one region there is nothing to map."""
        sources = {recovery_networks.source_network(nic) for nic in self.machine.nics()} - {""}
        if primary.id.key == recovery.id.key:
            return
        for source in sorted(sources):
            if networks.mapping_of(self.cloud, primary.id, source, recovery.id) is None:
                target = self._recovery_network(self._existing(source, names.VIRTUAL_NETWORKS), recovery)
                self._network_mapping(primary, recovery, source, target)
                self._network_mapping(recovery, primary, target, source)

    def _recovery_network(self, source: Resource, recovery: Resource) -> str:
        asked = self.given.get("recoveryVirtualNetworkCustomInput") or {}
        if asked.get("resourceType") == "Existing":
            return self._existing(asked.get("recoveryVirtualNetworkId"), names.VIRTUAL_NETWORKS).id.text
        name = asked.get("recoveryVirtualNetworkName") or source.id.name + SUFFIX
        own = f"{self.given['recoveryResourceGroupId']}/providers/{names.VIRTUAL_NETWORKS}/{name}"
        subnets = [
            {
                "name": one["name"],
                "properties": {key: one["properties"][key] for key in PREFIXES & one["properties"].keys()},
            }
            for one in source.properties.get("subnets") or ()
        ]
        properties = {"addressSpace": source.properties["addressSpace"], "subnets": subnets}
        return self._ensure(own, {"location": fabrics.location_of(recovery), "properties": properties})

    def _network_mapping(self, fabric: Resource, other: Resource, network: str, target: str) -> None:
        name = f"{fabrics.location_of(fabric)}-{fabrics.location_of(other)}-{names.name_of(network)}"
        own = fabric.id.child("replicationNetworks", "azureNetwork").child("replicationNetworkMappings", name)
        if self.cloud.store.find(own) is None:
            step = {"fabric": fabric.id.text, "recoveryFabric": other.id.name, "primary": network, "recovery": target}
            networks.mapped(self.cloud, {"vault": self.vault.text, "target": own.text, **step})

    def _availability_set(self, recovery: Resource) -> str | None:
        source = self.machine.resource.properties.get("availabilitySet")
        if self.given["recoveryAvailabilityType"] != "AvailabilitySet" or not source:
            return None
        asked = self.given.get("recoveryAvailabilitySetCustomInput") or {}
        if asked.get("resourceType") == "Existing":
            return self._existing(asked.get("recoveryAvailabilitySetId"), names.AVAILABILITY_SETS).id.text
        present = self._existing(source["id"], names.AVAILABILITY_SETS)
        own = f"{self.given['recoveryResourceGroupId']}/providers/{names.AVAILABILITY_SETS}/{present.id.name}{SUFFIX}"
        counts = ("platformFaultDomainCount", "platformUpdateDomainCount")
        properties = {key: present.properties[key] for key in counts}
        body = {"location": fabrics.location_of(recovery), "sku": present.body.get("sku"), "properties": properties}
        return self._ensure(own, body)

    def _cache_account(self) -> str:
        asked = self.given.get("primaryStagingStorageAccountCustomInput") or {}
        if asked.get("resourceType") == "Existing":
            return self._existing(asked["azureStorageAccountId"], names.STORAGE_ACCOUNTS).id.text
        name = f"{sha256(f'{self.vault.key} {self.machine.location}'.encode()).hexdigest()[:12]}asrcache"
        own = f"{self.machine.id.group_id.text}/providers/Microsoft.Storage/storageAccounts/{name}"
        body = {"location": self.machine.location, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
        return self._ensure(own, body)

    def _disks(self) -> Iterator[JsonObject]:
        asked = {disk["diskId"].lower(): disk for disk in self.given.get("vmManagedDisks") or ()}
        cache = self._cache_account()
        for disk in self.machine.disks():
            if not disk.is_managed or (asked and disk.key not in asked):
                continue
            wanted = asked.get(disk.key, {})
            group = (wanted.get("recoveryResourceGroupCustomInput") or {}).get("recoveryResourceGroupId")
            kinds = ("recoveryReplicaDiskAccountType", "recoveryTargetDiskAccountType", "recoveryDiskEncryptionSetId")
            yield {
                "diskId": self._existing(disk.key, DISKS).id.text,
                "primaryStagingAzureStorageAccountId": cache,
                "recoveryResourceGroupId": group or self.given["recoveryResourceGroupId"],
                **{key: wanted[key] for key in kinds if wanted.get(key)},
            }

    def _existing(self, resource_id: str | None, kind: str) -> Resource:
        found = references.find(self.cloud, resource_id, kind)
        if found is None:
            raise failure(self.cloud, "RelatedResourceNotFound", resource=names.name_of(resource_id or kind))
        return found

    def _ensure(self, resource_id: str, body: JsonObject) -> str:
        """PUT what is missing, as the service does on the caller's behalf; return its id."""
        if self.cloud.store.find(resource_id) is None:
            content = json.dumps(body).encode()
            try:
                headers = {"authorization": "Bearer service"}
                self.cloud.resource_manager.send(self.cloud, "PUT", resource_id, VERSION, headers, content, "")
            except ArmError:
                raise failure(self.cloud, "RelatedResourceNotFound", resource=names.name_of(resource_id)) from None
        return resource_id
