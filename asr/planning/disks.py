"""Which disks are replicated, and as what."""

from collections.abc import Iterator, Mapping

from asr.model.decision import DiskPlan
from asr.model.facts import ManagedDisk, UnmanagedDisk, VirtualMachine
from asr.model.outcome import Reason
from asr.planning.reasons import reason
from asr.planning.wish import Wish

type Disk = ManagedDisk | UnmanagedDisk

REPLICA_SKUS: Mapping[str, str] = {"PremiumV2_LRS": "Premium_LRS", "UltraSSD_LRS": "Premium_LRS"}
"""SKUs whose replica is kept on another SKU; the disk made at failover has the source's. All others stay as they are.

Source: https://learn.microsoft.com/azure/site-recovery/concepts-azure-to-azure-high-churn-support
"""

HIGH_CHURN_SKUS = frozenset(REPLICA_SKUS)
"""SKUs that Site Recovery replicates through a premium block blob cache only."""


def replicated_disks(vm: VirtualMachine, wish: Wish) -> tuple[Disk, ...]:
    """The VM's disks without the excluded ones, OS disk first."""
    excluded = wish.overrides.excluded_luns
    disks: tuple[Disk, ...] = (*vm.managed_disks, *vm.unmanaged_disks)
    kept = [disk for disk in disks if disk.lun is None or disk.lun not in excluded]
    return tuple(sorted(kept, key=lambda disk: -1 if disk.lun is None else disk.lun))


def disk_plans(vm: VirtualMachine, wish: Wish) -> tuple[DiskPlan, ...]:
    """How each disk is replicated: a managed one with the source's SKU, an unmanaged one by its URI."""
    return tuple(_plan(disk) for disk in replicated_disks(vm, wish))


def high_churn_disk(vm: VirtualMachine, wish: Wish) -> ManagedDisk | None:
    """The first disk that needs a premium cache, whatever the profile says."""
    disks = replicated_disks(vm, wish)
    return next((disk for disk in disks if isinstance(disk, ManagedDisk) and disk.sku in HIGH_CHURN_SKUS), None)


def disk_warnings(vm: VirtualMachine, wish: Wish) -> Iterator[Reason]:
    """What should be known about the disks, though it blocks nothing."""
    forced = high_churn_disk(vm, wish)
    if forced and wish.profile and not wish.profile.high_churn:
        yield reason("HighChurnForced", disk=forced.name, sku=forced.sku)
    for disk in replicated_disks(vm, wish):
        if isinstance(disk, ManagedDisk) and disk.sku == "UltraSSD_LRS":
            yield reason("UltraDiskUncertain", disk=disk.name)


def _plan(disk: Disk) -> DiskPlan:
    if isinstance(disk, UnmanagedDisk):
        return DiskPlan(id=None, uri=disk.uri, replica_sku=None, target_sku=None)
    replica = REPLICA_SKUS.get(disk.sku, disk.sku) if disk.sku else None
    return DiskPlan(id=disk.id, uri=None, replica_sku=replica, target_sku=disk.sku)
