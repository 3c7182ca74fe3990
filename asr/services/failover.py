"""Failover: find the VM's item, read what a command needs, decide. It writes nothing."""

from dataclasses import replace

from asr.errors import Rejected, TransientFault
from asr.gateway.clock import now
from asr.gateway.concurrency import side_by_side
from asr.gateway.networks import recall_network
from asr.gateway.quotas import read_sizes, read_usages
from asr.gateway.session import Azure
from asr.gateway.site_recovery import get_protected_item, list_protected_items, read_links
from asr.gateway.site_recovery.points import list_recovery_points
from asr.gateway.urgency import Urgency, with_urgency
from asr.gateway.vaults import VAULTS_SECONDS, recall_vaults
from asr.model.failover import FailoverAction, FailoverFacts, FailoverRequest
from asr.model.preflight_facts import Size, Usage
from asr.model.resource_id import key, same, subscription_of
from asr.model.vm_facts import ProtectedItem
from asr.planning.failover import (
    FROM_A_POINT,
    LEAVING,
    FailoverDecision,
    decide_failover,
    is_about,
)
from asr.planning.homes import name_to_set
from asr.planning.left_vm import decide_removal
from asr.planning.naming import item_name
from asr.planning.source import GONE
from asr.planning.unfound import Unread, unfound
from asr.services.decide import find_machine
from asr.services.known import snapshot_row
from asr.services.snapshot import known_ids

RUNNING = "running"
"""The power state of a VM that runs."""


async def find_failover_item(azure: Azure, vm_id: str) -> ProtectedItem | None:
    """The item of this VM, which is named by its source id or by the id of the VM that a failover made.

    A reprotection moves the item to another container. So where the last snapshot and the VM's links do not lead to it,
    the vaults of all watched subscriptions are searched.

    Raises:
        Rejected, TransientFault: it was not found, and a vault that may have it could not be read.
    """
    with with_urgency(Urgency.PEOPLE):
        return await remembered_item(azure, vm_id) or await _search(azure, vm_id)


async def home_id(azure: Azure, item: ProtectedItem, vm_id: str) -> str:
    """The VM under which the item's runs are kept, of which `vm_id` is one id.

    A turned item whose VM was given another name on the recovery side tells that name, not the one at home. Its own
    name, which we gave it, tells whose it is; of the VMs that are known, one has it.
    """
    if item.is_home or same(item.name, item_name(item.home_vm_id)):
        return item.home_vm_id
    candidates = (vm_id, *await known_ids(azure))
    return next((one for one in candidates if same(item.name, item_name(one))), item.home_vm_id)


async def remembered_item(azure: Azure, vm_id: str) -> ProtectedItem | None:
    """The item of this VM to which the last snapshot or the VM's own links lead."""
    row = await snapshot_row(azure, vm_id)
    known = row.item.id if row is not None and row.item is not None else None
    item = await get_protected_item(azure, known) if known else None
    if item is not None and is_about(item, vm_id):
        return item
    for id_ in await _linked_ids(azure, vm_id):
        item = await get_protected_item(azure, id_) if known is None or not same(id_, known) else None
        if item is not None and is_about(item, vm_id):
            return item
    return None


async def _linked_ids(azure: Azure, vm_id: str) -> list[str]:
    """Where the item is, as far as the VM's own links tell; a VM in a lost region may not."""
    try:
        found = [link.item_id for link in await read_links(azure, vm_id) if link.item_id is not None]
    except (Rejected, TransientFault):
        return []
    return list({key(id_): id_ for id_ in found}.values())


async def _search(azure: Azure, vm_id: str) -> ProtectedItem | None:
    refused: Rejected | TransientFault | None = None
    for subscription in dict.fromkeys((subscription_of(vm_id), *azure.settings.subscriptions)):
        try:
            vaults = await recall_vaults(azure, subscription, VAULTS_SECONDS)
        except (Rejected, TransientFault) as error:
            refused = error
            continue
        for vault in vaults:
            try:
                items = await list_protected_items(azure, vault.id)
            except (Rejected, TransientFault) as error:
                refused = error
                continue
            for item in items:
                if is_about(item, vm_id):
                    return item
    if refused is not None:  # the item may lie where nothing could be read
        raise refused
    return None


