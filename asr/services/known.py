"""What the store knows of a VM: who asked for it, and which VM its protected item was made for.

A store that does not answer ends nothing: what it would have told is then not known.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from asr.errors import AutoprotectError, Rejected
from asr.gateway.clock import now
from asr.gateway.endings import read_ending
from asr.gateway.networks import free_addresses, recall_network
from asr.gateway.requests import read_request, remember_request
from asr.gateway.session import Azure
from asr.gateway.site_recovery import get_protected_item, list_protected_items
from asr.gateway.vaults import recall_vaults
from asr.model.ending import Ending
from asr.model.fleet import FleetRow
from asr.model.outcome import Reason
from asr.model.request import CompletedItem, Remembered, RememberedRequest, SeenVm, TagRequest
from asr.model.resource_id import key, subscription_of
from asr.model.run import Choices
from asr.model.vm_facts import ProtectedItem, VirtualMachine, VmFacts
from asr.planning.completion import kept_addresses
from asr.planning.fleet_state import is_ours, machine_of, seen_vm
from asr.planning.homes import is_of, seen_with
from asr.planning.requests import left_vm
from asr.services.requested import request_of
from asr.services.snapshot import find_row

AWAY_SECONDS = 10.0
"""How long the items of a vault count, where a VM's is looked for that runs on the recovery side."""

_LOG = logging.getLogger(__name__)


async def remembered_request(azure: Azure, vm_id: str) -> RememberedRequest | None:
    """Who asked for the VM, as far as the store tells."""
    try:
        return await read_request(azure, vm_id)
    except AutoprotectError as error:
        _LOG.warning("who asked for a VM could not be read: %s", type(error).__name__)
        return None


async def known_ending(azure: Azure, vm_id: str) -> Ending | None:
    """The end of the VM's protection, if it is to come, as far as the store tells."""
    try:
        return await read_ending(azure, vm_id)
    except AutoprotectError as error:
        _LOG.warning("the end of a protection could not be read: %s", type(error).__name__)
        return None


async def remember(azure: Azure, vm_id: str, *requests: Remembered) -> None:
    """Remember who asked, which VM is about to be enabled, or that a fail-back left the VM."""
    if not requests:
        return
    try:
        await remember_request(azure, vm_id, *requests)
    except AutoprotectError as error:
        _LOG.warning("who asked for a VM could not be remembered: %s", type(error).__name__)


async def note_request(azure: Azure, vm: VirtualMachine, said: Iterable[Reason] = (), *, enabling: bool) -> None:
    """Remember that the VM's tags ask, if they do, which VM is enabled, when a run is about to do so, and that a
    fail-back left it, where that was `said`.
    """
    machine = machine_of(vm, azure.settings.tag_prefix)
    asking = request_of(azure.settings, vm.tags).requested
    at = (await now(azure.settings)).isoformat()
    await remember(
        azure,
        vm.id,
        *([TagRequest(dict(machine.tags), at)] if asking else []),
        *([seen_vm(machine)] if enabling else []),
        *(left for one in said if (left := left_vm(one, vm.guid))),
    )


async def note_completed(azure: Azure, vm_id: str, item: ProtectedItem) -> None:
    """Remember that the item was completed, so that what is written only then is written once."""
    await remember(azure, vm_id, CompletedItem(item.lifecycle_id or item.id))


async def snapshot_row(azure: Azure, vm_id: str) -> FleetRow | None:
    """What the fleet's last snapshot tells of the VM."""
    try:
        return await find_row(azure, vm_id)
    except AutoprotectError as error:
        _LOG.warning("the snapshot of the fleet could not be read: %s", type(error).__name__)
        return None


async def standing_choices(azure: Azure, vm_id: str, *, fulfilled: bool = False) -> Choices | None:
    """The choices of the request by name that stands; with `fulfilled`, also of one of which nothing is left to do."""
    record = await remembered_request(azure, vm_id)
    named = record.by_name if record else None
    if named is None or (named.fulfilled and not fulfilled):
        return None
    return Choices(named.profile, named.overrides)


