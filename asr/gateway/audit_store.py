"""The trail in the store: a document for each day, to which records are only ever added.

audit/<date>.ndjson, audit/<date>-2.ndjson ...   AuditRecord by the day on which the run began, a line each
audit/progress.json                              how far the trail goes
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date

from asr.codec import to_json
from asr.errors import Conflict, Unreadable
from asr.gateway.session import Azure
from asr.gateway.store.documents import read_document, read_some_lines, write_document
from asr.gateway.store.interface import every_name
from asr.gateway.store.names import document_name, folder_name, parts_of
from asr.model.audit import AuditProgress, AuditRecord, UnreadLines

_FOLDER, _EXTENSION = "audit", "ndjson"
_PROGRESS = document_name(_FOLDER, "progress")

MOST_BYTES = 8 * 1024 * 1024
"""A day's document that has so many is followed by another one."""

_ROUNDS = 20


async def append(azure: Azure, day: date, records: Sequence[AuditRecord]) -> int:
    """Add those records to a day's trail that it does not have; how many those were. Nothing of it is ever changed.

    Raises:
        TransientFault: the store did not answer, or others wrote again and again.
    """
    for _ in range(_ROUNDS):
        known, names = set[str](), await _names(azure, day)
        for name in names:
            known |= {one.entry.run for one in (await _read(azure, name))[0]}
        new = [one for one in records if one.entry.run not in known]
        if not new:
            return 0
        text = b"".join(to_json(one) + b"\n" for one in new)
        last = await azure.store.get(names[-1]) if names else None
        try:
            if last is not None and len(last.value) + len(text) <= MOST_BYTES:
                await azure.store.put(names[-1], last.value + text, if_match=last.etag)
            else:
                name = f"{day.isoformat()}-{len(names) + 1}" if names else day.isoformat()
                await azure.store.put(document_name(_FOLDER, name, extension=_EXTENSION), text, if_none_match=True)
        except Conflict:
            continue
        return len(new)
    raise Conflict(f"PUT the trail of {day.isoformat()}")


async def read_trail(
    azure: Azure, since: date | None, until: date | None
) -> AsyncIterator[tuple[date, tuple[AuditRecord, ...], tuple[UnreadLines, ...]]]:
    """The records of these days, both included, day by day from the latest; and where lines are none.

    Raises:
        TransientFault: the store did not answer.
    """
    days: dict[date, list[str]] = {}
    async for name in every_name(azure.store, folder_name(_FOLDER)):
        day = _day_of(name)
        if day is not None and (since is None or day >= since) and (until is None or day <= until):
            days.setdefault(day, []).append(name)
    for day in sorted(days, reverse=True):
        records, unread = list[AuditRecord](), list[UnreadLines]()
        for name in _in_order(days[day]):
            found, count = await _read(azure, name)
            records += found
            unread += [UnreadLines(name, count)] if count else []
        yield day, tuple(records), tuple(unread)


async def read_progress(azure: Azure) -> AuditProgress | None:
    """How far the trail goes; None where nobody knows."""
    try:
        document = await read_document(azure.store, _PROGRESS, AuditProgress)
    except Unreadable:
        return None
    return document.record if document else None


async def write_progress(azure: Azure, progress: AuditProgress) -> None:
    """Remember how far the trail goes."""
    await write_document(azure.store, _PROGRESS, progress)


async def _names(azure: Azure, day: date) -> list[str]:
    return _in_order([name async for name in every_name(azure.store, folder_name(_FOLDER)) if _day_of(name) == day])


def _in_order(names: Sequence[str]) -> list[str]:
    return sorted(names, key=lambda name: (len(name), name))


async def _read(azure: Azure, name: str) -> tuple[list[AuditRecord], int]:
    """The records of a document, and how many lines are none: another version's, or a person's."""
    records, unread = await read_some_lines(azure.store, name, AuditRecord)
    return list(records), unread


def _day_of(name: str) -> date | None:
    try:
        return date.fromisoformat(parts_of(name)[-1][:10])
    except ValueError:
        return None
