"""Recovery plans as the tags of today make them: every VM is listed once, every vault once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from asr.errors import AutoprotectError, Rejected, TransientFault
from asr.gateway.answers import ids_understood
from asr.gateway.concurrency import side_by_side
from asr.gateway.fleet_store import read_head
from asr.gateway.resources import is_absence
from asr.gateway.session import Azure
from asr.gateway.site_recovery import list_protected_items
from asr.gateway.urgency import Urgency, with_urgency
from asr.gateway.vaults import VAULTS_SECONDS, recall_vaults
from asr.model.outcome import Reason
from asr.model.resource_id import key
from asr.model.vm_facts import ProtectedItem
from asr.planning.fleet_rows import Member
from asr.planning.plan_members import PlannedVm, planned_vms, torn_groups
from asr.planning.requests import left_by_failover
from asr.planning.unfound import Unread, unread_reason
from asr.planning.waves import PlanTags, plan_tags
from asr.reasons import reason
from asr.services.decide import find_machine
from asr.services.failover import remembered_item, unread_of
from asr.services.known import remembered_request
from asr.services.machines import Scope, list_machines
from asr.services.snapshot import read_members


@dataclass(frozen=True, slots=True)
class RecoveryPlans:
    """Every plan by its name. `unclear` are VMs whose tag names none that can be understood, with why; `items` are
    those of every vault that could be read. `notes` is what has to be known of all of them.
    """

    plans: Mapping[str, tuple[PlannedVm, ...]]
    unclear: Mapping[str, tuple[Reason, ...]]
    items: tuple[ProtectedItem, ...]
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class EveryItem:
    """The items of every vault that could be read, and what could not: by the vault's compared id, or under "" a list
    of vaults.
    """

    items: tuple[ProtectedItem, ...]
    unread: Mapping[str, Unread]

    def where(self, item: ProtectedItem | None) -> Unread | None:
        """What would have to be read to know of a VM whose item lay here when it was last seen; or None: all was."""
        here = self.unread.get(key(item.vault_id)) if item is not None else None
        return here or next(iter(self.unread.values()), None)


async def find_plans(azure: Azure) -> RecoveryPlans:
    """The plans. Of VMs that cannot be listed now, the tags that the last snapshot knows count; a VM whose item may lie
    in a vault that cannot be read is `unread`.

    Raises:
        Rejected, TransientFault: VMs cannot be listed, and no snapshot knows any.
    """
    with with_urgency(Urgency.PEOPLE):
        said, notes = await _said(azure)
        found = await list_every_item(azure)
        vms = await _members(azure, said, found)
    unclear = {vm_id: tags.problems for vm_id, tags in said.items() if tags.plan is None and tags.problems}
    plans: dict[str, list[PlannedVm]] = {}
    for vm in vms:
        plans.setdefault(vm.said.plan or "", []).append(vm)
    return RecoveryPlans({name: tuple(plans[name]) for name in sorted(plans)}, unclear, found.items, notes)


async def with_items(azure: Azure, vms: Iterable[PlannedVm]) -> tuple[PlannedVm, ...]:
    """The VMs, each with its item also where that lies in a vault that no list led to."""

    async def one(vm: PlannedVm) -> PlannedVm:
        if vm.item is not None:
            return vm
        try:
            item = await remembered_item(azure, vm.vm_id)
        except (Rejected, TransientFault) as failure:
            return replace(vm, unread=unread_of(failure))
        return vm if item is None else replace(vm, item=item, unread=None)

    async with side_by_side() as group:
        reads = [group.create_task(one(vm)) for vm in vms]
    return tuple(read.result() for read in reads)


async def list_every_item(azure: Azure) -> EveryItem:
    """The items of every vault of the watched subscriptions, and of those that the last snapshot knows elsewhere."""
    failures: list[Rejected | TransientFault] = []
    vaults = await list_vault_ids(azure, failures)
    unread = {"": unread_of(failures[0])} if failures else {}

    async def items_of(vault: str) -> tuple[ProtectedItem, ...]:
        try:
            with ids_understood(f"GET {vault}"):
                return await _items_of(azure, vault)
        except (Rejected, TransientFault) as failure:
            unread[key(vault)] = unread_of(failure)
            return ()

    async with side_by_side() as group:
        lists = [group.create_task(items_of(vault)) for vault in vaults]
    return EveryItem(tuple(item for one in lists for item in one.result()), unread)


async def _items_of(azure: Azure, vault_id: str) -> tuple[ProtectedItem, ...]:
    """The items of the vault; none of one that has been deleted since it was listed."""
    try:
        return await list_protected_items(azure, vault_id)
    except Rejected as refusal:
        if is_absence(refusal):
            return ()
        raise


async def _members(azure: Azure, said: Mapping[str, PlanTags], found: EveryItem) -> tuple[PlannedVm, ...]:
    """The VMs of all plans. What the last snapshot knows of vaults that cannot be read tells which of the VMs are
    copies that failovers made; what is to be done is never decided by it.
    """
    here = {key(item.home_vm_id) for item in found.items}
    known = [one.row.item for one in await _snapshot(azure) if one.row.item is not None] if found.unread else []
    lost = [item for item in known if key(item.vault_id) in found.unread]
    old = {key(item.home_vm_id): item for item in lost if key(item.home_vm_id) not in here}
    vms = planned_vms(said, (*found.items, *old.values()))

    async def one(vm: PlannedVm) -> PlannedVm | None:
        last = old.get(key(vm.vm_id))
        if vm.item is not None and last is None:
            return vm
        if last is None and await _was_left(azure, vm.vm_id):
            return None
        return replace(vm, item=None, unread=found.where(last))

    async with side_by_side() as group:
        reads = [group.create_task(one(vm)) for vm in vms]
    return tuple(vm for read in reads if (vm := read.result()) is not None)


async def _was_left(azure: Azure, vm_id: str) -> bool:
    """Whether a fail-back left this VM, so that its tags are copies; it may have another one's id meanwhile."""
    record = await remembered_request(azure, vm_id)
    if record is None or record.left is None:
        return False
    try:
        machine = await find_machine(azure, vm_id)
    except (Rejected, TransientFault):
        return True  # it was one when it was last seen
    return machine is None or left_by_failover(record, machine.guid) is not None


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
    """Of these items those whose consistency group is not among them as a whole, or may not be, for its vault cannot be
    read. Reads nothing if none is in a group.
    """
    grouped = [item for item in named if item.consistency_group is not None]
    items: list[ProtectedItem] = []
    against: list[tuple[ProtectedItem, Reason]] = []
    for vault in {key(item.vault_id): item.vault_id for item in grouped}.values():
        try:
            items += await _items_of(azure, vault)
        except (Rejected, TransientFault) as failure:
            unread = unread_of(failure)
            there = [item for item in grouped if key(item.vault_id) == key(vault)]
            against += [(item, unread_reason(item.home_vm_id, unread)) for item in there]
    unknown = {key(item.id) for item, _ in against}
    return (*against, *torn_groups([item for item in named if key(item.id) not in unknown], items))