async def follow_item(azure: Azure, known: ProtectedItem, vm_id: str) -> ProtectedItem | None:
    """The VM's item as it is now, where it was seen last; else under the container of the other side, where a
    reprotection puts it by the same name. None: it is in neither place, or is about another VM.
    """
    for id_ in (known.id, known.turned_id):
        item = await get_protected_item(azure, id_) if id_ else None
        if item is not None and is_of(item, vm_id):
            return item
    return None


async def find_lost_item(azure: Azure, vm_id: str, row: FleetRow | None) -> ProtectedItem | None:
    """The item to which no link of the VM leads any more, as of one that runs on the recovery side: by the last
    snapshot, else among the items of all vaults, which are only searched for a VM that was protected before.

    Raises:
        TransientFault: a vault could not be read now.
    """
    if row is not None and row.item is not None and (item := await follow_item(azure, row.item, vm_id)) is not None:
        return item
    record = await remembered_request(azure, vm_id)
    if record is None or (record.enabled is None and record.completed is None):
        return None
    for subscription in dict.fromkeys((subscription_of(vm_id), *azure.settings.subscriptions)):
        for vault in await recall_vaults(azure, subscription, AWAY_SECONDS):
            try:
                reading = partial(list_protected_items, azure, vault.id)
                items = await azure.memory.recall(("items of", key(vault.id)), AWAY_SECONDS, reading)
            except Rejected:
                continue
            away = next((one for one in items if not one.is_home and is_of(one, vm_id)), None)
            if away is not None:
                return await get_protected_item(azure, away.id)
    return None


async def find_item_away(azure: Azure, vm_id: str) -> ProtectedItem | None:
    """The item of a VM that runs on the recovery side; None of any other."""
    item = await find_lost_item(azure, vm_id, await snapshot_row(azure, vm_id))
    return item if item is not None and not item.is_home else None


async def with_known_item(azure: Azure, facts: VmFacts) -> VmFacts:
    """The facts with the VM that the item was made for. An item to which no link of the VM leads any more, because the
    VM was made again under its name, is found by the last snapshot.
    """
    row = await snapshot_row(azure, facts.vm.id)
    item = facts.item
    if item is None:
        item = await find_lost_item(azure, facts.vm.id, row)
    if item is None:
        return facts
    known = replace(facts, item=item, seen=await seen_of(azure, facts.vm, item, row))
    return await with_completion(azure, known, row)


async def with_item_away(azure: Azure, facts: VmFacts) -> VmFacts:
    """The facts with the item that protects the VM on the recovery side: no link on the VM leads to it any more."""
    around = facts.preflight_facts.items if facts.preflight_facts else ()
    for known in around:
        if not known.is_home and is_of(known, facts.vm.id):
            item = await get_protected_item(azure, known.id)
            if item is not None and is_of(item, facts.vm.id):
                return replace(facts, item=item)
    return facts


async def with_completion(azure: Azure, facts: VmFacts, row: FleetRow | None) -> VmFacts:
    """The facts with what completing an item of ours takes: whether it was completed before, and if not, whether the
    VM's static addresses are free in the network that it leads to. Of other items nothing is asked.
    """
    item, contested = facts.item, row.contested if row else frozenset[str]()
    if item is None or not item.is_protected or not item.is_home or not is_ours(item, facts.vm.id):
        return facts
    record = await remembered_request(azure, facts.vm.id)
    done = record.completed if record else None
    if done is not None and done.lifecycle_id == (item.lifecycle_id or item.id):
        return replace(facts, completed=True, contested=contested)
    addresses, network = kept_addresses(item), item.recovery_network_id
    if not addresses or network is None:
        return replace(facts, contested=contested)
    free, unread = await free_addresses(azure, network, addresses)
    return replace(
        facts,
        contested=contested,
        item_network=await recall_network(azure, network),
        free_addresses=free,
        addresses_unread=unread,
    )


async def seen_of(azure: Azure, vm: VirtualMachine, item: ProtectedItem, row: FleetRow | None) -> SeenVm | None:
    """The VM that the item was made for, by the last snapshot, or by the run that enabled it."""
    before = row.seen if row and row.item else None
    enabled = None
    if is_ours(item, vm.id):
        record = await remembered_request(azure, vm.id)
        enabled = record.enabled if record else None
    return seen_with(item, machine_of(vm), before, enabled)
