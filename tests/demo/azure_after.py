"""Azure and the app after the story, as JSON in the shapes of the wire.

Each `world()` is a fresh copy, so that a test can spoil one thing in it.
"""

from copy import deepcopy
from functools import cache

from local.demo import story
from tests.demo.world import (
    ACCOUNTS,
    CACHE,
    GROUP,
    NETWORK,
    POLICY,
    RECOVERY_GROUP,
    SET,
    SUBSCRIPTION,
    VAULT,
    VAULT_GROUP,
    Json,
    World,
    container,
    disk,
    fabric,
)

_SKUS = {"os": "Premium_LRS", "data-0": "StandardSSD_LRS", "data-1": "Standard_LRS"}
_BLOBS = (
    "https://legacyone.blob.core.windows.net/vhds/os.vhd",
    "https://legacytwo.blob.core.windows.net/vhds/data.vhd",
)


def world() -> World:
    """The end state in which everything is as it should be."""
    return deepcopy(_world())


@cache
def _world() -> World:
    azure = World()
    for group, location in (
        (GROUP, "eastasia"),
        (RECOVERY_GROUP, "southeastasia"),
        (VAULT_GROUP, "southeastasia"),
    ):
        azure.put(group, {"location": location})
    _add_sites(azure)
    _add_storage(azure)
    _add_foundation(azure)
    for role in story.CAST:
        _add_machine(azure, role.name)
    for role in story.PROTECTED:
        _add_item(azure, role.name)
    _add_refusal(azure, "batch-0")
    return azure


def _add_sites(azure: World) -> None:
    """Networks and availability sets, on both sides."""
    network = {
        "addressSpace": {"addressPrefixes": ["10.1.0.0/16"]},
        "subnets": [
            {"name": "web", "properties": {"addressPrefix": "10.1.1.0/24"}},
            {"name": "db", "properties": {"addressPrefixes": ["10.1.2.0/24"]}},
        ],
    }
    domains = {"platformFaultDomainCount": 3, "platformUpdateDomainCount": 5}
    for group, location, suffix in ((GROUP, "eastasia", ""), (RECOVERY_GROUP, "southeastasia", "-asr")):
        azure.put(f"{group}/{NETWORK}{suffix}", {"location": location, "properties": deepcopy(network)})
        azure.put(f"{group}/{SET}{suffix}", {"location": location, "properties": dict(domains)})


