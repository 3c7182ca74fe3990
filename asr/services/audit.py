"""The trail of what was done, in the store: written before history is purged, read with what is newer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from asr.gateway.audit_store import append, read_progress, read_trail, write_progress
from asr.gateway.session import Azure
from asr.model.audit import AuditProgress, AuditRecord, UnreadLines
from asr.planning.audit import (
    WINDOW,
    AuditFilter,
    Gathered,
    complete_until,
    is_wanted,
    trail_of,
    unrecorded,
    within_window,
)

DAY = timedelta(days=1)


async def trail_goes_until(azure: Azure) -> datetime | None:
    """Before which time every run is in the store's trail; None where nobody knows.

    Raises:
        TransientFault: the store did not answer.
    """
    progress = await read_progress(azure)
    return datetime.fromisoformat(progress.until) if progress else None


async def record(azure: Azure, records: Iterable[AuditRecord]) -> int:
    """Add runs that have ended to the trail; how many it did not have. Twice does the same.

    Raises:
        TransientFault: the store did not answer.
    """
    ended = sorted(unrecorded(records, ()), key=_day)
    added = 0
    for day, of_day in groupby(ended, key=_day):
        added += await append(azure, day, list(of_day))
    return added


async def record_until_now(azure: Azure, records: Iterable[AuditRecord], now: datetime) -> int:
    """Add all runs since `trail_goes_until` to the trail, and remember how far it goes.

    Raises:
        TransientFault: the store did not answer.
    """
    found = list(records)
    added = await record(azure, found)
    await write_progress(azure, AuditProgress(complete_until(found, now).isoformat()))
    return added


@dataclass(frozen=True, slots=True)
class Trail:
    """The trail, the latest first; `since` when on it is whole, and which documents told not all that is in them."""

    records: tuple[AuditRecord, ...]
    since: datetime
    unread: tuple[UnreadLines, ...] = ()


async def read_audit(azure: Azure, live: Iterable[AuditRecord], wanted: AuditFilter, now: datetime) -> Trail:
    """What the store has, and what the task hub has of later runs; from the latest day on, until there are enough.

    Raises:
        TransientFault: the store did not answer.
    """
    wanted = within_window(wanted, now)
    since = wanted.since or now - WINDOW
    gathered, unread = Gathered(wanted, since), list[UnreadLines]()
    gathered.records += [one for one in live if is_wanted(one, wanted)]
    store = read_trail(azure, since.date(), wanted.until.date() if wanted.until else None)
    async for day, records, none in store:
        unread += none
        if not gathered.add(day, records):
            break
    found = trail_of(gathered.records, replace(wanted, since=gathered.since))
    return Trail(tuple(found), gathered.since, tuple(unread))


def _day(one: AuditRecord) -> date:
    return datetime.fromisoformat(one.entry.first).date()
