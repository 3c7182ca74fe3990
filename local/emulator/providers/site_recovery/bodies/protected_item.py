"""The wire body of a protected item, as the service shows it right after enabling."""

from collections.abc import Sequence
from dataclasses import dataclass

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject, fresh_guid, stable_guid
from local.emulator.providers.site_recovery import names

NO_TIME = "1753-01-01T01:01:01Z"
"""The service's word for "never": the smallest instant of its database."""

AGENT_VERSION = "9.55.6808.1"
"""The recorded version of the mobility service."""


@dataclass(frozen=True, slots=True)
class Side:
    """One end of replication.

    Attributes:
        fabric: the fabric's id.
        fabric_name: the fabric's friendly name (`East US 2`).
        location: the region's name (`eastus2`).
        container: the protection container's id.
    """

    fabric: ResourceId
    fabric_name: str
    location: str
    container: ResourceId


@dataclass(frozen=True, slots=True)
class Enablement:
    """Everything that the body of a new protected item is made of.

    Attributes:
        item: the item's id.
        vault: its vault's id in the service's casing.
        policy: the replication policy's id.
        primary: where the machine runs.
        recovery: where it is replicated to.
        given: `properties.providerSpecificDetails` of the request.
        machine: the virtual machine's wire body.
        group_id: the id of its multi-VM consistency group.
        generation: the Hyper-V generation, `V1` or `V2`.
        managed_disks: the protected managed disks.
        unmanaged_disks: the protected unmanaged disks.
    """

    item: ResourceId
    vault: ResourceId
    policy: ResourceId
    primary: Side
    recovery: Side
    given: JsonObject
    machine: JsonObject
    group_id: str
    generation: str
    managed_disks: Sequence[JsonObject]
    unmanaged_disks: Sequence[JsonObject]


def no_scenario(vault: ResourceId) -> JsonObject:
    """Return `currentScenario` of an item on which no job runs."""
    return {"scenarioName": "None", "jobId": f"{vault.text}/replicationJobs/None", "startTime": NO_TIME}


def provider_of(fabric: ResourceId) -> ResourceId:
    """Return the id of a fabric's recovery services provider."""
    return fabric.child("replicationRecoveryServicesProviders", stable_guid(f"provider {fabric.key}"))


def protected_item(facts: Enablement) -> JsonObject:
    """Return the whole body; the state in it is that of the moment before the first stage of replication."""
    return {
        "id": facts.item.text,
        "name": facts.item.name,
        "type": names.PROTECTED_ITEMS,
        "properties": {
            "friendlyName": facts.machine["name"],
            "protectedItemType": "",
            "protectableItemId": None,
            "recoveryServicesProviderId": provider_of(facts.primary.fabric).text,
            "primaryFabricFriendlyName": facts.primary.fabric_name,
            "primaryFabricProvider": "AzureFabric",
            "recoveryFabricFriendlyName": facts.recovery.fabric_name,
            "recoveryFabricId": facts.recovery.fabric.text,
            "primaryProtectionContainerFriendlyName": facts.primary.container.name,
            "recoveryProtectionContainerFriendlyName": facts.recovery.container.name,
            "protectionState": "InitialReplicationInProgress",
            "protectionStateDescription": "Initial replication is in progress",
            "activeLocation": "Primary",
            "testFailoverState": "None",
            "testFailoverStateDescription": "None",
            "switchProviderState": "None",
            "switchProviderStateDescription": None,
            "allowedOperations": ["DisableProtection"],
            "replicationHealth": "Normal",
            "failoverHealth": "Normal",
            "healthErrors": [],
            "policyId": facts.policy.text,
            "policyFriendlyName": facts.policy.name,
            "currentScenario": no_scenario(facts.vault),
            "failoverRecoveryPointId": None,
            "providerSpecificDetails": _details(facts),
            "recoveryContainerId": facts.recovery.container.text,
            "eventCorrelationId": fresh_guid(),
        },
    }


