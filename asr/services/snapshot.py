"""The rows of the fleet's last snapshot, kept in memory until there is a later one."""

from collections.abc import Sequence
from operator import attrgetter
from weakref import WeakKeyDictionary

from asr.errors import TransientFault
from asr.gateway.fleet_store import read_head, read_rows
from asr.gateway.session import Azure
from asr.model.fleet import FleetHead, FleetRow
from asr.model.outcome import Reason
from asr.model.resource_id import key
from asr.planning.fleet_rows import Member, member_of
from asr.planning.homes import made_by_failover

_memory: WeakKeyDictionary[Azure, tuple[str, tuple[Member, ...]]] = WeakKeyDictionary()


async def read_members(azure: Azure, head: FleetHead) -> tuple[Member, ...] | None:
    """All rows of the snapshot in order, with how each VM stands; None when a later one has replaced it.

    Raises:
        TransientFault: the store did not answer.
    """
    reading, members = _memory.get(azure, ("", ()))
    if reading == head.id:
        return members
    found: list[Member] = []
    for part in head.parts:
        rows = await read_rows(azure, head.id, part.name)
        if rows is None:
            return None
        found += map(member_of, rows)
    members = tuple(sorted(found, key=attrgetter("place")))
    _memory[azure] = head.id, members
    return members


async def find_row(azure: Azure, vm_id: str) -> FleetRow | None:
    """What the last snapshot tells of one VM; None when that is nothing. One part of it is read, not all.

    Raises:
        TransientFault: the store did not answer.
    """
    head, place = await read_head(azure), key(vm_id)
    for part in head.parts if head else ():
        if head is not None and part.first <= place <= part.last:
            rows = await read_rows(azure, head.id, part.name) or ()
            found = next((row for row in rows if key(row.vm_id) == place), None)
            if found is not None:
                return found
    return None


async def known_ids(azure: Azure) -> tuple[str, ...]:
    """The ids of all VMs of the last snapshot, those that are gone among them.

    Raises:
        TransientFault: the store did not answer.
    """
    head = await read_head(azure)
    members = await read_members(azure, head) if head else None
    return tuple(member.row.vm_id for member in members or ())


async def at_home(azure: Azure, vm_ids: Sequence[str]) -> Sequence[str]:
    """Of several VMs of one name those that no failover made, as far as the last snapshot tells; all if none is left.

    A recovered VM bears its source's name. Who says the name means the machine, on whichever side it runs.

    Raises:
        TransientFault: the store did not answer.
    """
    head = await read_head(azure) if len(vm_ids) > 1 else None
    members = await read_members(azure, head) if head else None
    items = [member.row.item for member in members or () if member.row.item is not None]
    return [one for one in vm_ids if not any(made_by_failover(item, one) for item in items)] or vm_ids


async def find_maker(azure: Azure, vm_id: str) -> Reason | None:
    """Why the VM is none of its own, by the items of the last snapshot: a failover made it. Nothing leads from such a
    VM to the item. None, too, while the store does not answer.
    """
    try:
        head = await read_head(azure)
        members = await read_members(azure, head) if head else None
    except TransientFault:
        return None
    items = (member.row.item for member in members or () if member.row.item is not None)
    return next((made for item in items if (made := made_by_failover(item, vm_id))), None)
