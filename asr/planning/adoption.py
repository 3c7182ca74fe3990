"""An existing protected item against what would be made now: told, never changed."""

from collections.abc import Iterator
from dataclasses import replace

from asr.choices.request import ProtectionRequest
from asr.model.decision import ProtectionPlan
from asr.model.outcome import Reason
from asr.model.resource_id import key, parse, same
from asr.model.vm_facts import ManagedDisk, ProtectedItem, VmFacts
from asr.planning.disks import Disk, replicated_disks
from asr.planning.regions import region_name
from asr.reasons import reason


def differences(
    facts: VmFacts, request: ProtectionRequest, item: ProtectedItem, plan: ProtectionPlan | None
) -> tuple[Reason, ...]:
    """Where the item departs from the plan, and the disks it leaves out. Without a plan only the disks are compared."""
    return (*_elsewhere(request, item, plan), *_unprotected(facts, request, item))


def _elsewhere(request: ProtectionRequest, item: ProtectedItem, plan: ProtectionPlan | None) -> Iterator[Reason]:
    """What the item does not tell is not compared; vault, cache and network are only where one was named.

    A vault chosen by rule may change as vaults come and go, and a network mapping of the vault wins over the plan's.
    """
    if plan is None:
        return
    wanted_set = plan.availability_set.id if plan.availability_set else None
    wanted_near = plan.placement_group.id if plan.placement_group else None
    others = {key(id_): id_ for id_ in item.cache_account_ids if not same(id_, plan.cache.id)}
    compared = (
        ("vault", _vault_of(item), plan.vault.id if request.options.vault else None),
        ("recovery region", region_name(item.recovery_region or ""), plan.recovery_region),
        ("recovery resource group", item.recovery_group_id, plan.group.id),
        ("recovery availability set", item.recovery_availability_set_id, wanted_set),
        ("recovery zone", item.recovery_zone or (request.options.recovery_zone and "none"), plan.recovery_zone),
        ("recovery proximity placement group", item.recovery_placement_group_id, wanted_near),
        ("cache storage account", ", ".join(others.values()), plan.cache.id if request.options.cache_account else None),
        ("recovery network", item.recovery_network_id, plan.network.recovery_id if plan.network.exists else None),
        ("consistency group", item.consistency_group or "none", plan.consistency_group),
    )
    for what, present, wanted in compared:
        if present and wanted and not same(present, wanted):
            yield reason("ProtectedDifferently", what=what, present=present, wanted=wanted)


def _unprotected(facts: VmFacts, request: ProtectionRequest, item: ProtectedItem) -> Iterator[Reason]:
    for disk in replicated_disks(facts.vm, request):
        if not any(same(known, _identity(disk)) for known in item.disk_ids):
            yield reason("DiskNotProtected", disk=disk.name)


def _identity(disk: Disk) -> str:
    return disk.id if isinstance(disk, ManagedDisk) else disk.uri


def _vault_of(item: ProtectedItem) -> str:
    """The item's id begins with its vault's."""
    id_ = parse(item.id)
    return str(replace(id_, types=id_.types[:1], names=id_.names[:1]))
