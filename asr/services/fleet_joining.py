"""A reading of the fleet joined: rows for the snapshot, and the VMs that a run may be needed for.

Each page of machines is one step; the last step finds what is in no page and makes the reading the snapshot.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

from asr.choices.request import ProtectionRequest
from asr.choices.tags import Asked
from asr.gateway.endings import list_endings
from asr.gateway.fleet_store import read_head, read_part, write_part
from asr.gateway.requests import find_requested, remember_request
from asr.gateway.session import Azure
from asr.model.announcement import Announcement
from asr.model.ending import Ending
from asr.model.fleet import FleetHead, FleetPart, FleetProblem, FleetRow, Machine, ReadItems, ReadVault
from asr.model.outcome import Reason
from asr.model.request import NamedRequest, TagRequest
from asr.model.resource_id import key
from asr.model.run import VmState
from asr.model.vm_facts import ProtectedItem
from asr.planning.announcements import of_readings
from asr.planning.drift import vault_of
from asr.planning.fleet_rows import Member, belongs, member_of, row_of
from asr.planning.homes import home_of, made_by_failover, mark_of, rank_of, stands_for
from asr.planning.led import leading
from asr.planning.lifecycle import COMPLETE
from asr.planning.naming import item_name, vm_key
from asr.planning.readings import ItemReading, VmReading, with_shared_choices
from asr.planning.run_news import last_run_of
from asr.planning.sweep import is_at_rest
from asr.services.events_out import is_telling, keep_reading
from asr.services.fleet_needs import Needed, needed_of
from asr.services.fleet_reading import PROBLEMS, STATES
from asr.services.item_around import around_in, with_sizes
from asr.services.left_vms import with_record
from asr.services.points import with_points
from asr.services.requested import request_of
from asr.services.snapshot import read_members

RECORDS_AT_ONCE = 16
"""Records of who asked that are read or written side by side."""


@dataclass(slots=True)
class Joining:
    """What every page is joined with: read once for a reading, kept for its next pages.

    `seen` is when the last vault was read: what the reading shows may be as young. None: no vault could be read.
    `leaders` tells which VM's run puts right what many share.
    """

    reading: str
    items: Mapping[str, ItemReading]
    unread: frozenset[str]
    states: Mapping[str, VmState]
    before: Mapping[str, FleetRow]
    head: FleetHead | None
    requested: frozenset[str]
    recovered: Mapping[str, ProtectedItem]
    turned: Mapping[str, ItemReading]
    endings: Mapping[str, Ending]
    seen: str | None = None
    vaults: tuple[ReadVault, ...] = ()
    problems: tuple[FleetProblem, ...] = field(default=())
    leaders: dict[str, str] = field(default_factory=dict)


_joinings: WeakKeyDictionary[Azure, Joining] = WeakKeyDictionary()


async def joining_of(azure: Azure, reading: str, steps: int) -> Joining:
    """What the pages of a reading are joined with; `steps` of vaults were read."""
    known = _joinings.get(azure)
    if known is None or known.reading != reading:
        known = _joinings[azure] = await _read_joining(azure, reading, steps)
    return known


async def join_page(azure: Azure, joining: Joining, page: int, at: str, *, remember: bool) -> tuple[Needed, ...]:
    """Write the rows of one page of machines, and answer the VMs that need a run.

    With `remember`, requests that nobody remembered yet are, and those by name that are fulfilled are noted as such.
    """
    machines = await read_part(azure, joining.reading, f"machines-{page}", Machine) or ()
    readings = await with_records(azure, [reading_of(azure, joining, machine.id, machine) for machine in machines])
    readings = await with_sizes(azure, await with_points(azure, readings))
    rows = [row_of(read) for read in readings]
    if remember:
        rows = await _remembered(azure, readings, rows, at)
    shown = [row for row in rows if belongs(row)]
    await write_part(azure, joining.reading, f"rows-{page}", shown)
    await write_part(azure, joining.reading, f"part-{page}", part_of(f"rows-{page}", shown))
    if is_telling(azure):
        await keep_reading(azure, joining.reading, f"{page}", _told(joining, rows, at))
    needed = (needed_of(read, leading(row, joining.leaders), at) for read, row in zip(readings, rows, strict=True))
    return tuple(one for one in needed if one)


def _told(joining: Joining, rows: Iterable[FleetRow], at: str) -> list[Announcement]:
    """What is to be told of these VMs, whether or not the fleet still shows them."""
    found = list[Announcement]()
    for row in rows:
        before = joining.before.get(key(row.vm_id))
        after = member_of(row) if belongs(row) else None
        found += told_of(joining, before, after, at)
    return found


def told_of(joining: Joining, before: FleetRow | None, after: Member | None, at: str) -> tuple[Announcement, ...]:
    """What is to be told of one VM. Compared is with the last snapshot, which therefore names the change."""
    known = after.row if after else before
    if known is None:
        return ()
    return of_readings(
        member_of(before) if before else None,
        after,
        last_run_of(joining.states.get(key(known.vm_id))),
        first=joining.head is None,
        mark=joining.head.id if joining.head else joining.reading,
        at=joining.seen or at,
    )


def reading_of(azure: Azure, joining: Joining, vm_id: str, machine: Machine | None) -> VmReading:
    """What was read of one VM; of an item whose vault could not be read, what was known of it last."""
    place, known = key(vm_id), vm_key(vm_id)
    before = joining.before.get(place)
    item = joining.items.get(place)
    if item is None and joining.turned:
        item = joining.turned.get(item_name(vm_id).lower())
    if item is None and before and before.item and key(vault_of(before.item.id)) in joining.unread:
        item = ItemReading(before.item, before.item_at or "")
    request = request_of(azure.settings, machine.tags) if machine else ProtectionRequest()
    return VmReading(
        vm_id,
        machine,
        item,
        tagged=request.requested,
        request=request,
        is_remembered=known in joining.requested,
        state=joining.states.get(place),
        before=before,
        ending=joining.endings.get(place),
        stuck_hours=azure.settings.stuck_hours,
        made_by=_made_by(joining, vm_id, before),
    )


def _made_by(joining: Joining, vm_id: str, before: FleetRow | None) -> Reason | None:
    """Why the VM is no VM of its own; where the vault that says so could not be read, as it was known last."""
    item = joining.recovered.get(key(vm_id))
    if item is not None:
        return made_by_failover(item, vm_id)
    known = before.made_by if before else None
    return known if known is not None and key(str(known.facts.get("vault"))) in joining.unread else None


async def with_records(azure: Azure, readings: Iterable[VmReading]) -> list[VmReading]:
    """The same with the records of who asked, where they have to be read; and with what is asked by name."""
    few = asyncio.Semaphore(RECORDS_AT_ONCE)

    async def complete(read: VmReading) -> VmReading:
        async with few:
            read = await with_record(azure, read)
        named = read.remembered.by_name if read.remembered else (read.before.named if read.before else None)
        if read.tagged or named is None or read.machine is None:
            return read
        return replace(read, request=request_of(azure.settings, read.machine.tags, _asked(named)))

    return list(await asyncio.gather(*map(complete, readings)))


def part_of(name: str, rows: Sequence[FleetRow]) -> tuple[FleetPart, ...]:
    """What the head says of a document of rows; nothing of an empty one."""
    places = [key(row.vm_id) for row in rows]
    return (FleetPart(name, min(places), max(places), len(places)),) if places else ()


def forget_joining(azure: Azure) -> None:
    """The reading is over: what its pages were joined with is not needed any more."""
    _joinings.pop(azure, None)


async def _read_joining(azure: Azure, reading: str, steps: int) -> Joining:
    head = await read_head(azure)
    before = await read_members(azure, head) or () if head else ()
    vaults = [one for step in range(steps) for one in await read_part(azure, reading, f"read-{step}", ReadItems) or ()]
    items: list[ItemReading] = []
    for vault in vaults:
        found = await read_part(azure, reading, vault.part, ProtectedItem) if vault.part else None
        items += [ItemReading(item, vault.at, around_in(vault, item)) for item in found or ()]
    items = with_shared_choices(items, {member.place: member.row for member in before})
    items.sort(key=lambda one: rank_of(one.item))
    last = {key(one.id): one.at for one in head.vaults} if head else {}
    problems = list(await read_part(azure, reading, PROBLEMS, FleetProblem) or ())
    problems += [
        FleetProblem("vault", one.vault, one.problem, last.get(key(one.vault))) for one in vaults if one.problem
    ]
    states = await read_part(azure, reading, STATES, VmState) or ()
    homes = {mark_of(member.row.item): member.row.vm_id for member in before if member.row.item}
    return Joining(
        reading=reading,
        items={key(home_of(one.item, homes)): one for one in items},
        unread=frozenset(key(one.vault) for one in vaults if one.part is None),
        states={key(state.vm_id): state for state in states},
        before={member.place: member.row for member in before},
        head=head,
        requested=await find_requested(azure),
        recovered=stands_for(one.item for one in items),
        turned={one.item.name.lower(): one for one in items if not one.item.is_home},
        endings={key(one.vm_id): one for one in await list_endings(azure)},
        seen=max((one.at for one in vaults if one.part), default=None),
        vaults=tuple(ReadVault(one.vault, one.at if one.part else last.get(key(one.vault))) for one in vaults),
        problems=tuple(problems),
    )


async def _remembered(azure: Azure, readings: list[VmReading], rows: list[FleetRow], at: str) -> list[FleetRow]:
    few = asyncio.Semaphore(RECORDS_AT_ONCE)

    async def one(read: VmReading, row: FleetRow) -> FleetRow:
        if row.machine and row.tagged and not read.is_remembered:
            async with few:
                await remember_request(azure, row.vm_id, TagRequest(dict(row.machine.tags), at))
        if row.named is None or row.named.fulfilled or not _is_fulfilled(row, read.state):
            return row
        fulfilled = replace(row.named, fulfilled=True)
        async with few:
            await remember_request(azure, row.vm_id, fulfilled)
        return replace(row, named=fulfilled)

    return list(await asyncio.gather(*map(one, readings, rows)))


def _is_fulfilled(row: FleetRow, state: VmState | None) -> bool:
    """Whether nothing is left to be done by the choices of the request: the VM is protected, and no run is needed."""
    if row.item is None or not row.item.is_protected or not is_at_rest(row):
        return False
    if state is None or state.last is None:
        return True
    return state.standing is None and state.active is None and state.last.get("state") in COMPLETE


def _asked(named: NamedRequest) -> Asked:
    return Asked(named.profile, named.overrides)
