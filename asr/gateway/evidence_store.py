"""Evidence in the store: a chain of documents that are written once.

evidence/<number>.json          Evidence, never written again; each holds the hash of the one before
evidence-places/<about>.json    EvidencePlace: where in the chain the evidence of a drill or a failover is
evidence-end.json               EvidencePlace: how far the chain is known to reach; it is never set back

A document is only ever written where there is none, and holds the hash of the one before it. So two that append at once
take two numbers, and the chain has no forks; what is removed from its end is missed, for its end is noted.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from asr.errors import Conflict, Unreadable
from asr.gateway.session import Azure
from asr.gateway.store.documents import change_document, read_document, write_document
from asr.gateway.store.names import document_name
from asr.model.evidence import Evidence

_EVIDENCE, _PLACES, _END = "evidence", "evidence-places", "evidence-end"


@dataclass(frozen=True, slots=True)
class EvidencePlace:
    """A number of the chain."""

    number: int


_turns: WeakKeyDictionary[Azure, asyncio.Lock] = WeakKeyDictionary()
"""Of one process only one appends at a time: others would only take the same number from each other."""


async def append_evidence(azure: Azure, about: str, make: Callable[[int, str | None], Evidence]) -> Evidence:
    """Append to the chain what `make` makes of its number and the hash before it; what is there for `about` stays.

    Where it is to be is noted first, so that a next try finds what a first one wrote before it died.
    """
    async with _turns.setdefault(azure, asyncio.Lock()):
        known = await _known(azure, about)
        last, before = await _last(azure)
        if known is None and before is not None and before.about == about:
            known = before
            await write_document(azure.store, document_name(_PLACES, about), EvidencePlace(known.number))
        while known is None:
            made = make(last + 1, before.hash if before else None)
            await write_document(azure.store, document_name(_PLACES, about), EvidencePlace(made.number))
            try:
                await write_document(azure.store, _named(made.number), made, if_none_match=True)
                known = made
            except Conflict:  # somebody else's, or this one's by another process
                last, before = made.number, await _readable(azure, made.number)
                known = before if before is not None and before.about == about else None
        await _note_end(azure, known.number)
        return known


async def read_evidence(azure: Azure, number: int) -> Evidence | None:
    """The evidence of this number; None if there is none."""
    document = await read_document(azure.store, _named(number), Evidence)
    return document.record if document else None


async def find_evidence(azure: Azure, about: str) -> Evidence | None:
    """The evidence of a drill or a failover; None while there is none."""
    place = await read_document(azure.store, document_name(_PLACES, about), EvidencePlace)
    found = await read_evidence(azure, place.record.number) if place else None
    return found if found is not None and found.about == about else None


async def read_end(azure: Azure) -> int:
    """The number of the last evidence as far as it is noted; it may go on for a few."""
    end = await read_document(azure.store, document_name(_END), EvidencePlace)
    return end.record.number if end else 0


async def _last(azure: Azure) -> tuple[int, Evidence | None]:
    """The number of the last of the chain, and what it is: from where its end is noted, onwards.

    What was removed, or cannot be read, keeps its number: the chain goes on behind the gap, and the gap is told.
    """
    number = await read_end(azure)
    found = await _readable(azure, number) if number else None
    while await azure.store.get(_named(number + 1)) is not None:
        number, found = number + 1, await _readable(azure, number + 1)
    return number, found


async def _known(azure: Azure, about: str) -> Evidence | None:
    try:
        return await find_evidence(azure, about)
    except Unreadable:  # somebody has written over it; what is known now is kept anew
        return None


async def _readable(azure: Azure, number: int) -> Evidence | None:
    try:
        return await read_evidence(azure, number)
    except Unreadable:
        return None


async def _note_end(azure: Azure, number: int) -> None:
    def later(before: EvidencePlace | None) -> EvidencePlace:
        return EvidencePlace(max(number, before.number if before else 0))

    await change_document(azure.store, document_name(_END), EvidencePlace, later)


def _named(number: int) -> str:
    return document_name(_EVIDENCE, f"{number:08d}")
