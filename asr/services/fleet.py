"""The fleet as its snapshot tells it, with what the VMs' entities know since."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from asr.gateway.fleet_store import read_head, read_rows
from asr.gateway.session import Azure
from asr.model.fleet import FleetHead, FleetRow, Machine
from asr.model.outcome import State
from asr.model.resource_id import key
from asr.model.run import VmState
from asr.planning.fleet_rows import with_state
from asr.services.fleet_snapshot import read_fleet_anew

FEW = 500
"""VMs of a fleet so small that what all its entities know is read each time."""

OVERLAP = timedelta(minutes=5)
"""A sweep reads the entities first; what they learned while it went on is read again."""

_TRIES = 3
"""How often a snapshot that a later one replaces while it is read is looked for again."""

type ReadStates = Callable[[datetime | None], Awaitable[Mapping[str, VmState]]]
"""What entities know, by the compared form of their VM's id: all of them, or those that changed since a time."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """A snapshot, its rows with what is known since, in no order."""

    head: FleetHead
    rows: tuple[FleetRow, ...]


_memory: WeakKeyDictionary[Azure, Fleet] = WeakKeyDictionary()


async def read_fleet(azure: Azure, states: ReadStates, *, refresh: bool = False) -> Fleet:
    """The fleet of the last snapshot; read anew when there is none yet, or that is wished.

    Raises:
        TransientFault: the store did not answer.
    """
    for _ in range(_TRIES):
        head = None if refresh else await read_head(azure)
        if head is None:
            head = await read_fleet_anew(azure, (await states(None)).values())
        rows = await _rows(azure, head)
        if rows is not None:
            return Fleet(head, tuple(_with_states(head, rows, await states(_since(head)))))
        refresh = False
    head = await read_fleet_anew(azure, (await states(None)).values())
    return Fleet(head, await _rows(azure, head) or ())


async def find_row(azure: Azure, vm_id: str) -> FleetRow | None:
    """What the last snapshot tells of one VM; None when that is nothing.

    Raises:
        TransientFault: the store did not answer.
    """
    head = await read_head(azure)
    if head is None:
        return None
    place = key(vm_id)
    known = _memory.get(azure)
    if known is not None and known.head.id == head.id:
        return next((row for row in known.rows if key(row.vm_id) == place), None)
    for part in head.parts:
        if part.first <= place <= part.last:
            for row in await read_rows(azure, head.id, part.name) or ():
                if key(row.vm_id) == place:
                    return row
    return None


async def known_ids(azure: Azure) -> tuple[str, ...]:
    """The ids of all VMs of the last snapshot, those that are gone among them.

    Raises:
        TransientFault: the store did not answer.
    """
    head = await read_head(azure)
    rows = await _rows(azure, head) if head else None
    return tuple(row.vm_id for row in rows or ())


async def _rows(azure: Azure, head: FleetHead) -> tuple[FleetRow, ...] | None:
    """All rows, kept until there is a later snapshot; None when they were deleted meanwhile."""
    known = _memory.get(azure)
    if known is not None and known.head.id == head.id:
        return known.rows
    found: list[FleetRow] = []
    for part in head.parts:
        rows = await read_rows(azure, head.id, part.name)
        if rows is None:
            return None
        found += rows
    _memory[azure] = Fleet(head, tuple(found))
    return tuple(found)


def _since(head: FleetHead) -> datetime | None:
    return None if head.total <= FEW else datetime.fromisoformat(head.as_of) - OVERLAP


def _with_states(head: FleetHead, rows: Iterable[FleetRow], states: Mapping[str, VmState]) -> Iterable[FleetRow]:
    """The rows with what is known since, and rows for VMs that somebody has asked for since."""
    shown = set[str]()
    for row in rows:
        place = key(row.vm_id)
        shown.add(place)
        yield with_state(row, states.get(place))
    for place, state in states.items():
        if place not in shown and _is_news(head, state):
            machine = Machine(state.vm_id, "", None, "", None)
            yield with_state(FleetRow(state.vm_id, "", machine, tagged=True, asked_before=True), state)


def _is_news(head: FleetHead, state: VmState) -> bool:
    """Whether a run is under way, or has ended since the snapshot, of a VM that asks for protection."""
    last = state.last or {}
    if last.get("state") in (State.NOT_REQUESTED, State.GONE):
        return False
    return state.active is not None or str(last.get("at", "")) > head.as_of
