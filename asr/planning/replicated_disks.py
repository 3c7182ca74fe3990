"""The VM's disks beside those that its protected item replicates. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from asr.model.fleet import MachineDisk
from asr.model.outcome import Reason
from asr.model.request import SeenVm
from asr.model.resource_id import key
from asr.model.vm_facts import HealthError, ProtectedItem
from asr.reasons import reason

DISKS_NOT_PROTECTED = "153039"
"""Site Recovery's code for data disks of the VM that are not replicated.

Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-troubleshoot-errors
"""


def os_disk_replaced(disks: Sequence[MachineDisk], item: ProtectedItem) -> bool:
    """Whether the VM starts from another disk than the one that is replicated."""
    os_disk = next((disk for disk in disks if disk.lun is None), None)
    return os_disk is not None and bool(item.disk_ids) and key(os_disk.id) not in keys(item.disk_ids)


def disk_reasons(
    disks: Sequence[MachineDisk], item: ProtectedItem, excluded_luns: Sequence[int] = (), seen: SeenVm | None = None
) -> Iterator[Reason]:
    """Where the VM's disks are not those that are replicated: the OS disk replaced, data disks added or detached."""
    if not item.disk_ids:
        return
    replicated, luns = keys(item.disk_ids), seen.luns if seen else {}
    for disk in disks:
        if key(disk.id) in replicated:
            continue
        if disk.lun is None:
            yield reason("OsDiskReplaced", disk=_name(disk.id))
        elif disk.lun not in excluded_luns:
            yield reason("DiskNotProtected", disk=_name(disk.id), lun=disk.lun)
    present = keys(disk.id for disk in disks)
    gone = [id_ for id_ in item.disk_ids if key(id_) not in present]
    if os_disk_replaced(disks, item):
        # the disk that it started from is gone by the same swap; it never was at a LUN
        gone = [id_ for id_ in gone if key(id_) in luns]
    for id_ in gone:
        lun = luns.get(key(id_))
        yield reason("DiskDetached", disk=_name(id_), at="a LUN that is not known" if lun is None else f"LUN {lun}")


def is_warned_for_nothing(disks: Sequence[MachineDisk], item: ProtectedItem, left_out: Sequence[int]) -> bool:
    """Whether Site Recovery warns of disks that nobody wants replicated, and of no other one."""
    replicated = keys(item.disk_ids)
    unreplicated = {disk.lun for disk in disks if disk.lun is not None and key(disk.id) not in replicated}
    warned_of = {*item.unreplicated_luns, *unreplicated}
    return bool(disk_warnings(item)) and bool(warned_of) and warned_of <= set(left_out)


def disk_warnings(item: ProtectedItem) -> tuple[HealthError, ...]:
    """The item's health errors that tell of disks which are not replicated."""
    return tuple(one for one in item.health_errors if one.code == DISKS_NOT_PROTECTED)


def told_errors(disks: Sequence[MachineDisk], item: ProtectedItem, left_out: Sequence[int]) -> tuple[HealthError, ...]:
    """The item's health errors, but for the warning of disks that nobody wants replicated."""
    hidden = disk_warnings(item) if is_warned_for_nothing(disks, item, left_out) else ()
    return tuple(one for one in item.health_errors if one not in hidden)


def keys(ids: Iterable[str]) -> frozenset[str]:
    """The ids in compared form."""
    return frozenset(key(id_) for id_ in ids)


def _name(id_: str) -> str:
    return id_.rstrip("/").rsplit("/", 1)[-1]
