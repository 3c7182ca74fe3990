"""What was decided about a VM, in full, before anything is touched."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from asr.model.choices import Choice
from asr.model.outcome import Outcome, Reason
from asr.model.vm_facts import Subnet


class Action(StrEnum):
    """What a run does next.

    `COMPLETE` means: write the NIC and test network settings that ASR accepts only now. `WAIT` means: what
    stands against it is about to pass, look again soon; `outcome` is the refusal, should it not pass.
    """

    PROTECT = "protect"
    COMPLETE = "completion"
    LEAVE = "leave"
    REFUSE = "refuse"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A resource group that must exist."""

    id: str
    location: str


@dataclass(frozen=True, slots=True)
class VaultPlan:
    """The vault; `exists` tells a chosen vault from one to be created."""

    id: str
    location: str
    group: GroupPlan
    exists: bool


@dataclass(frozen=True, slots=True)
class PolicyPlan:
    """A replication policy; minutes throughout. 0 app-consistent minutes means none are taken."""

    name: str
    recovery_point_minutes: int
    crash_consistent_minutes: int
    app_consistent_minutes: int
    multi_vm_sync: bool


@dataclass(frozen=True, slots=True)
class PlacementGroupPlan:
    """The recovery proximity placement group. `exists`: it was named, so it is only checked."""

    id: str
    location: str
    exists: bool = False


@dataclass(frozen=True, slots=True)
class AvailabilitySetPlan:
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
class NetworkPlan:
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
class StoragePlan:
    """A storage account to ensure. `purpose` is `cache` or `target`; `exists`: it was named, so it is only checked."""

    id: str
    location: str
    kind: str
    sku: str
    purpose: str
    group: GroupPlan
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
class DiskPlan:
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
class ProtectionPlan:
    """Everything that protecting one VM takes, with exact names.

    `recovery_zone` and an availability set exclude each other. `consistency_group` is the name of a multi-VM group.
    `source_subnet` is the subnet whose name is looked for in the recovery network, `recovery_subnet` the one that was
    chosen instead. The ids at the end are of resources that were named and exist. `choices` tell where each value came
    from.
    """

    vm_id: str
    item_name: str
    source_region: str
    recovery_region: str
    region_reason: str
    vault: VaultPlan
    policy: PolicyPlan
    group: GroupPlan
    network: NetworkPlan
    source_subnet: str
    cache: StoragePlan
    disks: tuple[DiskPlan, ...]
    availability_set: AvailabilitySetPlan | None = None
    target_storage: StoragePlan | None = None
    recovery_zone: str | None = None
    consistency_group: str | None = None
    recovery_subnet: str | None = None
    placement_group: PlacementGroupPlan | None = None
    capacity_group_id: str | None = None
    scale_set_id: str | None = None
    boot_diagnostics_account_id: str | None = None
    automation_account_id: str | None = None
    choices: tuple[Choice, ...] = ()

    @property
    def zone_to_zone(self) -> bool:
        """Whether the VM is recovered to another zone of its own region."""
        return self.source_region == self.recovery_region

    @property
    def foundation_key(self) -> str:
        """Which foundation the VM stands on: its vault, whose fabrics and policies VMs of several regions share."""
        return self.vault.id.lower()


@dataclass(frozen=True, slots=True)
class CompletionPlan:
    """The settings of a protected item that can be written only once it is Protected."""

    item_id: str
    vm_id: str
    test_network_id: str | None


@dataclass(frozen=True, slots=True)
class Decision:
    """One VM, one decision.

    `outcome` is set when nothing is to be done, `plan` for PROTECT, `completion` for COMPLETE.
    """

    action: Action
    vm_id: str
    profile: str | None = None
    outcome: Outcome | None = None
    plan: ProtectionPlan | None = None
    completion: CompletionPlan | None = None
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing a foundation must hold before a VM can be protected.

    `key` names it within the foundation; `activity` ensures it; `spec` is that activity's input; `needs` are keys whose
    ids the activity is given. Requirements of the same `stage` (lowest first) are ensured side by side.
    """

    key: str
    activity: str
    stage: int
    spec: dict[str, object]
    needs: tuple[str, ...] = ()


class Needed(NamedTuple):
    """A requirement as it travels: its key, the activity that ensures it, its stage, and those that it stands on, by
    their positions in the list that it is part of.
    """

    key: str
    activity: str
    stage: int
    needs: tuple[int, ...] = ()