async def explain_failover(
    azure: Azure, vm_id: str, action: FailoverAction, request: FailoverRequest, *, resumes: bool = False
) -> tuple[ProtectedItem | None, FailoverDecision]:
    """What the command would do now, or why it cannot; the item that it is about, if there is one.

    `resumes`: it goes on with what an earlier try may have begun.
    """
    item = await find_failover_item(azure, vm_id)
    if item is None:
        return None, unfound(vm_id, None)
    decision = await decide_about(azure, item, action, request, resumes=resumes)
    if action is FailoverAction.FAIL_BACK and decision.plan is not None:
        decision = replace(decision, plan=replace(decision.plan, vm_name=name_to_set(item, vm_id)))
    return item, decision


async def answer_failover(
    azure: Azure, vm_id: str, action: FailoverAction, request: FailoverRequest, *, resumes: bool = False
) -> tuple[ProtectedItem | None, FailoverDecision]:
    """The same for an answer about several VMs: what could not be read stands against the VM that it is about."""
    try:
        return await explain_failover(azure, vm_id, action, request, resumes=resumes)
    except (Rejected, TransientFault) as failure:
        return None, unfound(vm_id, unread_of(failure))


def unread_of(failure: Rejected | TransientFault) -> Unread:
    """What could not be read, as it is told."""
    if isinstance(failure, Rejected):
        return Unread(failure.request, failure.reason.code, failure.reason.azure)
    return Unread(failure.request, failure.problem)


async def decide_about(
    azure: Azure, item: ProtectedItem, action: FailoverAction, request: FailoverRequest, *, resumes: bool = False
) -> FailoverDecision:
    """What the command would do with this item now, or why it cannot."""
    if action is FailoverAction.REMOVE_LEFT:
        left = await find_machine(azure, item.next_vm_id) if item.next_vm_id else None
        return decide_removal(item, left)
    facts = await gather_failover(azure, action, request, item)
    return decide_failover(action, request, facts, (await now(azure.settings)).isoformat(), resumes=resumes)


async def gather_failover(
    azure: Azure, action: FailoverAction, request: FailoverRequest, item: ProtectedItem
) -> FailoverFacts:
    """What the action is decided from, besides the item."""
    network = (request.test_network_id or item.test_network_id) if action is FailoverAction.TEST else None
    recovered = item.recovered_vm_id if action is FailoverAction.REPROTECT else None
    with with_urgency(Urgency.PEOPLE):
        async with side_by_side() as group:
            points = group.create_task(list_recovery_points(azure, item.id)) if action in FROM_A_POINT else None
            region = group.create_task(_network_region(azure, network)) if network else None
            exists = group.create_task(_exists(azure, recovered)) if recovered else None
            running = group.create_task(power_state(azure, item.vm_id)) if action is FailoverAction.UNPLANNED else None
            room = group.create_task(room_for(azure, item)) if action in LEAVING else None
    size, usages = room.result() if room else (None, ())
    return FailoverFacts(
        item,
        points.result() if points else (),
        region.result() if region else None,
        exists.result() if exists else None,
        running.result() == RUNNING if running and running.result() is not None else None,
        size,
        usages,
    )


async def room_for(azure: Azure, item: ProtectedItem) -> tuple[Size | None, tuple[Usage, ...]]:
    """The size that the recovered VM has, and the quotas of its region; nothing where Azure does not tell."""
    subscription, region = subscription_of(item.recovery_group_id or item.id), item.recovery_region or ""
    try:
        sizes = await read_sizes(azure, subscription, region)
        usages = await read_usages(azure, subscription, region)
    except (Rejected, TransientFault):
        return None, ()
    wanted = (item.recovery_vm_size or "").lower()
    return next((one for one in sizes if one.name.lower() == wanted), None), usages


async def power_state(azure: Azure, vm_id: str) -> str | None:
    """The VM's power state, or `gone`; None when Azure does not tell, as of a region that is lost."""
    try:
        machine = await find_machine(azure, vm_id)
    except (Rejected, TransientFault):
        return None
    return machine.power_state if machine else GONE


async def _network_region(azure: Azure, network_id: str) -> str | None:
    try:
        network = await recall_network(azure, network_id)  # every VM of a drill asks about the same one
    except Rejected:
        return None
    return network.location if network else None


async def _exists(azure: Azure, vm_id: str) -> bool | None:
    try:
        return await find_machine(azure, vm_id) is not None
    except (Rejected, TransientFault):
        return None
