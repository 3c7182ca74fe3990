"""Everything that a decision about one VM is made from, gathered side by side."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from asr.data.matrix import read_matrix
from asr.gateway.concurrency import side_by_side
from asr.gateway.machine_placement import read_availability_set
from asr.gateway.machines import complete_disks, read_interfaces
from asr.gateway.named import read_named
from asr.gateway.networks import read_networks
from asr.gateway.regions import read_regions
from asr.gateway.session import Azure
from asr.gateway.site_recovery.eligibility import eligibility
from asr.gateway.site_recovery.links import find_protection
from asr.gateway.storage import find_accounts
from asr.gateway.vaults import list_vaults
from asr.model.resource_id import key, parse
from asr.model.vm_facts import (
    AvailabilitySet,
    NetworkInterface,
    VirtualMachine,
    VirtualNetwork,
    VmFacts,
)

SET_SECONDS, LENIENT_SET_SECONDS = 10.0, 120.0
"""How long an availability set counts: its VMs are often tagged together."""


async def gather(azure: Azure, vm: VirtualMachine, *, named: Iterable[tuple[str, str]] = ()) -> VmFacts:
    """The facts around a VM that was read already. `named` are the (role, id) of resources that tags or profile name.

    Of a VM whose protected item is still on its way no more is read than the item: there is nothing to decide yet, and
    enabling itself changes the VM, so this is asked for in bursts. Site Recovery's own word on the VM is asked last:
    see `ask_eligibility`. What is told of a VM that has an item is never old, for nobody else is asked about it.

    Raises:
        Rejected: something that must be read may not be read.
    """
    item, stale = await find_protection(azure, vm.id, marked=vm.mobility_service)
    if item is not None:
        azure.memory.be_strict()
    if item is not None and not item.is_protected:
        return VmFacts(vm=vm, item=item, matrix=read_matrix())
    subscription = parse(vm.id).subscription
    async with side_by_side() as group:
        attached = group.create_task(_attached(azure, vm))
        disks = group.create_task(complete_disks(azure, vm))
        availability_set = group.create_task(_availability_set(azure, vm))
        accounts = group.create_task(
            find_accounts(azure, subscription, {disk.account_name for disk in vm.unmanaged_disks})
        )
        vaults = group.create_task(list_vaults(azure, subscription))
        regions = group.create_task(read_regions(azure, subscription))
        targets = group.create_task(read_named(azure, named))
    interfaces, networks = attached.result()
    return VmFacts(
        vm=replace(vm, managed_disks=disks.result()),
        interfaces=interfaces,
        networks=networks,
        availability_set=availability_set.result(),
        storage_accounts=accounts.result(),
        vaults=vaults.result(),
        regions=regions.result(),
        item=item,
        named=targets.result(),
        stale_links=stale,
        matrix=read_matrix(),
    )


async def ask_eligibility(azure: Azure, facts: VmFacts) -> VmFacts:
    """The facts with Site Recovery's own word: a request for each VM, so only for one that all else allows.

    It is about enabling, so of a protected VM it is not asked.
    """
    return facts if facts.item is not None else replace(facts, eligibility=await eligibility(azure, facts.vm.id))


async def _attached(
    azure: Azure, vm: VirtualMachine
) -> tuple[tuple[NetworkInterface, ...], tuple[VirtualNetwork, ...]]:
    interfaces = await read_interfaces(azure, vm)
    return interfaces, await read_networks(azure, interfaces)


async def _availability_set(azure: Azure, vm: VirtualMachine) -> AvailabilitySet | None:
    if not vm.availability_set_id:
        return None
    reading = partial(read_availability_set, azure, vm.availability_set_id)
    question = ("availability set", key(vm.availability_set_id))
    return await azure.memory.recall(question, SET_SECONDS, reading, lenient=LENIENT_SET_SECONDS)
