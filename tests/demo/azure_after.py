"""Azure and the app after the story, as JSON: what the checks read, in the shapes of the wire.

Each `world()` is a fresh copy, so that a test can spoil one thing in it.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from local.demo import story
from local.demo.errors import NotFound

type Json = dict[str, Any]

SUBSCRIPTION = "/subscriptions/5d8e2b6c-0b5a-4c0e-9f5e-0a1b2c3d4e5f"
GROUP = f"{SUBSCRIPTION}/resourceGroups/contoso-app"
RECOVERY_GROUP = f"{GROUP}-asr"
VAULT_GROUP = f"{SUBSCRIPTION}/resourceGroups/asr-vault-southeastasia"
VAULT = f"{VAULT_GROUP}/providers/Microsoft.RecoveryServices/vaults/Site-Recovery-Vault"
CACHE = f"{SUBSCRIPTION}/resourceGroups/asr-cache-eastasia/providers/Microsoft.Storage/storageAccounts/asrcache1"
POLICY = f"{VAULT}/replicationPolicies/24-hour-retention-policy"
NETWORK = "providers/Microsoft.Network/virtualNetworks/contoso-vnet"
SET = "providers/Microsoft.Compute/availabilitySets/web-set"
ACCOUNTS = f"{SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts"

_SKUS = {"os": "Premium_LRS", "data-0": "StandardSSD_LRS", "data-1": "Standard_LRS"}
_BLOBS = (
    "https://legacyone.blob.core.windows.net/vhds/os.vhd",
    "https://legacytwo.blob.core.windows.net/vhds/data.vhd",
)


@dataclass(slots=True)
class World:
    """Reads and tells what stands in it.

    Attributes:
        resources: by id in lower case.
        collections: ids of the members, by the collection's path in lower case.
        statuses: answers of the app's status route, by machine.
        histories: runs of the app's history route, by machine.
    """

    resources: dict[str, Json] = field(default_factory=dict)
    collections: dict[str, list[str]] = field(default_factory=dict)
    statuses: dict[str, Json] = field(default_factory=dict)
    histories: dict[str, list[Json]] = field(default_factory=dict)
    subscription: str = SUBSCRIPTION

    def get(self, path: str) -> Json:
        """The resource, as ARM answers it."""
        if path.lower() not in self.resources:
            raise NotFound(f"GET {path}", "404 ResourceNotFound")
        return self.resources[path.lower()]

    def list(self, path: str) -> tuple[Json, ...]:
        """The members, as ARM answers them."""
        return tuple(self.get(member) for member in self.collections[path.lower()])

    def status(self, vm_id: str) -> Json:
        """What the app says of a machine."""
        return self.statuses[vm_id.rsplit("/", 1)[-1]]

    def history(self, vm_id: str) -> tuple[Json, ...]:
        """The machine's runs."""
        return tuple(self.histories[vm_id.rsplit("/", 1)[-1]])

    def put(self, id_: str, body: Json, *, collection: str | None = None) -> None:
        """Add a resource, and its id to a collection."""
        self.resources[id_.lower()] = {"id": id_, "name": id_.rsplit("/", 1)[-1], **body}
        if collection is not None:
            self.collections.setdefault(collection.lower(), []).append(id_)

    def item(self, machine: str) -> Json:
        """The protected item of a machine."""
        return self.get(f"{_container('eastasia')}/replicationProtectedItems/{machine}-item")

    def details(self, machine: str) -> Json:
        """The A2A details of a machine's protected item."""
        details: Json = self.item(machine)["properties"]["providerSpecificDetails"]
        return details


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
        fabric = {"properties": {"customDetails": {"location": here}}}
        azure.put(_fabric(here), fabric, collection=f"{VAULT}/replicationFabrics")
        azure.put(_container(here), {}, collection=f"{VAULT}/replicationProtectionContainers")
        pair = {"targetProtectionContainerId": _container(there), "policyId": POLICY, "state": "Paired"}
        azure.put(
            f"{_container(here)}/replicationProtectionContainerMappings/to-{there}",
            {"properties": pair},
            collection=f"{VAULT}/replicationProtectionContainerMappings",
        )
        primary, recovery = (f"{GROUP}/{NETWORK}{suffix}".lower() for suffix in suffixes)
        azure.put(
            f"{_fabric(here)}/replicationNetworks/azureNetwork/replicationNetworkMappings/to-{there}",
            {"properties": {"primaryNetworkId": primary, "recoveryNetworkId": recovery, "state": "Paired"}},
            collection=f"{VAULT}/replicationNetworkMappings",
        )


def _add_machine(azure: World, name: str) -> None:
    """A machine with its card and disks; legacy-0 has blobs instead of managed disks."""
    disks: list[Json] = [{"vhd": {"uri": uri}} for uri in _BLOBS]
    if name != "legacy-0":
        disks = []
        for part, sku in _SKUS.items():
            azure.put(_disk(name, part), {"sku": {"name": sku}})
            disks.append({"managedDisk": {"id": _disk(name, part)}})
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
            "diskId": _disk(name, part).lower(),
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
        f"{_container('eastasia')}/replicationProtectedItems/{name}-item",
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


def _fabric(region: str) -> str:
    return f"{VAULT}/replicationFabrics/asr-a2a-default-{region}"


def _container(region: str) -> str:
    return f"{_fabric(region)}/replicationProtectionContainers/asr-a2a-default-{region}-container"


def _disk(name: str, part: str) -> str:
    return f"{GROUP}/providers/Microsoft.Compute/disks/{name}-{part}"


def _subnet(name: str) -> str:
    return "db" if name.startswith("db") else "web"
