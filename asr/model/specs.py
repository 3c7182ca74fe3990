"""What is wanted of each thing that a VM's protection stands on, and of the protected item itself.

A spec is made with the plan and kept with the run. What it stands on that is known only when it was ensured (which
fabric was adopted, for example) is given to its activity as Azure ids, by requirement key.
"""

from dataclasses import dataclass
from typing import Literal

from asr.model.vault_facts import PolicyValues
from asr.model.vm_facts import Subnet


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A resource group; a new one at `location`, one that is there anywhere but in the barred region."""

    id: str
    location: str
    barred_region: str | None = None


@dataclass(frozen=True, slots=True)
class VaultSpec:
    """The vault; `exists` tells a chosen vault from one to be created."""

    id: str
    location: str
    group: GroupSpec
    exists: bool


@dataclass(frozen=True, slots=True)
class PolicySpec:
    """A replication policy of the vault with these values; the name is for a new one."""

    vault_id: str
    name: str
    values: PolicyValues


@dataclass(frozen=True, slots=True)
class FabricSpec:
    """A region that the vault must know; the name is for a new fabric."""

    vault_id: str
    name: str
    region: str


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """A container of the fabric of a region; the name is for a new one."""

    vault_id: str
    name: str
    region: str
    fabric_key: str


@dataclass(frozen=True, slots=True)
class ContainerMappingSpec:
    """The pair by the keys of what earlier stages ensured; the name is for a new mapping.

    `automation_account_id` keeps the agents of the VMs up to date; None leaves that to their owners.
    """

    vault_id: str
    name: str
    source_container_key: str
    target_container_key: str
    policy_key: str
    automation_account_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlacementGroupSpec:
    """The recovery proximity placement group. `exists`: it was named, so it is only checked."""

    id: str
    location: str
    exists: bool = False


@dataclass(frozen=True, slots=True)
class AvailabilitySetSpec:
    """The recovery availability set, a copy of the source's domains. `exists`: it was named, so it is only checked.

    A new one is put into the placement group that its VMs are recovered into: Azure wants a set and its VMs in one.
    """

    id: str
    location: str
    fault_domains: int
    update_domains: int
    sku: str
    exists: bool = False
    placement_group_id: str | None = None


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """The recovery network, should the vault not map the source network to another already.

    `exists`: it was named, so it is only checked, never made.
    """

    source_id: str
    recovery_id: str
    location: str
    address_prefixes: tuple[str, ...]
    subnets: tuple[Subnet, ...]
    exists: bool = False


@dataclass(frozen=True, slots=True)
class NetworkMappingSpec:
    """`direction` is `forward` from the source network, or `reverse`; the name is for a new mapping."""

    vault_id: str
    direction: Literal["forward", "reverse"]
    source_network_id: str
    name: str
    primary_fabric_key: str
    recovery_fabric_key: str
    network_key: str


@dataclass(frozen=True, slots=True)
class StorageSpec:
    """A storage account to ensure. `purpose` is `cache` or `target`; `exists`: it was named, so it is only checked."""

    id: str
    location: str
    kind: str
    sku: str
    purpose: str
    group: GroupSpec
    exists: bool = False


@dataclass(frozen=True, slots=True)
class DiskKeys:
    """Where the keys of a disk with Azure Disk Encryption are on the recovery side: ids of vaults, URLs of the rest.

    `key_url` is None where the secret is not wrapped.
    """

    secret_url: str
    vault_id: str
    key_url: str | None = None


@dataclass(frozen=True, slots=True)
class DiskSpec:
    """One disk to replicate: a managed disk by id, or an unmanaged one by URI.

    `encryption_set_id` is the recovery disk encryption set of a disk that has one; `keys` those of a disk encrypted in
    the guest.
    """

    id: str | None
    uri: str | None
    replica_sku: str | None
    target_sku: str | None
    encryption_set_id: str | None = None
    keys: DiskKeys | None = None


@dataclass(frozen=True, slots=True)
class EnableSpec:
    """What enabling takes: what the VM stands on by requirement keys, and what is the item's own.

    `subnet` is the name that is wanted in the recovery network. The ids at the end are of resources that were named
    and exist.
    """

    vault_id: str
    vm_id: str
    item_name: str
    subnet: str
    policy_key: str
    source_container_key: str
    recovery_container_key: str
    group_key: str
    network_key: str
    cache_account_key: str
    disks: tuple[DiskSpec, ...]
    target_account_key: str | None = None
    availability_set_key: str | None = None
    placement_group_key: str | None = None
    availability_zone: str | None = None
    consistency_group: str | None = None
    capacity_group_id: str | None = None
    scale_set_id: str | None = None
    boot_diagnostics_account_id: str | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """The keys whose ids enabling is given."""
        keys = (
            self.policy_key,
            self.source_container_key,
            self.recovery_container_key,
            self.group_key,
            self.network_key,
            self.cache_account_key,
            self.target_account_key,
            self.availability_set_key,
            self.placement_group_key,
        )
        return tuple(key for key in keys if key is not None)


type Spec = (
    GroupSpec
    | VaultSpec
    | PolicySpec
    | FabricSpec
    | ContainerSpec
    | ContainerMappingSpec
    | PlacementGroupSpec
    | AvailabilitySetSpec
    | NetworkSpec
    | NetworkMappingSpec
    | StorageSpec
)
"""The spec of a requirement."""
