"""What the end of a VM's protection takes: gathered, then decided by `asr.planning.unprotection`. It writes nothing."""

from collections.abc import Sequence
from dataclasses import replace

from asr.errors import Rejected
from asr.gateway.concurrency import side_by_side
from asr.gateway.endings import read_ending
from asr.gateway.preflight import read_locks
from asr.gateway.session import Azure
from asr.gateway.site_recovery import list_plans_of, list_protected_items, read_item_ends, read_links
from asr.gateway.site_recovery.links import Link
from asr.gateway.urgency import Urgency, with_urgency
from asr.gateway.vaults import recall_vaults
from asr.model.ending import Ending, EndOptions, ItemEnds, ItemLink
from asr.model.preflight_facts import Lock
from asr.model.resource_id import key, parse, same, subscription_of
from asr.model.vm_facts import VirtualMachine
from asr.planning.end_changes import EndFacts, artifacts_of
from asr.planning.fleet_state import is_ours
from asr.planning.homes import is_of
from asr.planning.unprotection import EndDecision, decide_end
from asr.services.decide import find_machine
from asr.services.known import snapshot_row
from asr.services.requested import request_of
from asr.services.targets_left import target_changes


async def explain_end(azure: Azure, vm_id: str, options: EndOptions) -> tuple[EndDecision, EndFacts]:
    """What ending the VM's protection takes now, with the facts.

    Raises:
        Rejected, TransientFault: Azure did not tell what the decision needs.
    """
    with with_urgency(Urgency.PEOPLE):
        facts = await gather_end(azure, vm_id, options)
    return decide_end(facts, options), facts


async def gather_end(azure: Azure, vm_id: str, options: EndOptions) -> EndFacts:
    """The VM, its item wherever it is, the item's plans and links, and the locks around all of them."""
    before = await read_ending(azure, vm_id)
    async with side_by_side() as group:
        machine = group.create_task(find_machine(azure, vm_id))
        linked = group.create_task(read_links(azure, vm_id))
    vm, links = machine.result(), linked.result()
    item = await find_item_ends(azure, vm_id, links, before)
    request = request_of(azure.settings, vm.tags) if vm else None
    if item is not None and not item.item.is_home:  # what is disabled is the VM that runs, on the recovery side
        vm, links = await _away(azure, item.item.vm_id)
    facts = EndFacts(
        vm_id,
        vm,
        item,
        await _links(azure, links, item),
        asks=request is not None and request.requested,
        before=before,
    )
    if item is None:
        known = artifacts_of(facts)
        if not options.clean_up or not known.targets:
            return facts
        return replace(facts, targets=await target_changes(azure, known, before.item_id if before else None))
    recovery = [id_ for id_ in (item.item.recovery_group_id, item.item.id) if id_]
    subscriptions = {subscription_of(id_) for id_ in (vm_id, *recovery)}
    async with side_by_side() as group:
        plans = group.create_task(list_plans_of(azure, item.item.id))
        locks = group.create_task(_locks(azure, subscriptions))
    facts = replace(facts, plans=plans.result(), locks=locks.result())
    if not options.clean_up:
        return facts
    return replace(facts, targets=await target_changes(azure, artifacts_of(facts), item.item.id))


async def find_item_ends(
    azure: Azure, vm_id: str, links: Sequence[Link] = (), before: Ending | None = None
) -> ItemEnds | None:
    """The VM's item: where its links lead, where it was seen last, else wherever a vault has it.

    A failover and a reprotection move it to another container, so a place that is known is only the first to look at.
    """
    found = await _at_known_places(azure, vm_id, links, before)
    if found and is_ours(found[-1].item, vm_id):
        return found[-1]
    for vault in await recall_vaults(azure, parse(vm_id).subscription, 0):
        try:
            items = await list_protected_items(azure, vault.id)
        except Rejected:
            continue
        ours = sorted((one for one in items if is_of(one, vm_id)), key=lambda one: not is_ours(one, vm_id))
        if ours:
            whole = await read_item_ends(azure, ours[0].id) or await read_item_ends(azure, ours[0].id)
            if whole is not None and _is_of(whole, before):
                if is_ours(whole.item, vm_id):
                    return whole
                found.append(whole)
    return found[0] if found else None


async def _away(azure: Azure, vm_id: str) -> tuple[VirtualMachine | None, tuple[Link, ...]]:
    async with side_by_side() as group:
        machine = group.create_task(find_machine(azure, vm_id))
        linked = group.create_task(read_links(azure, vm_id))
    return machine.result(), linked.result()


async def find_linked_item(azure: Azure, vm_id: str) -> ItemEnds | None:
    """An item that the VM's links or the last snapshot lead to: enough to see that it was protected anew, and far less
    than a list of a large vault.
    """
    found = await _at_known_places(azure, vm_id, await read_links(azure, vm_id), None)
    return found[-1] if found else None


async def _at_known_places(azure: Azure, vm_id: str, links: Sequence[Link], before: Ending | None) -> list[ItemEnds]:
    """The VM's items where they were seen last; one of ours is the last of them."""
    row = await snapshot_row(azure, vm_id)
    places = [before.item_id if before else None, *(link.item_id for link in links)]
    places += [row.item.id, row.item.turned_id] if row and row.item else []
    found: list[ItemEnds] = []
    for place in {key(one): one for one in places if one}.values():
        item = await read_item_ends(azure, place)
        if item is not None and is_of(item.item, vm_id) and _is_of(item, before):
            found.append(item)
            if is_ours(item.item, vm_id):
                break
    return found


def _is_of(item: ItemEnds, before: Ending | None) -> bool:
    """Whether this is the item that is to end, and not one that was made since under the same name."""
    known, present = before.lifecycle_id if before else None, item.item.lifecycle_id
    return known is None or present is None or same(known, present)


async def _links(azure: Azure, links: Sequence[Link], item: ItemEnds | None) -> tuple[ItemLink, ...]:
    """The links that may go: those to the item, and those whose item does not exist."""
    kept: list[ItemLink] = []
    for link in links:
        if link.item_id is None:
            continue
        of_item = item is not None and same(link.item_id, item.item.id)
        if of_item or await item_is_gone(azure, link.item_id):
            kept.append(ItemLink(link.id, link.item_id))
    return tuple(kept)


async def item_is_gone(azure: Azure, item_id: str) -> bool:
    """Whether Azure says that there is no such item; what it does not tell is not gone."""
    try:
        return await read_item_ends(azure, item_id) is None
    except Rejected:
        return False


async def _locks(azure: Azure, subscriptions: set[str]) -> tuple[Lock, ...]:
    """Locks that may not be read are found by Azure's own refusal."""
    try:
        return await read_locks(azure, subscriptions, 0)
    except Rejected:
        return ()
