"""Which VMs are meant: by name, by what they have in common, and whether those that are named by id are there."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from asr.errors import Rejected, TransientFault
from asr.gateway.concurrency import side_by_side
from asr.gateway.resources import VIRTUAL_MACHINE, ListedResource, list_resources
from asr.gateway.session import Azure
from asr.gateway.urgency import Urgency, with_urgency
from asr.model.fleet import Machine
from asr.model.resource_id import key, parse, same
from asr.planning.events import VM_TYPE
from asr.services.decide import find_machine

PRESENCE_SECONDS = 5.0
"""How long to ask Azure whether VMs are there, before the request is taken all the same."""

READ_ONE_BY_ONE = 4
"""So many VMs are read each on its own; more are searched in the lists of their subscriptions."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which VMs are meant; None means any. `location` is lower case without spaces.

    `tag` is the name of a tag that they carry, or `name=value`.
    """

    subscription: str | None = None
    resource_group: str | None = None
    location: str | None = None
    tag: str | None = None

    def holds(self, machine: ListedResource | Machine) -> bool:
        """Whether the VM is in the scope."""
        vm = parse(machine.id)
        return (
            (self.subscription is None or same(vm.subscription, self.subscription))
            and (self.resource_group is None or same(vm.resource_group, self.resource_group))
            and (self.location is None or machine.location == self.location)
            and (self.tag is None or _carries(machine, self.tag))
        )


async def list_machines(azure: Azure, scope: Scope) -> tuple[ListedResource, ...]:
    """The VMs of the scope, from one list for each subscription.

    Raises:
        Rejected, TransientFault: one of the lists may not be, or could not be read.
    """
    subscriptions = (scope.subscription,) if scope.subscription else azure.settings.subscriptions
    with with_urgency(Urgency.PEOPLE):
        async with side_by_side() as group:
            lists = [group.create_task(list_resources(azure, one, VIRTUAL_MACHINE)) for one in subscriptions]
    return tuple(machine for task in lists for machine in task.result() if scope.holds(machine))


def named(ids: Iterable[str], name: str, resource_group: str | None) -> tuple[str, ...]:
    """Those of these VMs that have this name, each once; in this group, if one is given."""
    found = (id_ for id_ in ids if same(id_.rsplit("/", 1)[-1], name))
    fitting = (id_ for id_ in found if resource_group is None or same(parse(id_).resource_group, resource_group))
    return tuple({key(id_): id_ for id_ in fitting}.values())


async def find_missing(azure: Azure, vm_ids: Sequence[str]) -> tuple[str, ...]:
    """Those that Azure knows not to exist. What it does not tell now is not missing: the run will say so.

    Kinds of VMs that are refused by their id alone are not looked for.
    """
    asked = [vm_id for vm_id in vm_ids if parse(vm_id).is_type(VM_TYPE)]
    try:
        with with_urgency(Urgency.PEOPLE):
            return await asyncio.wait_for(_missing(azure, asked), PRESENCE_SECONDS)
    except (Rejected, TransientFault, TimeoutError):
        return ()


async def _missing(azure: Azure, asked: Sequence[str]) -> tuple[str, ...]:
    if len(asked) <= READ_ONE_BY_ONE:
        async with side_by_side() as group:
            reads = [group.create_task(find_machine(azure, vm_id)) for vm_id in asked]
        return tuple(vm_id for vm_id, read in zip(asked, reads, strict=True) if read.result() is None)
    subscriptions = {parse(vm_id).subscription.lower() for vm_id in asked}
    async with side_by_side() as group:
        lists = [group.create_task(list_machines(azure, Scope(one))) for one in subscriptions]
    present = {key(machine.id) for task in lists for machine in task.result()}
    return tuple(vm_id for vm_id in asked if key(vm_id) not in present)


def _carries(machine: ListedResource | Machine, tag: str) -> bool:
    """Names of tags are compared without case, values with."""
    name, equals, value = tag.partition("=")
    held = next((text for known, text in machine.tags.items() if same(known, name)), None)
    return held is not None and (not equals or held == value)
