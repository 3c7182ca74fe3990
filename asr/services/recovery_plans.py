"""Recovery plans as the tags of today make them: every VM is listed once, every vault once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from asr.errors import AutoprotectError, Rejected, TransientFault
from asr.gateway.concurrency import side_by_side
from asr.gateway.fleet_store import read_head
from asr.gateway.session import Azure
from asr.gateway.site_recovery import list_protected_items
from asr.gateway.urgency import Urgency, with_urgency
from asr.gateway.vaults import VAULTS_SECONDS, recall_vaults
from asr.model.outcome import Reason
from asr.model.resource_id import key
from asr.model.vm_facts import ProtectedItem
from asr.planning.plan_members import PlannedVm, planned_vms, torn_groups
from asr.planning.waves import PlanTags, plan_tags
from asr.services.failover import remembered_item
from asr.services.machines import Scope, list_machines
from asr.services.snapshot import read_members


@dataclass(frozen=True, slots=True)
class RecoveryPlans:
    """Every plan by its name. `unclear` are VMs whose tag names none that can be understood, with why; `items` are
    those of every vault that could be read.
    """

    plans: Mapping[str, tuple[PlannedVm, ...]]
    unclear: Mapping[str, tuple[Reason, ...]]
    items: tuple[ProtectedItem, ...]


async def find_plans(azure: Azure) -> RecoveryPlans:
    """The plans. Of subscriptions and vaults that cannot be read now, what the last snapshot knows counts.

    Raises:
        Rejected, TransientFault: nothing could be read at all.
    """
    with with_urgency(Urgency.PEOPLE):
        said = await _said(azure)
        items = await list_every_item(azure)
    vms = planned_vms(said, items)
    unclear = {vm_id: tags.problems for vm_id, tags in said.items() if tags.plan is None and tags.problems}
    plans: dict[str, list[PlannedVm]] = {}
    for vm in vms:
        plans.setdefault(vm.said.plan or "", []).append(vm)
    return RecoveryPlans({name: tuple(plans[name]) for name in sorted(plans)}, unclear, items)


async def with_items(azure: Azure, vms: Iterable[PlannedVm]) -> tuple[PlannedVm, ...]:
    """The VMs, each with its item also where that lies in a vault that no list led to."""
    found = []
    for vm in vms:
        item = vm.item or await remembered_item(azure, vm.vm_id)
        found.append(PlannedVm(vm.vm_id, vm.said, item))
    return tuple(found)


async def list_every_item(azure: Azure) -> tuple[ProtectedItem, ...]:
    """The items of every vault of the watched subscriptions, and of those that the last snapshot knows elsewhere.

    Raises:
        Rejected, TransientFault: no vault could be read.
    """
    failures: list[Rejected | TransientFault] = []
    vaults = await list_vault_ids(azure, failures)

    async def items_of(vault: str) -> tuple[ProtectedItem, ...]:
        try:
            return await list_protected_items(azure, vault)
        except (Rejected, TransientFault) as error:
            failures.append(error)
            return ()

    async with side_by_side() as group:
        lists = [group.create_task(items_of(vault)) for vault in vaults]
    found = tuple(item for one in lists for item in one.result())
    if failures and not found:
        raise failures[0]
    return found


async def list_vault_ids(azure: Azure, failures: list[Rejected | TransientFault] | None = None) -> tuple[str, ...]:
    """The vaults of the watched subscriptions, and those that the last snapshot knows elsewhere.

    What cannot be listed is added to `failures`.
    """
    vaults: dict[str, str] = {}
    for subscription in azure.settings.subscriptions:
        try:
            listed = await recall_vaults(azure, subscription, VAULTS_SECONDS)
        except (Rejected, TransientFault) as error:
            if failures is not None:
                failures.append(error)
        else:
            vaults |= {key(vault.id): vault.id for vault in listed}
    vaults |= {key(id_): id_ for id_ in await _known_vaults(azure)}
    return tuple(vaults.values())


async def torn(azure: Azure, named: Sequence[ProtectedItem]) -> tuple[tuple[ProtectedItem, Reason], ...]:
    """Of these items those whose consistency group is not among them as a whole. Reads nothing if none is in a group.

    Raises:
        Rejected, TransientFault: a vault could not be read.
    """
    vaults = {key(item.vault_id): item.vault_id for item in named if item.consistency_group is not None}
    items = [item for vault in vaults.values() for item in await list_protected_items(azure, vault)]
    return tuple(torn_groups(named, items))


async def _said(azure: Azure) -> dict[str, PlanTags]:
    settings = azure.settings
    found: dict[str, tuple[str, PlanTags]] = {}
    failure: Rejected | TransientFault | None = None
    read = 0
    for subscription in settings.subscriptions:
        try:
            listed = await list_machines(azure, Scope(subscription))
        except (Rejected, TransientFault) as error:
            failure = error
            continue
        read += 1
        found |= {key(one.id): (one.id, _tags(azure, one.tags)) for one in listed}
    if failure is not None:
        known = await _snapshot_tags(azure)
        if not read and not known:
            raise failure
        found = {key(vm_id): (vm_id, _tags(azure, tags)) for vm_id, tags in known.items()} | found
    return dict(found.values())


def _tags(azure: Azure, tags: Mapping[str, str]) -> PlanTags:
    settings = azure.settings
    return plan_tags(tags, settings.tag_prefix, settings.profiles, settings.default_profile)


async def _snapshot_tags(azure: Azure) -> dict[str, Mapping[str, str]]:
    try:
        head = await read_head(azure)
        members = await read_members(azure, head) if head else None
    except AutoprotectError:
        return {}
    return {one.row.vm_id: one.row.machine.tags for one in members or () if one.row.machine is not None}


async def _known_vaults(azure: Azure) -> tuple[str, ...]:
    try:
        head = await read_head(azure)
    except AutoprotectError:
        return ()
    return tuple(vault.id for vault in head.vaults) if head else ()
