"""The fleet as its snapshot tells it, with what the VMs' entities know since."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from asr.gateway.fleet_store import read_head
from asr.gateway.session import Azure
from asr.model.fleet import FleetHead, FleetRow, Machine
from asr.model.outcome import State
from asr.model.run import VmState
from asr.planning.fleet_rows import Member, member_of, with_state
from asr.planning.homes import made_by_failover, stands_for
from asr.services.fleet_snapshot import read_fleet_anew
from asr.services.snapshot import read_members

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
    """A snapshot, each row with how its VM stands by what is known since."""

    head: FleetHead
    members: tuple[Member, ...]


async def read_fleet(azure: Azure, states: ReadStates, *, refresh: bool = False) -> Fleet:
    """The fleet of the last snapshot; read anew when there is none yet, or that is wished.

    Raises:
        TransientFault: the store did not answer.
    """
    for _ in range(_TRIES):
        head = None if refresh else await read_head(azure)
        if head is None:
            head = await read_fleet_anew(azure, (await states(None)).values())
        members = await read_members(azure, head)
        if members is not None:
            return Fleet(head, _with_states(head, members, await states(_since(head))))
        refresh = False
    head = await read_fleet_anew(azure, (await states(None)).values())
    return Fleet(head, await read_members(azure, head) or ())


def _since(head: FleetHead) -> datetime | None:
    return None if head.total <= FEW else datetime.fromisoformat(head.as_of) - OVERLAP


def _with_states(head: FleetHead, members: tuple[Member, ...], states: Mapping[str, VmState]) -> tuple[Member, ...]:
    """The members with what is known since, and members for VMs that somebody has asked for since."""
    if not states:
        return members
    known = [
        member_of(with_state(member.row, states[member.place])) if member.place in states else member
        for member in members
    ]
    places = {member.place for member in members}
    news = {place: state for place, state in states.items() if place not in places and _is_news(head, state)}
    # Between two sweeps a failover may have made a VM, whose tags are those of its source.
    made = stands_for(member.row.item for member in members if member.row.item) if news else {}
    for place, state in news.items():
        machine = Machine(state.vm_id, "", None, "", None)
        made_by = made_by_failover(made[place], state.vm_id) if place in made else None
        row = FleetRow(state.vm_id, "", machine, tagged=True, asked_before=True, made_by=made_by)
        known.append(member_of(with_state(row, state)))
    return tuple(known)


def _is_news(head: FleetHead, state: VmState) -> bool:
    """Whether a run is under way, or has ended since the snapshot, of a VM that asks for protection."""
    last = state.last or {}
    if last.get("state") in (State.NOT_REQUESTED, State.GONE):
        return False
    return state.active is not None or str(last.get("at", "")) > head.as_of
