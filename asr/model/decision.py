"""What was decided about a VM, in full, before anything is touched."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from asr.model.choices import Choice
from asr.model.item_change import CompletionPlan
from asr.model.outcome import Outcome, Reason
from asr.model.specs import (
    AvailabilitySetSpec,
    DiskSpec,
    GroupSpec,
    NetworkSpec,
    PlacementGroupSpec,
    PolicySpec,
    Spec,
    StorageSpec,
    VaultSpec,
)


class Action(StrEnum):
    """What a run does next.

    `COMPLETE` means: write what a Protected item is to be and is not, and add disks to it. `WAIT` means: what
    stands against it is about to pass, so decide again soon; `outcome` is the refusal, should it not pass. `END`: end
    the protection; `LATER`: it is to end, and something else comes first, a deadline or what a person has to do.
    """

    PROTECT = "protect"
    COMPLETE = "complete"
    LEAVE = "leave"
    REFUSE = "refuse"
    WAIT = "wait"
    END = "end"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class ProtectionPlan:
    """Everything that protecting one VM takes, with exact names.

    `recovery_zone` and an availability set exclude each other. `consistency_group` is the name of a multi-VM group.
    `source_subnet` is the subnet whose name is wanted in the recovery network, `recovery_subnet` the one that was
    chosen instead. The ids at the end are of resources that were named and exist. `choices` tell where each value came
    from.
    """

    vm_id: str
    item_name: str
    source_region: str
    recovery_region: str
    region_reason: str
    vault: VaultSpec
    policy: PolicySpec
    group: GroupSpec
    network: NetworkSpec
    source_subnet: str
    cache: StorageSpec
    disks: tuple[DiskSpec, ...]
    availability_set: AvailabilitySetSpec | None = None
    target_storage: StorageSpec | None = None
    recovery_zone: str | None = None
    consistency_group: str | None = None
    recovery_subnet: str | None = None
    placement_group: PlacementGroupSpec | None = None
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

    `key` names it within the foundation; `activity` ensures it, by `spec`; `needs` are keys whose ids the activity is
    given. Requirements of the same `stage` (lowest first) are ensured side by side.
    """

    key: str
    activity: str
    stage: int
    spec: Spec
    needs: tuple[str, ...] = ()


class Needed(NamedTuple):
    """A requirement as it travels: its key, the activity that ensures it, its stage, and those that it stands on, by
    their positions in the list that it is part of.
    """

    key: str
    activity: str
    stage: int
    needs: tuple[int, ...] = ()
