"""What protecting the fleet takes, by id: the bodies that somebody sends who knows all names beforehand."""

import uuid
from collections.abc import Iterator, Sequence

from bench.fleet import GROUP, RECOVERY, SOURCE, SUBSCRIPTION, Json, machine_id

SITE_RECOVERY_API = "2025-08-01"
RECOVERY_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/fleet-asr"
CACHE = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/fleetstaging"
VAULT = f"{RECOVERY_GROUP}/providers/Microsoft.RecoveryServices/vaults/vault"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/fleet-vnet-0"
RECOVERY_NETWORK = f"{RECOVERY_GROUP}/providers/Microsoft.Network/virtualNetworks/fleet-vnet-0-asr"
_POLICY = f"{VAULT}/replicationPolicies/day"
_DAY = {
    "instanceType": "A2A",
    "recoveryPointHistory": 1440,
    "crashConsistentFrequencyInMinutes": 5,
    "appConsistentFrequencyInMinutes": 60,
    "multiVmSyncStatus": "Enable",
}


def vault_parts() -> Iterator[tuple[str, Json]]:
    """Ids and bodies of what all machines of the fleet share in the vault, in the order in which it can be made."""
    for region in (SOURCE, RECOVERY):
        details = {"instanceType": "Azure", "location": region}
        yield _fabric(region), _body({"customDetails": details})
    for region in (SOURCE, RECOVERY):
        yield _container(region), _body({"providerSpecificInput": [{"instanceType": "A2A"}]})
    yield _POLICY, _body({"providerSpecificInput": _DAY})
    for one, other in ((SOURCE, RECOVERY), (RECOVERY, SOURCE)):
        mapping = {
            "targetProtectionContainerId": _container(other),
            "policyId": _POLICY,
            "providerSpecificInput": {"instanceType": "A2A", "agentAutoUpdateStatus": "Disabled"},
        }
        yield f"{_container(one)}/replicationProtectionContainerMappings/{one}-{other}", _body(mapping)
    for one, other, near, far in (
        (SOURCE, RECOVERY, NETWORK, RECOVERY_NETWORK),
        (RECOVERY, SOURCE, RECOVERY_NETWORK, NETWORK),
    ):
        networks = {
            "recoveryFabricName": other,
            "recoveryNetworkId": far,
            "fabricSpecificDetails": {"instanceType": "AzureToAzure", "primaryNetworkId": near},
        }
        path = f"{_fabric(one)}/replicationNetworks/azureNetwork/replicationNetworkMappings/fleet"
        yield path, _body(networks)


def item(number: int, disk_ids: Sequence[str]) -> tuple[str, Json]:
    """Id and body of the protected item of one machine with these disks."""
    vm_id = machine_id(number)
    disk = {
        "primaryStagingAzureStorageAccountId": CACHE,
        "recoveryResourceGroupId": RECOVERY_GROUP,
        "recoveryReplicaDiskAccountType": "Premium_LRS",
        "recoveryTargetDiskAccountType": "Premium_LRS",
    }
    details = {
        "instanceType": "A2A",
        "fabricObjectId": vm_id,
        "recoveryContainerId": _container(RECOVERY),
        "recoveryResourceGroupId": RECOVERY_GROUP,
        "vmManagedDisks": [{"diskId": id_, **disk} for id_ in disk_ids],
    }
    name = uuid.uuid5(uuid.NAMESPACE_URL, vm_id.lower())
    path = f"{_container(SOURCE)}/replicationProtectedItems/{name}"
    return path, _body({"policyId": _POLICY, "providerSpecificDetails": details})


def _body(properties: object) -> Json:
    return {"properties": properties}


def _fabric(region: str) -> str:
    return f"{VAULT}/replicationFabrics/{region}"


def _container(region: str) -> str:
    return f"{_fabric(region)}/replicationProtectionContainers/{region}"
