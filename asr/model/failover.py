"""Failover: what a person asks of a protected item, and what is known before it is done."""

from dataclasses import dataclass
from enum import StrEnum

from asr.model.preflight_facts import Size, Usage
from asr.model.probe import Probe
from asr.model.vm_facts import ProtectedItem


class FailoverAction(StrEnum):
    """What can be asked of an item beside protection itself; each is a kind of command.

    Azure-to-Azure replication has no planned failover of its own: `PLANNED` asks Site Recovery to shut the source down
    first, `UNPLANNED` does not. `FAIL_BACK` is a failover of an item that replicates home; `REMOVE_LEFT` deletes the VM
    that it left on the recovery side.
    Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-tutorial-failover-failback
    """

    TEST = "test_failover"
    CLEAN_UP = "clean_up_test"
    PLANNED = "planned_failover"
    UNPLANNED = "unplanned_failover"
    CHANGE_POINT = "change_recovery_point"
    CANCEL = "cancel_failover"
    COMMIT = "commit_failover"
    REPROTECT = "reprotect"
    FAIL_BACK = "fail_back"
    REMOVE_LEFT = "remove_left_vm"


@dataclass(frozen=True, slots=True)
class FailoverRequest:
    """What a failover is asked with: a recovery point by kind or id, and the network of a test.

    `part_of` is the run of the recovery plan that the VM goes with; it is told when the VM's own run is over. `probes`
    are asked of the VM that comes up, and a failure is one of the VM.
    """

    recovery_point: str | None = None
    test_network_id: str | None = None
    part_of: str | None = None
    probes: tuple[Probe, ...] = ()


@dataclass(frozen=True, slots=True)
class RecoveryPoint:
    """A state of the VM's disks that it can be started from. `at` is ISO 8601 in UTC; `disks` are names.

    Source: Recovery Points - List By Replication Protected Items.
    """

    id: str
    at: str
    is_app_consistent: bool
    is_multi_vm: bool = False
    disks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Homecoming:
    """Where the VM comes up that is replicated back: as the one stood that the failover left."""

    group_id: str
    availability_set_id: str | None = None
    zone: str | None = None
    placement_group_id: str | None = None
    capacity_group_id: str | None = None


@dataclass(frozen=True, slots=True)
class FailoverFacts:
    """What a failover is decided from. `points` are newest first, and read only for what takes one.

    `test_network_region` is None where the network does not exist. `recovered_vm_exists` and `source_is_running` are
    None where nobody asked, or Azure did not tell: a source region that is lost may not answer. `size` is that of the
    recovered VM, `usages` are the quotas of its region, as far as they could be read.
    """

    item: ProtectedItem
    points: tuple[RecoveryPoint, ...] = ()
    test_network_region: str | None = None
    recovered_vm_exists: bool | None = None
    source_is_running: bool | None = None
    size: Size | None = None
    usages: tuple[Usage, ...] = ()


@dataclass(frozen=True, slots=True)
class FailoverPlan:
    """What a command will do, as its run carries it. `point_id` is None for the latest, which Azure makes if data
    waits. `turned_id` is where a reprotection moves the item. `point_at` is the time of the newest point that is known,
    or of the one that was chosen. `left` are the ids to delete: a VM, its interfaces and its disks.
    `vm_name` is what the item's VM is to be called before it is failed over, where the item says another name.
    """

    action: FailoverAction
    item_id: str
    turned_id: str | None = None
    lifecycle_id: str | None = None
    point_id: str | None = None
    point_at: str | None = None
    test_network_id: str | None = None
    left: tuple[str, ...] = ()
    vm_name: str | None = None
