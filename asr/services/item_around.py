"""What stands around a protected item and is compared with what was asked for: read only where it is compared."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from asr.choices.request import ProtectionRequest
from asr.errors import AutoprotectError
from asr.gateway.quotas import read_sizes
from asr.gateway.session import Azure
from asr.gateway.site_recovery import list_agent_updates, list_policies, mapped_networks
from asr.model.fleet import FleetRow, ReadItems
from asr.model.item_around import ItemAround
from asr.model.resource_id import key, parse, same, subscription_of
from asr.model.vault_facts import AgentUpdates
from asr.model.vm_facts import ProtectedItem, VmFacts
from asr.planning.drift import vault_of
from asr.planning.drift_table import SHARED, shared_choices
from asr.planning.fleet_state import is_ours
from asr.planning.readings import VmReading
from asr.planning.regions import region_name
from asr.services.known import snapshot_row

MAPPED_SECONDS = 5.0
"""How long a vault's mappings count: what many VMs that were changed at once are compared with."""

POLICIES_SECONDS = 60.0
"""How long a vault's policies count: nothing is decided by them, they are only compared."""


async def with_around(
    azure: Azure, facts: VmFacts, request: ProtectionRequest, seconds: float | None = None
) -> VmFacts:
    """The facts with what the item's vault maps, and what its policy and its region say where that is compared.

    What was read within so many `seconds` counts; None: as long as it usually does.

    Raises:
        Rejected, TransientFault: Azure did not tell.
    """
    item = facts.item
    if item is None:
        return facts
    around, vault = ItemAround(), vault_of(item.id)
    if item.is_protected and item.is_home and is_ours(item, facts.vm.id) and request.requested:
        asking = partial(mapped_networks, azure, vault)
        mapped = await azure.memory.recall(
            ("mapped", key(vault)), MAPPED_SECONDS if seconds is None else seconds, asking
        )
        size = request.options.recovery_size or facts.vm.size
        around = replace(around, mapped=mapped, sizes=await sizes_for(azure, item, size))
    if SHARED & request.origins.keys():
        around = await _with_shared(azure, facts, item, request, around, seconds)
    return replace(facts, around=around)


async def _with_shared(
    azure: Azure,
    facts: VmFacts,
    item: ProtectedItem,
    request: ProtectionRequest,
    around: ItemAround,
    seconds: float | None,
) -> ItemAround:
    vault = vault_of(item.id)
    if item.policy_id:
        reading = partial(list_policies, azure, vault)
        policies = await azure.memory.recall(
            ("policies", key(vault)), POLICIES_SECONDS if seconds is None else seconds, reading
        )
        policy = next((one.values for one in policies if same(one.id, item.policy_id)), None)
        around = replace(around, policy=policy)
    if "automation_account" in request.origins:
        telling = partial(list_agent_updates, azure, vault)
        updates = await azure.memory.recall(
            ("updates", key(vault)), MAPPED_SECONDS if seconds is None else seconds, telling
        )
        around = replace(around, updates=updates_of(item, updates))
    row = await snapshot_row(azure, facts.vm.id)
    return replace(around, alone=is_alone(row, request))


def is_alone(row: FleetRow | None, request: ProtectionRequest) -> bool:
    """Whether the last snapshot found that what the VM shares serves only VMs that ask for what this request asks."""
    return row is not None and row.alone and row.shared == shared_choices(request)


def updates_of(item: ProtectedItem, updates: tuple[AgentUpdates, ...] | None) -> AgentUpdates | None:
    """What the container mapping by which the item replicates says of agents."""
    container = parse(item.id).parent
    return next(
        (one for one in updates or () if same(one.container_id, container) and same(one.policy_id, item.policy_id)),
        None,
    )


async def sizes_for(azure: Azure, item: ProtectedItem, wanted: str) -> frozenset[str] | None:
    """The sizes that the item's recovery region offers, where another one than the item's is wanted.

    None also where Azure does not tell: then the write is tried, and Azure's own answer tells.
    """
    present, region = item.recovery_vm_size, region_name(item.recovery_region or "")
    if present is None or same(present, wanted) or not region:
        return None
    try:
        sizes = await read_sizes(azure, subscription_of(item.recovery_group_id or item.id), region)
    except AutoprotectError:
        return None
    return frozenset(one.name.lower() for one in sizes if one.restriction is None) or None


def around_in(vault: ReadItems, item: ProtectedItem) -> ItemAround:
    """What a sweep has read of the item's vault, as far as it is about this item."""
    policy = vault.policies.get(key(item.policy_id or ""))
    return ItemAround(policy, vault.mapped, updates_of(item, vault.updates), at=vault.at, alone=vault.ours)


async def with_sizes(azure: Azure, readings: Sequence[VmReading]) -> list[VmReading]:
    """The readings with the sizes that the recovery regions offer, of VMs that are to come up in another size."""

    async def one(read: VmReading) -> VmReading:
        about, machine = read.item, read.machine
        if about is None or machine is None or not read.request.requested or not about.item.is_protected:
            return read
        sizes = await sizes_for(azure, about.item, read.request.options.recovery_size or machine.size)
        return replace(read, item=replace(about, around=replace(about.around, sizes=sizes)))

    return list(await asyncio.gather(*map(one, readings)))
