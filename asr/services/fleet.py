"""The fleet as lists tell it: VMs with their tags, and protected items; a few calls, however many VMs there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from asr.gateway.concurrency import side_by_side
from asr.gateway.resources import VIRTUAL_MACHINE, ListedResource, list_resources
from asr.gateway.session import Azure
from asr.gateway.site_recovery import list_protected_items
from asr.gateway.vaults import VAULT
from asr.model.resource_id import key
from asr.model.vm_facts import ProtectedItem


@dataclass(frozen=True, slots=True)
class Fleet:
    """Every VM of the subscriptions, tagged or not, and every protected item of their vaults."""

    machines: tuple[ListedResource, ...]
    items: tuple[ProtectedItem, ...]

    def item_of(self, vm_id: str) -> ProtectedItem | None:
        """The VM's protected item, if one of the vaults has it."""
        return next((item for item in self.items if key(item.vm_id) == key(vm_id)), None)


async def read_fleet(azure: Azure, subscriptions: Sequence[str]) -> Fleet:
    """Two lists for each subscription and one for each vault.

    Raises:
        Rejected, TransientFault: one of the lists may not be, or could not be read.
    """
    async with side_by_side() as group:
        machines = [group.create_task(list_resources(azure, one, VIRTUAL_MACHINE)) for one in subscriptions]
        items = [group.create_task(_items(azure, one)) for one in subscriptions]
    return Fleet(
        tuple(machine for task in machines for machine in task.result()),
        tuple(item for task in items for item in task.result()),
    )


def tag_value(tags: dict[str, str], tag: str) -> str | None:
    """The value of a tag, whose name is compared without case; None for a VM that does not carry it."""
    return next((value for name, value in tags.items() if name.lower() == tag.lower()), None)


async def _items(azure: Azure, subscription: str) -> tuple[ProtectedItem, ...]:
    vaults = await list_resources(azure, subscription, VAULT)
    async with side_by_side() as group:
        listed = [group.create_task(list_protected_items(azure, vault.id)) for vault in vaults]
    return tuple(item for task in listed for item in task.result())