def _add_storage(azure: World) -> None:
    """The cache account, the two source accounts of the unmanaged disks, and the one target account."""
    closed = {"minimumTlsVersion": "TLS1_2", "allowBlobPublicAccess": False}
    modern = {"location": "eastasia", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": closed}
    azure.put(CACHE, modern, collection=ACCOUNTS)
    for group, name, location, kind, sku in (
        (GROUP, "legacyone", "eastasia", "Storage", "Premium_LRS"),
        (GROUP, "legacytwo", "eastasia", "StorageV2", "Standard_LRS"),
        (RECOVERY_GROUP, "legacyoneasr1", "southeastasia", "Storage", "Premium_LRS"),
    ):
        body = {"location": location, "kind": kind, "sku": {"name": sku}, "properties": {}}
        azure.put(f"{group}/providers/Microsoft.Storage/storageAccounts/{name}", body, collection=ACCOUNTS)


def _add_foundation(azure: World) -> None:
    azure.put(
        VAULT, {"location": "southeastasia"}, collection=f"{SUBSCRIPTION}/providers/Microsoft.RecoveryServices/vaults"
    )
    values = {"recoveryPointHistory": 1440, "appConsistentFrequencyInMinutes": 60}
    azure.put(POLICY, {"properties": {"providerSpecificDetails": values}})
    for here, there, suffixes in (
        ("eastasia", "southeastasia", ("", "-asr")),
        ("southeastasia", "eastasia", ("-asr", "")),
    ):
        site = {"properties": {"customDetails": {"location": here}}}
        azure.put(fabric(here), site, collection=f"{VAULT}/replicationFabrics")
        azure.put(container(here), {}, collection=f"{VAULT}/replicationProtectionContainers")
        pair = {"targetProtectionContainerId": container(there), "policyId": POLICY, "state": "Paired"}
        azure.put(
            f"{container(here)}/replicationProtectionContainerMappings/to-{there}",
            {"properties": pair},
            collection=f"{VAULT}/replicationProtectionContainerMappings",
        )
        primary, recovery = (f"{GROUP}/{NETWORK}{suffix}".lower() for suffix in suffixes)
        azure.put(
            f"{fabric(here)}/replicationNetworks/azureNetwork/replicationNetworkMappings/to-{there}",
            {"properties": {"primaryNetworkId": primary, "recoveryNetworkId": recovery, "state": "Paired"}},
            collection=f"{VAULT}/replicationNetworkMappings",
        )


def _add_machine(azure: World, name: str) -> None:
    """A machine with its card and disks; legacy-0 has blobs instead of managed disks."""
    disks: list[Json] = [{"vhd": {"uri": uri}} for uri in _BLOBS]
    if name != "legacy-0":
        disks = []
        for part, sku in _SKUS.items():
            azure.put(disk(name, part), {"sku": {"name": sku}})
            disks.append({"managedDisk": {"id": disk(name, part)}})
    card = f"{GROUP}/providers/Microsoft.Network/networkInterfaces/{name}-nic"
    subnet = {"id": f"{GROUP}/{NETWORK}/subnets/{_subnet(name)}"}
    azure.put(card, {"properties": {"ipConfigurations": [{"properties": {"subnet": subnet}}]}})
    facts: Json = {
        "storageProfile": {"osDisk": disks[0], "dataDisks": disks[1:]},
        "networkProfile": {"networkInterfaces": [{"id": card}]},
    }
    if name.startswith("web"):
        facts["availabilitySet"] = {"id": f"{GROUP}/{SET}".upper()}
    azure.put(f"{GROUP}/providers/Microsoft.Compute/virtualMachines/{name}", {"properties": facts})


def _add_item(azure: World, name: str) -> None:
    target = f"{RECOVERY_GROUP}/providers/Microsoft.Storage/storageAccounts/legacyoneasr1"
    managed = [
        {
            "diskId": disk(name, part).lower(),
            "recoveryReplicaDiskAccountType": sku,
            "recoveryTargetDiskAccountType": sku,
            "primaryStagingAzureStorageAccountId": CACHE,
        }
        for part, sku in _SKUS.items()
    ]
    unmanaged = [
        {"diskUri": uri, "recoveryAzureStorageAccountId": target, "primaryStagingAzureStorageAccountId": CACHE}
        for uri in _BLOBS
    ]
    details = {
        "fabricObjectId": f"{GROUP}/providers/Microsoft.Compute/virtualMachines/{name}".lower(),
        "recoveryFabricLocation": "southeastasia",
        "recoveryAzureResourceGroupId": RECOVERY_GROUP,
        "recoveryAvailabilitySet": f"{RECOVERY_GROUP}/{SET}-asr" if name.startswith("web") else None,
        "protectedManagedDisks": None if name == "legacy-0" else managed,
        "protectedDisks": unmanaged if name == "legacy-0" else None,
        "rpoInSeconds": 95,
        "vmNics": [
            {
                "recoveryVMNetworkId": f"{RECOVERY_GROUP}/{NETWORK}-asr",
                "ipConfigs": [{"recoverySubnetName": _subnet(name)}],
            }
        ],
    }
    facts = {
        "friendlyName": name,
        "protectionState": "Protected",
        "protectionStateDescription": "Protected",
        "replicationHealth": "Normal",
        "providerSpecificDetails": details,
    }
    azure.put(
        f"{container('eastasia')}/replicationProtectedItems/{name}-item",
        {"properties": facts},
        collection=f"{VAULT}/replicationProtectedItems",
    )


def _add_refusal(azure: World, name: str) -> None:
    """The app's word, in status and history, after a run that went wrong before it."""
    reason = {
        "code": "AzureVmIsNotInDesiredPowerState",
        "sentence": "The virtual machine is deallocated.",
        "fix": "Start it.",
    }
    refused = {"state": "refused", "sentence": "Not protected.", "reasons": [reason]}
    azure.statuses[name] = {"lastOutcome": deepcopy(refused)}
    azure.histories[name] = [{"outcome": None}, {"outcome": deepcopy(refused)}]


def _subnet(name: str) -> str:
    return "db" if name.startswith("db") else "web"
