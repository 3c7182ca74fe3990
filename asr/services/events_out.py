"""What happens to VMs is told to others: sent at once, or kept and sent by the next sweep. Nothing here fails a run."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from asr.errors import TransientFault
from asr.gateway.clock import now
from asr.gateway.event_store import (
    Kept,
    SendingProblem,
    find_kept,
    forget_kept,
    is_anything_pending,
    keep_events,
    read_kept,
    read_problem,
    write_problem,
)
from asr.gateway.events_out import MOST_BYTES, publish_all
from asr.gateway.fleet_store import find_parts, forget_part, read_part, write_part
from asr.gateway.session import Azure
from asr.model.announcement import Announcement
from asr.reporting.events import cloud_event, event_id

_LOG = logging.getLogger(__name__)

EVENTS_PART = "events-"
"""How the parts of a reading are called that hold what it has to tell."""

MOST_DOCUMENTS = 200
"""Kept documents that go into one request."""


@dataclass(frozen=True, slots=True)
class Sent:
    """How many events were sent, and how many wait."""

    sent: int
    left: int


def is_telling(azure: Azure) -> bool:
    """Whether anybody is told anything."""
    return bool(azure.settings.events_endpoint)


async def announce(azure: Azure, announcements: Sequence[Announcement]) -> None:
    """Tell others now; what cannot be sent now is kept, and so is what others wait before.

    Raises:
        TransientFault: neither the topic nor the store can be reached: to be tried again.
    """
    if not announcements or not is_telling(azure):
        return
    events = [cloud_event(one, azure.settings.tag_prefix) for one in announcements]
    mine = _Letter(announcements[0].at, event_id(announcements[0]), events)
    outbox = _outboxes.setdefault(azure, _Outbox())
    outbox.waiting.append(mine)
    async with outbox.sending:
        if not mine.is_told and mine.fault is None:
            await _send_together(azure, outbox)
    if mine.fault is not None:
        raise mine.fault


@dataclass(slots=True)
class _Letter:
    """What one run has to tell; `fault` is why it can neither be sent nor kept now."""

    at: str
    mark: str
    events: list[dict[str, Any]]
    is_told: bool = False
    fault: TransientFault | None = None


class _Outbox:
    """What this worker's runs have to tell: while one request is under way, the next ones gather."""

    def __init__(self) -> None:
        self.sending = asyncio.Lock()
        self.waiting = list[_Letter]()


_outboxes: WeakKeyDictionary[Azure, _Outbox] = WeakKeyDictionary()


async def _send_together(azure: Azure, outbox: _Outbox) -> None:
    """Send all that has gathered, the oldest first; whoever is first does it for the others."""
    letters, outbox.waiting = sorted(outbox.waiting, key=lambda one: one.at), []
    sent, events = 0, [event for letter in letters for event in letter.events]
    try:
        if not await _others_wait(azure):
            published = await publish_all(azure, events)
            sent = published.sent
            if published.fault is not None:
                _LOG.warning("%s; %d events are kept, and sent by the next sweep", published.fault, len(events) - sent)
        for letter in letters:
            rest = letter.events[sent:]
            await keep_events(azure, letter.at, letter.mark, rest)
            sent -= len(letter.events) - len(rest)
            letter.is_told = True
    except TransientFault as fault:
        for letter in letters:
            letter.fault = None if letter.is_told else fault
    finally:
        # whoever was cancelled in the midst of it leaves the rest to the next
        outbox.waiting = [one for one in letters if not one.is_told and one.fault is None] + outbox.waiting


async def keep_reading(azure: Azure, reading: str, part: str, announcements: Sequence[Announcement]) -> None:
    """Keep what a part of a reading has to tell, until the reading is the fleet's snapshot."""
    if announcements:
        await write_part(azure, reading, f"{EVENTS_PART}{part}", announcements)


async def tell_reading(azure: Azure, reading: str) -> None:
    """The reading is the fleet's snapshot: what it has to tell is to be sent. Twice does the same.

    Raises:
        TransientFault: the store did not answer.
    """
    for part in await find_parts(azure, reading, EVENTS_PART):
        found = await read_part(azure, reading, part, Announcement)
        if found:
            events = [cloud_event(one, azure.settings.tag_prefix) for one in found]
            await keep_events(azure, found[0].at, _mark([reading, part]), events)
        await forget_part(azure, reading, part)


async def send_kept(azure: Azure) -> Sent:
    """Send events that wait, one request's worth, the oldest first. Who sends at the same time sends the same ids.

    Raises:
        TransientFault: the store did not answer.
    """
    waiting = await find_kept(azure)
    left = sum(kept.count for kept in waiting)
    letters = await _next(azure, waiting)
    if not letters:
        await write_problem(azure, None)
        return Sent(0, 0)
    published = await publish_all(azure, [event for _, events in letters for event in events])
    sent = published.sent
    for kept, events in letters:
        if sent < len(events):
            if sent:  # what was sent of it is forgotten, the rest keeps its place
                await keep_events(azure, kept.at, _mark([kept.name]), events[sent:])
                await forget_kept(azure, kept)
            break
        await forget_kept(azure, kept)
        sent -= len(events)
    problem = None
    if published.fault is not None:
        problem = SendingProblem((await now(azure.settings)).isoformat(), str(published.fault))
        _LOG.warning("%s; %d events wait", published.fault, left - published.sent)
    await write_problem(azure, problem)
    return Sent(published.sent, left - published.sent)


async def waiting_events(azure: Azure) -> tuple[int, SendingProblem | None]:
    """How many events wait, and why the last sending stopped.

    Raises:
        TransientFault: the store did not answer.
    """
    waiting = sum(kept.count for kept in await find_kept(azure))
    return waiting, await read_problem(azure)


async def _next(azure: Azure, waiting: Iterable[Kept]) -> list[tuple[Kept, list[dict[str, Any]]]]:
    """The oldest documents with their events, about one request's worth."""
    letters, size = list[tuple[Kept, list[dict[str, Any]]]](), 0
    for kept in waiting:
        events = list(await read_kept(azure, kept) or ())
        letters.append((kept, events))
        size += sum(len(str(one)) for one in events)
        if size > MOST_BYTES or len(letters) == MOST_DOCUMENTS:
            break
    return letters


async def _others_wait(azure: Azure) -> bool:
    """Where the store does not tell, nobody is known to wait."""
    try:
        return await is_anything_pending(azure)
    except TransientFault:
        return False


def _mark(texts: Iterable[str]) -> str:
    return sha256("|".join(texts).encode()).hexdigest()[:16]
