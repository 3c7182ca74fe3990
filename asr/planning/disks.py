"""Which disks are replicated, and as what."""

from collections.abc import Iterator

from asr.choices.request import ProtectionRequest
from asr.model.outcome import Reason
from asr.model.specs import DiskKeys, DiskSpec
from asr.model.vm_facts import ManagedDisk, UnmanagedDisk, VirtualMachine, VmFacts
from asr.planning.targets import target_id
from asr.reasons import reason

type Disk = ManagedDisk | UnmanagedDisk


def replicated_disks(vm: VirtualMachine, request: ProtectionRequest) -> tuple[Disk, ...]:
    """The VM's disks without the excluded ones, OS disk first."""
    excluded = request.options.excluded_luns
    disks: tuple[Disk, ...] = (*vm.managed_disks, *vm.unmanaged_disks)
    kept = [disk for disk in disks if disk.lun is None or disk.lun not in excluded]
    return tuple(sorted(kept, key=lambda disk: -1 if disk.lun is None else disk.lun))


def disk_plans(facts: VmFacts, request: ProtectionRequest, recovery: str) -> tuple[DiskSpec, ...]:
    """How each disk is replicated: a managed one with the chosen or the source's SKU, an unmanaged one by its URI."""
    return tuple(_plan(disk, facts, request, recovery) for disk in replicated_disks(facts.vm, request))


def high_churn_disk(facts: VmFacts, request: ProtectionRequest) -> ManagedDisk | None:
    """The first disk that needs a premium cache, whatever the profile says."""
    needing = facts.matrix.disks.replica_skus
    disks = replicated_disks(facts.vm, request)
    return next((disk for disk in disks if isinstance(disk, ManagedDisk) and disk.sku in needing), None)


def disk_warnings(facts: VmFacts, request: ProtectionRequest, recovery: str) -> Iterator[Reason]:
    """What should be known about the disks, though it blocks nothing."""
    known, forced = facts.matrix.disks, high_churn_disk(facts, request)
    if forced and not request.options.high_churn:
        yield reason("HighChurnForced", disk=forced.name, sku=forced.sku)
    for disk in replicated_disks(facts.vm, request):
        if not isinstance(disk, ManagedDisk):
            continue
        if disk.sku in known.uncertain_skus:
            yield reason("UltraDiskUncertain", disk=disk.name)
        target = _target_sku(disk, facts, request, recovery)
        if disk.sku in known.local_skus and target not in (None, disk.sku):
            yield reason("ZoneRedundancyNotCarried", disk=disk.name, sku=disk.sku, target=target, region=recovery)


def disk_problems(facts: VmFacts, request: ProtectionRequest) -> Iterator[Reason]:
    """Choices for single disks that the VM's disks do not bear out."""
    chosen, disks = request.options, replicated_disks(facts.vm, request)
    known = {"os" if disk.lun is None else str(disk.lun) for disk in disks}
    for values in (chosen.target_skus, chosen.replica_skus, chosen.encryption_secrets, chosen.encryption_keys):
        for name in values.disks:
            if name not in known:
                yield reason("ChosenDiskNotFound", disk=name, present=sorted(known))
    for disk in disks:
        sku = chosen.replica_skus.of(disk.lun) if isinstance(disk, ManagedDisk) else None
        if sku in facts.matrix.disks.replica_skus:
            yield reason("ReplicaSkuUnsupported", disk=disk.name, sku=sku)
        target = chosen.target_skus.of(None) if isinstance(disk, ManagedDisk) and disk.lun is None else None
        if target in facts.matrix.disks.data_only_skus:
            yield reason("OsDiskSkuUnsupported", disk=disk.name, sku=target)


def _plan(disk: Disk, facts: VmFacts, request: ProtectionRequest, recovery: str) -> DiskSpec:
    if isinstance(disk, UnmanagedDisk):
        return DiskSpec(id=None, uri=disk.uri, replica_sku=None, target_sku=None)
    target = _target_sku(disk, facts, request, recovery)
    stand_in = facts.matrix.disks.replica_skus.get(target, target) if target else None
    return DiskSpec(
        id=disk.id,
        uri=None,
        replica_sku=request.options.replica_skus.of(disk.lun) or stand_in,
        target_sku=target,
        encryption_set_id=target_id(facts.vm, request, "disk_encryption_set") if disk.encryption_set_id else None,
        keys=disk_keys(disk, request) if disk.guest_encrypted else None,
    )


def disk_keys(disk: ManagedDisk, request: ProtectionRequest) -> DiskKeys | None:
    """Where the keys of a disk that is encrypted in the guest are on the recovery side; None if nobody said."""
    vault, secret = request.options.key_vault, request.options.encryption_secrets.of(disk.lun)
    return DiskKeys(secret, vault, request.options.encryption_keys.of(disk.lun)) if vault and secret else None


def _target_sku(disk: ManagedDisk, facts: VmFacts, request: ProtectionRequest, recovery: str) -> str | None:
    """The chosen SKU, else the source's, as far as the recovery region has zones for it."""
    if chosen := request.options.target_skus.of(disk.lun):
        return chosen
    region = next((region for region in facts.regions if region.name == recovery), None)
    if disk.sku is None or region is None or region.zones:
        return disk.sku
    return facts.matrix.disks.local_skus.get(disk.sku, disk.sku)
