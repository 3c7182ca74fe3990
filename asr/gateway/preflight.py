"""What is asked only about a VM that nothing else stands against: everything at once, and nothing twice in a while.

What the app may not read here, or what a cloud does not offer, is left out: Azure itself refuses the VM when it is
enabled.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from itertools import chain
from math import inf

from asr.gateway.clock import epoch
from asr.gateway.concurrency import side_by_side
from asr.gateway.document import Json, text
from asr.gateway.graph_resources import find_attached
from asr.gateway.machines import completed
from asr.gateway.quotas import read_sizes, read_usages
from asr.gateway.refusals import Refusals
from asr.gateway.resources import list_path, read
from asr.gateway.security_groups import read_security_group
from asr.gateway.session import Azure
from asr.gateway.shared import recall_shared
from asr.gateway.site_recovery.items import list_protected_items
from asr.gateway.vaults import recall_vaults
from asr.gateway.versions import api_version
from asr.model.decision import ProtectionPlan
from asr.model.preflight_facts import Lock, PreflightFacts, SecurityGroup, VaultItem
from asr.model.resource_id import key, parse, same
from asr.model.vm_facts import ManagedDisk, VirtualMachine, VmFacts

LOCKS = "Microsoft.Authorization/locks"
DISKS = "Microsoft.Compute/disks"
ROLES = "Microsoft.Authorization/roleAssignments"

LOCKS_SECONDS, LENIENT_LOCKS_SECONDS = 10.0, 30.0
"""How long locks count: short, because a person who was told of one removes it and tries again."""

ROLES_SECONDS = 300.0
"""How long role assignments count: they are only told of, and a subscription may have thousands."""

DISKS_SECONDS = 30.0
"""How long the disks of a group count: its VMs are often tagged together."""

REPLICAS_SECONDS = 10.0
"""How long the leftovers in a recovery group count: who was told of one removes it and tries again."""

ITEMS_SECONDS, LENIENT_ITEMS_SECONDS = 30.0, 300.0
"""How long the items of a vault count; they only tell how full something is, and where VMs will come up."""


async def preflight(azure: Azure, facts: VmFacts, plan: ProtectionPlan) -> VmFacts:
    """The facts with what the disks and what stands around the plan tell: locks, leftovers, sizes, quotas, items,
    security groups.

    Raises:
        TransientFault: something that may be read could not be read now.
    """
    unread = Refusals()
    source, recovery = parse(plan.vm_id).subscription, plan.group.id.split("/")[2]
    async with side_by_side() as group:
        locks = group.create_task(unread.tolerate(read_locks(azure, {source, recovery})))
        replicas = group.create_task(unread.tolerate(_replicas(azure, facts, plan)))
        sizes = group.create_task(unread.tolerate(read_sizes(azure, recovery, plan.recovery_region)))
        home = group.create_task(unread.tolerate(read_sizes(azure, source, plan.source_region)))
        usages = group.create_task(unread.tolerate(read_usages(azure, recovery, plan.recovery_region)))
        items = group.create_task(_items_of(azure, facts, plan, unread))
        disks = group.create_task(unread.tolerate(_whole_disks(azure, facts)))
        walls = group.create_task(unread.tolerate(_security_groups(azure, facts)))
        roles = group.create_task(unread.tolerate(_roles_on(azure, plan.vm_id)))
    preflight_facts = PreflightFacts(
        locks=locks.result(),
        replicas=replicas.result(),
        sizes=sizes.result(),
        home_sizes=home.result(),
        usages=usages.result(),
        items=items.result(),
        security_groups=walls.result(),
        roles=roles.result(),
        unread=unread.found(),
    )
    return replace(
        facts,
        vm=replace(facts.vm, managed_disks=disks.result() or facts.vm.managed_disks),
        preflight_facts=preflight_facts,
    )


async def read_locks(azure: Azure, subscriptions: Iterable[str], seconds: float = LOCKS_SECONDS) -> tuple[Lock, ...]:
    """Every lock of the subscriptions and of what they hold, as they were at most so many seconds ago.

    Source: Management Locks - List At Subscription Level.
    """
    several = [await _locks_of(azure, subscription, seconds) for subscription in sorted(subscriptions)]
    return tuple(chain.from_iterable(several))


async def _locks_of(azure: Azure, subscription: str, seconds: float) -> tuple[Lock, ...]:
    async def read() -> tuple[Lock, ...]:
        path = f"/subscriptions/{subscription}/providers/{LOCKS}"
        return tuple(_lock(lock) for lock in await list_path(azure, subscription, path, api_version(LOCKS)))

    question = ("locks", key(subscription))
    lenient = LENIENT_LOCKS_SECONDS if seconds else 0
    return await recall_shared(azure, question, tuple[Lock, ...], seconds, read, lenient=lenient)


def _lock(body: Json) -> Lock:
    """A lock's id is its scope's with the lock behind it."""
    id_ = text(body, "id")
    scope = id_[: id_.lower().rindex(f"/providers/{LOCKS.lower()}/")]
    return Lock(scope, text(body, "name"), text(body, "properties", "level"))


async def _roles_on(azure: Azure, vm_id: str) -> tuple[str, ...]:
    """The role assignments whose scope is the VM: one list for all VMs of its subscription.

    Source: Role Assignments - List For Subscription.
    """
    subscription = parse(vm_id).subscription

    async def read() -> tuple[tuple[str, str], ...]:
        path = f"/subscriptions/{subscription}/providers/{ROLES}"
        listed = await list_path(azure, subscription, path, api_version(ROLES))
        return tuple((text(one, "properties", "scope"), text(one, "id")) for one in listed)

    question = ("roles", key(subscription))
    assignments = await recall_shared(azure, question, tuple[tuple[str, str], ...], ROLES_SECONDS, read)
    return tuple(id_ for scope, id_ in assignments if same(scope, vm_id))


async def _replicas(azure: Azure, facts: VmFacts, plan: ProtectionPlan) -> tuple[str, ...]:
    """The ids of the recovery group's disks; of a group that does not exist, none.

    A lenient gathering asks Resource Graph for those that would be in the way, and each that it knows for itself.
    """
    attached = await find_attached(azure, facts.vm)
    if attached is None:
        return tuple(text(disk, "id") for disk in await _disks_of(azure, plan.group.id, REPLICAS_SECONDS))
    there = [id_ for id_ in attached.replicas if same(parse(id_).group_id, plan.group.id)]
    return tuple([id_ for id_ in there if await _document(azure, id_) is not None])


async def _whole_disks(azure: Azure, facts: VmFacts) -> tuple[ManagedDisk, ...]:
    """The VM's disks with what the VM does not tell of them, by one list for each group that holds some; a lenient
    gathering has them from Resource Graph. One that is not known there, or not as the VM's, is read by itself.
    """
    attached = await find_attached(azure, facts.vm)
    bodies = dict(attached.own) if attached else {}
    if attached is None:
        groups = {key(parse(disk.id).group_id): parse(disk.id).group_id for disk in facts.vm.managed_disks}
        for group_id in groups.values():
            bodies |= {key(text(body, "id")): body for body in await _disks_of(azure, group_id, DISKS_SECONDS)}
    young = {key(disk.id): disk.id for disk in facts.vm.managed_disks if key(disk.id) not in bodies}
    for place, id_ in young.items():
        body = await _document(azure, id_)
        bodies |= {place: body} if body else {}
    return tuple(
        completed(disk, body) if (body := bodies.get(key(disk.id))) else disk for disk in facts.vm.managed_disks
    )


async def _document(azure: Azure, id_: str) -> Json | None:
    return await azure.memory.recall(("resource", key(id_)), 0, partial(read, azure, id_))


async def _disks_of(azure: Azure, group_id: str, seconds: float) -> tuple[Json, ...]:
    """Source: Disks - List By Resource Group."""
    path = f"{group_id}/providers/{DISKS}"
    listing = partial(list_path, azure, group_id.split("/")[2], path, api_version(DISKS))
    return await azure.memory.recall(("disks", key(group_id)), seconds, listing)


async def _items_of(azure: Azure, facts: VmFacts, plan: ProtectionPlan, unread: Refusals) -> tuple[VaultItem, ...]:
    """What the chosen vault, if it exists, and every vault of the VM's and of the watched subscriptions protect.

    A vault that may not be read is left out.
    """
    chosen = (plan.vault.id,) if plan.vault.exists else ()
    others = [one for one in azure.settings.subscriptions if not same(one, parse(facts.vm.id).subscription)]
    async with side_by_side() as group:
        elsewhere = [group.create_task(unread.tolerate(_vaults_of(azure, one))) for one in others]
    found = chain((vault.id for vault in facts.vaults), *(task.result() for task in elsewhere), chosen)
    vaults = {key(id_): id_ for id_ in found}
    async with side_by_side() as group:
        listed = [group.create_task(unread.tolerate(_items_around(azure, id_, facts.vm))) for id_ in vaults.values()]
    return tuple(chain.from_iterable(task.result() for task in listed))


async def _items_around(azure: Azure, vault_id: str, vm: VirtualMachine) -> tuple[VaultItem, ...]:
    """A vault's items; when they hold a machine of this name, as they were after this was asked for: a failover and a
    reprotection change which of two machines of one name is the protected one, and there must be no doubt about that.

    Nor of a machine that Site Recovery has been at already, or that stands where machines come up: the item that made
    it may be younger than the list. A list that is older than the machine tells nothing of what made it.
    """
    if vm.mobility_service:
        return await _items_in(azure, vault_id, 0)
    age = inf if vm.created is None else max(0.0, epoch(azure.settings) - vm.created)
    items = await _items_in(azure, vault_id, age)
    group_id = parse(vm.id).group_id
    if any(same(item.recovery_group_id or "", group_id) for item in items):
        return await _items_in(azure, vault_id, 0)
    names = (id_.rsplit("/", 1)[-1] for item in items for id_ in (item.vm_id, *item.recovered_vm_ids))
    return await _items_in(azure, vault_id, 0) if any(same(name, vm.name) for name in names) else items


async def _vaults_of(azure: Azure, subscription: str) -> tuple[str, ...]:
    return tuple(vault.id for vault in await recall_vaults(azure, subscription, ITEMS_SECONDS))


async def _items_in(azure: Azure, vault_id: str, oldest: float) -> tuple[VaultItem, ...]:
    """The vault's items, by a list that is at most `oldest` seconds old."""

    async def read() -> tuple[VaultItem, ...]:
        return tuple(
            VaultItem(
                item.vm_id,
                len(item.disk_ids),
                item.cache_account_ids,
                item.consistency_group,
                vault_id,
                item.recovery_group_id,
                item.recovered_vm_ids,
                item.id,
                item.name,
                item.state,
                item.is_home,
                item.home_vm_id,
                item.next_vm_id,
                item.recovered_vm_id,
                item.test_vm_id,
            )
            for item in await list_protected_items(azure, vault_id)
        )

    seconds, lenient = min(ITEMS_SECONDS, oldest), min(LENIENT_ITEMS_SECONDS, oldest)
    return await recall_shared(azure, ("items", key(vault_id)), tuple[VaultItem, ...], seconds, read, lenient=lenient)


async def _security_groups(azure: Azure, facts: VmFacts) -> tuple[SecurityGroup, ...]:
    """Those of the primary interface and of its subnet: outbound traffic passes both."""
    primary = next(iter(facts.interfaces), None)
    subnets = {key(one.subnet_id) for one in primary.ip_configurations if one.subnet_id} if primary else set()
    ids = [primary.security_group_id] if primary and primary.security_group_id else []
    for network in facts.networks:
        ids += [id_ for name, id_ in network.security_groups if key(f"{network.id}/subnets/{name}") in subnets]
    found = [await read_security_group(azure, id_) for id_ in dict.fromkeys(ids)]
    return tuple(one for one in found if one is not None)
