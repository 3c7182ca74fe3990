"""The storage accounts: the cache in the source region, and one target account for unmanaged disks."""

from collections.abc import Sequence
from itertools import count

from asr.choices.request import ProtectionRequest
from asr.model.decision import ProtectionPlan
from asr.model.outcome import Reason
from asr.model.resource_id import group_id, parse, resource_id, same
from asr.model.specs import GroupSpec, StorageSpec
from asr.model.vm_facts import StorageAccount, UnmanagedDisk, VmFacts
from asr.planning import naming
from asr.planning.disks import high_churn_disk, replicated_disks
from asr.planning.targets import STORAGE_ACCOUNT, target_id
from asr.reasons import reason

_STANDARD_CACHE = ("StorageV2", "Standard_LRS")
_PREMIUM_CACHE = ("BlockBlobStorage", "Premium_LRS")


def cache_plan(facts: VmFacts, request: ProtectionRequest, source: str, foundation: str) -> StorageSpec:
    """The cache account: the named one, else the foundation's, in the source region and the VM's subscription.

    The foundation's accounts are filled one after the other, as far as the items of the vaults tell how full they are:
    so many disks that each may change 8 MB a second.
    """
    premium = request.options.high_churn or high_churn_disk(facts, request) is not None
    kind, sku = _PREMIUM_CACHE if premium else _STANDARD_CACHE
    if named := target_id(facts.vm, request, "cache_storage_account"):
        group = GroupSpec(parse(named).group_id, source)
        return StorageSpec(named, source, kind, sku, "cache", group, exists=True)
    subscription = parse(facts.vm.id).subscription
    group = GroupSpec(group_id(subscription, naming.cache_group_name(source)), source)
    disks = len(replicated_disks(facts.vm, request))
    for shard in count():
        name = naming.cache_account_name(subscription, foundation, premium=premium, shard=shard)
        id_ = resource_id(group.id, STORAGE_ACCOUNT, name)
        held = cached_disks(facts, id_)
        if held == 0 or held + disks <= facts.matrix.limits.disks_per_cache_account:
            break
    return StorageSpec(id_, source, kind, sku, "cache", group)


def cache_problem(facts: VmFacts, request: ProtectionRequest, cache: StorageSpec) -> Reason | None:
    """A premium cache has to be in the source region, which may have no accounts for one."""
    if not cache.sku.startswith("Premium") or cache.location not in facts.matrix.regions.no_block_blobs:
        return None
    disk = high_churn_disk(facts, request)
    because = f"disk {disk.name} is {disk.sku}" if disk else "high churn is chosen"
    return reason("HighChurnUnavailable", because=because, region=cache.location)


def churn_problem(facts: VmFacts, request: ProtectionRequest) -> Reason | None:
    """High churn is for managed disks only.

    Source: https://learn.microsoft.com/azure/site-recovery/concepts-azure-to-azure-high-churn-support, limitations
    """
    asked = request.options.high_churn and _unmanaged(facts, request)
    return reason("HighChurnUnmanaged", count=len(_unmanaged(facts, request))) if asked else None


def target_problem(facts: VmFacts, request: ProtectionRequest, plan: ProtectionPlan) -> Reason | None:
    """What one premium account holds of unmanaged disks is limited; disks whose size was not read count for nothing."""
    target, most = plan.target_storage, facts.matrix.limits.most_premium_account_gib
    size = sum(disk.size_gib or 0 for disk in _unmanaged(facts, request))
    if target is None or not target.sku.startswith("Premium") or size <= most:
        return None
    return reason("UnmanagedDisksTooLarge", size=size, most=most)


def cached_disks(facts: VmFacts, account_id: str) -> int:
    """How many disks the vault's items write through a cache account. Of an item with several, all disks count."""
    items = facts.preflight_facts.items if facts.preflight_facts else ()
    return sum(item.disks for item in items if any(same(id_, account_id) for id_ in item.cache_ids))


def target_plan(
    facts: VmFacts, request: ProtectionRequest, group: GroupSpec, recovery: str
) -> StorageSpec | Reason | None:
    """The one account that receives all unmanaged disks of the VM; None for a VM without unmanaged disks.

    It has the kind and SKU of the account of the OS disk, save that any premium account among the sources makes it
    premium: a premium disk cannot be kept on standard storage.
    """
    disks = _unmanaged(facts, request)
    if not disks:
        return None
    sources: list[StorageAccount] = []
    for disk in disks:
        account = _account(facts.storage_accounts, disk.account_name)
        if account is None:
            return reason("SourceStorageAccountNotFound", account=disk.account_name, disk=disk.name)
        sources.append(account)
    model = next((account for account in sources if account.sku.startswith("Premium")), sources[0])
    if named := target_id(facts.vm, request, "storage_account"):
        held_by = GroupSpec(parse(named).group_id, recovery)
        return StorageSpec(named, recovery, model.kind, model.sku, "target", held_by, exists=True)
    name = naming.target_account_name(sources[0].id, group.id, recovery, model.kind, model.sku)
    return StorageSpec(resource_id(group.id, STORAGE_ACCOUNT, name), recovery, model.kind, model.sku, "target", group)


def _unmanaged(facts: VmFacts, request: ProtectionRequest) -> list[UnmanagedDisk]:
    return [disk for disk in replicated_disks(facts.vm, request) if isinstance(disk, UnmanagedDisk)]


def _account(accounts: Sequence[StorageAccount], name: str) -> StorageAccount | None:
    return next((account for account in accounts if same(account.name, name)), None)
