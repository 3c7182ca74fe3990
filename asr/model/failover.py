"""Failover: what a person asks of a protected item, and what the item tells about it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from asr.model.resource_id import parse


class FailoverAction(StrEnum):
    """What can be asked of an item beside protection itself; each is a kind of command.

    Azure-to-Azure replication has no planned failover of its own: `PLANNED` asks Site Recovery to shut the source down
    first, `UNPLANNED` does not. `FAIL_BACK` is a failover of an item that replicates home.
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


@dataclass(frozen=True, slots=True)
class FailoverRequest:
    """What a failover is asked with: a recovery point by kind or id, and the network of a test."""

    recovery_point: str | None = None
    test_network_id: str | None = None


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
class ReplicatedDisk:
    """A managed disk of an item, by the id on the side that replicates, with what it becomes on the other."""

    id: str
    name: str
    recovery_sku: str | None
    replica_sku: str | None
    recovery_id: str | None


@dataclass(frozen=True, slots=True)
class FailoverItem:
    """A protected item as a failover sees it. Times are ISO 8601 in UTC.

    `vm_id` is the VM that replicates; after a reprotection that is the one which the failover made. `recovered_vm_id`
    is the VM that the last failover made, `test_vm_id` the one of a test. `next_vm_id` is what a failover would make.
    `home_region` is where the VM was protected from first. `scenario` is what Site Recovery is doing or did last, and
    `scenario_job_id` its job.
    Source: Replication Protected Items - Get.
    """

    id: str
    vm_id: str
    state: str
    health: str
    allowed: tuple[str, ...]
    active_location: str
    source_region: str
    recovery_region: str
    home_region: str
    container_id: str
    recovery_container_id: str
    policy_id: str
    scenario: str | None = None
    scenario_job_id: str | None = None
    recovered_vm_id: str | None = None
    test_vm_id: str | None = None
    test_state: str = ""
    next_vm_id: str | None = None
    test_network_id: str | None = None
    recovery_network_id: str | None = None
    recovery_group_id: str | None = None
    lifecycle_id: str | None = None
    point_id: str | None = None
    rpo_seconds: int | None = None
    rpo_at: str | None = None
    consistency_group: str | None = None
    failed_over_at: str | None = None
    disks: tuple[ReplicatedDisk, ...] = ()
    unmanaged_disks: int = 0
    recovery_size: str | None = None

    @property
    def is_home(self) -> bool:
        """Whether the VM replicates from the region where it was first protected."""
        return self.source_region == self.home_region

    @property
    def turned_id(self) -> str | None:
        """The id that the item has after a reprotection: under the container of the other side, by the same name."""
        if not self.recovery_container_id:
            return None
        return f"{self.recovery_container_id}/replicationProtectedItems/{self.id.rpartition('/')[2]}"

    @property
    def vault_id(self) -> str:
        """The vault that holds the item."""
        parsed = parse(self.id)
        return str(replace(parsed, types=parsed.types[:1], names=parsed.names[:1]))


@dataclass(frozen=True, slots=True)
class FailoverFacts:
    """What a failover is decided from. `points` are newest first, and read only for what takes one.

    `test_network_region` is None where the network does not exist. `recovered_vm_exists` and `source_is_running` are
    None where nobody asked, or Azure did not tell: a source region that is lost may not answer.
    """

    item: FailoverItem
    points: tuple[RecoveryPoint, ...] = ()
    test_network_region: str | None = None
    recovered_vm_exists: bool | None = None
    source_is_running: bool | None = None


@dataclass(frozen=True, slots=True)
class FailoverPlan:
    """What a command will do, as its run carries it. `point_id` is None for the latest, which Azure makes if data
    waits. `turned_id` is where a reprotection moves the item. `point_at` is the time of the newest point that is known,
    or of the one that was chosen.
    """

    action: FailoverAction
    item_id: str
    turned_id: str | None = None
    lifecycle_id: str | None = None
    point_id: str | None = None
    point_at: str | None = None
    test_network_id: str | None = None
