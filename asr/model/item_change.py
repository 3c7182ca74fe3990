"""What is to be written of a protected item: only what has to be another; what is None stays as it is."""

from dataclasses import dataclass

from asr.model.outcome import Reason
from asr.model.specs import DiskKeys, DiskSpec
from asr.model.vault_facts import PolicyValues


@dataclass(frozen=True, slots=True)
class AddressChange:
    """An IP configuration of an interface, by its name. `recovery_address` is a static address on the recovery side."""

    name: str
    recovery_subnet: str | None = None
    recovery_address: str | None = None
    public_address_id: str | None = None


@dataclass(frozen=True, slots=True)
class InterfaceChange:
    """An interface, by Site Recovery's own id of it."""

    nic_id: str
    security_group_id: str | None = None
    accelerated: bool | None = None
    addresses: tuple[AddressChange, ...] = ()


@dataclass(frozen=True, slots=True)
class DiskChange:
    """A managed disk, by its id."""

    id: str
    recovery_sku: str | None = None
    replica_sku: str | None = None
    keys: DiskKeys | None = None


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What an item is to be: everything that Site Recovery takes in place.

    Source: Replication Protected Items - Update, `UpdateReplicationProtectedItemInput`.
    """

    vm_name: str | None = None
    vm_size: str | None = None
    recovery_group_id: str | None = None
    recovery_network_id: str | None = None
    test_network_id: str | None = None
    availability_set_id: str | None = None
    placement_group_id: str | None = None
    capacity_group_id: str | None = None
    scale_set_id: str | None = None
    boot_diagnostics_account_id: str | None = None
    interfaces: tuple[InterfaceChange, ...] = ()
    disks: tuple[DiskChange, ...] = ()


@dataclass(frozen=True, slots=True)
class MappingChange:
    """A mapping of one network to another that the vault lacks, between these fabrics."""

    primary_fabric_id: str
    recovery_fabric_id: str
    primary_network_id: str
    recovery_network_id: str
    name: str


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """What a policy is to say, for all VMs that replicate by it."""

    policy_id: str
    values: PolicyValues


@dataclass(frozen=True, slots=True)
class UpdatesChange:
    """By which automation account the agents of a container mapping's VMs are to be kept up to date."""

    mapping_id: str
    automation_account_id: str


@dataclass(frozen=True, slots=True)
class CompletionPlan:
    """What is to be made true of a Protected item: `change` of its settings, and `new_disks` to replicate besides.

    Around it: `mappings` of networks that its vault lacks, `policy` and `updates` that only VMs of ours share, and
    `dismissed`, the ids of warnings that mean nothing.
    `fields` are the names of what is put right, as the differences tell them. `warnings` are part of the run's outcome.
    """

    item_id: str
    vm_id: str
    change: ItemChange
    new_disks: tuple[DiskSpec, ...] = ()
    mappings: tuple[MappingChange, ...] = ()
    policy: PolicyChange | None = None
    updates: UpdatesChange | None = None
    dismissed: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    warnings: tuple[Reason, ...] = ()