async def _said(azure: Azure) -> tuple[dict[str, PlanTags], tuple[Reason, ...]]:
    """What the tags of every VM say, and where they are those of the last snapshot."""
    settings = azure.settings
    found: dict[str, tuple[str, PlanTags]] = {}
    notes: list[Reason] = []
    failure: Rejected | TransientFault | None = None
    for subscription in settings.subscriptions:
        try:
            listed = await list_machines(azure, Scope(subscription))
        except (Rejected, TransientFault) as error:
            failure = error
            unread = unread_of(error)
            scope = f"/subscriptions/{subscription}"
            about = {"scope": scope, "request": unread.request, "problem": unread.problem}
            notes.append(reason("PlanTagsNotRead", azure=unread.azure, **about))
            continue
        found |= {key(one.id): (one.id, _tags(azure, one.tags)) for one in listed}
    if failure is not None:
        known = {one.row.vm_id: one.row.machine.tags for one in await _snapshot(azure) if one.row.machine is not None}
        if not known:
            raise failure
        found = {key(vm_id): (vm_id, _tags(azure, tags)) for vm_id, tags in known.items()} | found
    return dict(found.values()), tuple(notes)


def _tags(azure: Azure, tags: Mapping[str, str]) -> PlanTags:
    settings = azure.settings
    return plan_tags(tags, settings.tag_prefix, settings.profiles, settings.default_profile)


async def _snapshot(azure: Azure) -> tuple[Member, ...]:
    try:
        head = await read_head(azure)
        return (await read_members(azure, head) if head else None) or ()
    except AutoprotectError:
        return ()


async def _known_vaults(azure: Azure) -> tuple[str, ...]:
    try:
        head = await read_head(azure)
    except AutoprotectError:
        return ()
    return tuple(vault.id for vault in head.vaults) if head else ()