def _encryption_type(facts: Enablement) -> str:
    sealed = any(disk["isDiskEncrypted"] for disk in facts.managed_disks)
    return "OnePassEncrypted" if sealed else "NotEncrypted"


def _details(facts: Enablement) -> JsonObject:
    given, machine = facts.given, facts.machine
    group = given.get("multiVmGroupName") or ""
    fault_domain = given.get("platformFaultDomain")
    return {
        "instanceType": "A2A",
        "fabricObjectId": names.lowered(given["fabricObjectId"]),
        "initialPrimaryZone": next(iter(machine.get("zones") or [""])),
        "initialPrimaryFabricLocation": facts.primary.location,
        "initialRecoveryZone": given.get("recoveryAvailabilityZone") or "",
        "initialPrimaryExtendedLocation": None,
        "initialRecoveryExtendedLocation": given.get("recoveryExtendedLocation"),
        "initialRecoveryFabricLocation": facts.recovery.location,
        "multiVmGroupId": facts.group_id,
        "multiVmGroupName": group,
        "multiVmGroupCreateOption": "UserSpecified" if group else "AutoCreated",
        "managementId": fresh_guid(),
        "protectedDisks": list(facts.unmanaged_disks) or None,
        "unprotectedDisks": None,
        "protectedManagedDisks": list(facts.managed_disks) or None,
        "recoveryBootDiagStorageAccountId": given.get("recoveryBootDiagStorageAccountId"),
        "primaryFabricLocation": facts.primary.location,
        "recoveryFabricLocation": facts.recovery.location,
        "osType": machine["properties"]["storageProfile"]["osDisk"].get("osType"),
        "recoveryAzureVMSize": machine["properties"]["hardwareProfile"]["vmSize"],
        "recoveryAzureVMName": machine["name"],
        "recoveryAzureResourceGroupId": given.get("recoveryResourceGroupId"),
        "recoveryCloudService": given.get("recoveryCloudServiceId"),
        "recoveryAvailabilitySet": given.get("recoveryAvailabilitySetId"),
        "selectedRecoveryAzureNetworkId": None,
        "selectedTfoAzureNetworkId": None,
        "vmNics": [],
        "vmSyncedConfigDetails": {"tags": dict(machine.get("tags") or {}), "inputEndpoints": []},
        "monitoringPercentageCompletion": None,
        "monitoringJobType": None,
        "lastHeartbeat": None,
        "agentVersion": AGENT_VERSION,
        "agentExpiryDate": "9999-12-31T23:59:59.9999999",
        "isReplicationAgentUpdateRequired": False,
        "isReplicationAgentCertificateUpdateRequired": False,
        "recoveryFabricObjectId": None,
        "vmProtectionState": "UnprotectedStatesBegin",
        "vmProtectionStateDescription": "Enabling protection",
        "lifecycleId": None,
        "testFailoverRecoveryFabricObjectId": None,
        "rpoInSeconds": None,
        "lastRpoCalculatedTime": None,
        "rtoInSeconds": None,
        "primaryAvailabilityZone": next(iter(machine.get("zones") or []), None),
        "recoveryAvailabilityZone": given.get("recoveryAvailabilityZone"),
        "primaryExtendedLocation": None,
        "recoveryExtendedLocation": given.get("recoveryExtendedLocation"),
        "vmEncryptionType": _encryption_type(facts),
        "tfoAzureVMName": f"{machine['name']}-test",
        "recoveryAzureGeneration": facts.generation,
        "recoveryProximityPlacementGroupId": given.get("recoveryProximityPlacementGroupId"),
        "autoProtectionOfDataDisk": given.get("autoProtectionOfDataDisk") or "Disabled",
        "recoveryVirtualMachineScaleSetId": given.get("recoveryVirtualMachineScaleSetId"),
        "recoveryCapacityReservationGroupId": given.get("recoveryCapacityReservationGroupId"),
    } | ({} if fault_domain is None else {"platformFaultDomain": fault_domain})
