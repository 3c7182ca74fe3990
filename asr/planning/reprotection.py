"""What a reprotection needs: the cache account on the side where the VM runs now, and a group on the other. Pure."""

from collections.abc import Iterable

from asr.model.failover import Homecoming
from asr.model.resource_id import group_id, key, parse, resource_id, subscription_of
from asr.model.specs import GroupSpec, StorageSpec
from asr.model.vm_facts import ItemDisk, ManagedDisk, ProtectedItem, VirtualMachine
from asr.planning import naming
from asr.planning.targets import STORAGE_ACCOUNT


def cache_of(item: ProtectedItem) -> StorageSpec:
    """The cache account of the way back, in the region and subscription of the VM that the failover made.

    Its name is the one that protecting a VM of that region to this one would give it.
    """
    region, back_to = item.recovery_region or "", item.source_region or ""
    subscription = subscription_of(item.recovered_vm_id or item.recovery_group_id or item.id)
    group = GroupSpec(group_id(subscription, naming.cache_group_name(region)), region)
    foundation = f"{key(item.vault_id)}|{region}|{back_to}"
    name = naming.cache_account_name(subscription, foundation, premium=False, shard=0)
    return StorageSpec(
        resource_id(group.id, STORAGE_ACCOUNT, name), region, "StorageV2", "Standard_LRS", "cache", group
    )


def homecoming(item: ProtectedItem, left: VirtualMachine | None) -> Homecoming:
    """Where the VM goes back to: the group that it came from, and what the VM is in that it `left` there, if it stands.

    A reprotection that does not name them would bring a VM of an availability set back without one.
    """
    group = parse(item.vm_id).group_id
    if left is None:
        return Homecoming(group)
    zone = next(iter(left.zones), None)
    return Homecoming(group, left.availability_set_id, zone, left.placement_group_id, left.capacity_group_id)


def disks_back(item: ProtectedItem, disks: Iterable[ManagedDisk]) -> tuple[ItemDisk, ...]:
    """The disks of the VM that the failover made, each with the SKU that its counterpart had on the way here."""
    by_name = {disk.name.lower(): disk for disk in item.disks}
    by_id = {key(disk.recovery_id): disk for disk in item.disks if disk.recovery_id}
    found = []
    for disk in disks:
        before = by_id.get(key(disk.id)) or by_name.get(disk.name.lower())
        sku = (before.recovery_sku if before else None) or disk.sku
        replica = (before.replica_sku if before else None) or disk.sku
        found.append(ItemDisk(disk.id, sku, replica, name=disk.name))
    return tuple(found)
