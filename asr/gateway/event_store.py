"""Events that are still to be sent, in the store: nothing that was to be told is lost because the topic is away.

    events/pending/<time>-<mark>-<count>.jsonl     CloudEvents as they are to be sent, the oldest first
    events/problem.json                            why the last sending stopped

A document's name tells how many events it has, so counting them reads none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asr.errors import Unreadable
from asr.gateway.session import Azure
from asr.gateway.store.documents import read_document, read_lines, write_document, write_lines
from asr.gateway.store.interface import every_name
from asr.gateway.store.names import document_name, folder_name, parts_of

_FOLDER, _PENDING = "events", "pending"
_PROBLEM = document_name(_FOLDER, "problem")


@dataclass(frozen=True, slots=True)
class Kept:
    """A document of events, how many it has, and when the first of them was kept (as its name tells)."""

    name: str
    count: int
    at: str


@dataclass(frozen=True, slots=True)
class SendingProblem:
    """Why events could not be sent, and since when."""

    at: str
    problem: str


async def keep_events(azure: Azure, at: str, mark: str, events: Sequence[Any]) -> None:
    """Keep events until they are sent. Keeping the same again writes the same document again.

    Raises:
        TransientFault: the store did not answer.
    """
    if events:
        name = document_name(_FOLDER, _PENDING, f"{_digits(at)}-{mark}-{len(events)}", extension="jsonl")
        await write_lines(azure.store, name, events)


async def is_anything_pending(azure: Azure) -> bool:
    """Whether events wait, before which no later one is to be sent.

    Raises:
        TransientFault: the store did not answer.
    """
    return bool((await azure.store.list(folder_name(_FOLDER, _PENDING), top=1)).names)


async def find_kept(azure: Azure) -> list[Kept]:
    """The documents of events that wait, the oldest first.

    Raises:
        TransientFault: the store did not answer.
    """
    prefix = folder_name(_FOLDER, _PENDING)
    return sorted([_kept(name) async for name in every_name(azure.store, prefix)], key=lambda kept: kept.name)


async def read_kept(azure: Azure, kept: Kept) -> tuple[dict[str, Any], ...] | None:
    """The events of a document; None when it is gone, or nothing that can be read."""
    try:
        return await read_lines(azure.store, kept.name, dict[str, Any])
    except Unreadable:
        return None


async def forget_kept(azure: Azure, kept: Kept) -> None:
    """The events of a document have been sent."""
    await azure.store.delete(kept.name)


async def read_problem(azure: Azure) -> SendingProblem | None:
    """Why the last sending stopped; None if it did not."""
    try:
        document = await read_document(azure.store, _PROBLEM, SendingProblem)
    except Unreadable:
        return None
    return document.record if document else None


async def write_problem(azure: Azure, problem: SendingProblem | None) -> None:
    """Keep why sending stopped; None: it did not."""
    if problem is None:
        await azure.store.delete(_PROBLEM)
    else:
        await write_document(azure.store, _PROBLEM, problem)


def _kept(name: str) -> Kept:
    at, _, rest = parts_of(name)[-1].partition("-")
    count = rest.rpartition("-")[2]
    return Kept(name, int(count) if count.isdecimal() else 1, at)


def _digits(at: str) -> str:
    return "".join(sign for sign in at if sign.isdigit())[:20].ljust(20, "0")
