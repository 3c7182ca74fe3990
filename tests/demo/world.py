"""An Azure and an app that answer from JSON instead of over HTTP: what the checks read."""

from dataclasses import dataclass, field
from typing import Any

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
        return self.get(f"{container('eastasia')}/replicationProtectedItems/{machine}-item")

    def details(self, machine: str) -> Json:
        """The A2A details of a machine's protected item."""
        details: Json = self.item(machine)["properties"]["providerSpecificDetails"]
        return details


def fabric(region: str) -> str:
    """The id of a region's fabric."""
    return f"{VAULT}/replicationFabrics/asr-a2a-default-{region}"


def container(region: str) -> str:
    """The id of a region's protection container."""
    return f"{fabric(region)}/replicationProtectionContainers/asr-a2a-default-{region}-container"


def disk(name: str, part: str) -> str:
    """The id of a machine's managed disk."""
    return f"{GROUP}/providers/Microsoft.Compute/disks/{name}-{part}"
