"""The trail of what was done, in the store: written before history is purged, read with what is newer."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby

from asr.gateway.audit_store import append, read_progress, read_trail, write_progress
from asr.gateway.session import Azure
from asr.model.audit import AuditProgress, AuditRecord
from asr.planning.audit import AuditFilter, complete_until, trail_of, unrecorded

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


async def read_audit(azure: Azure, live: Iterable[AuditRecord], wanted: AuditFilter) -> list[AuditRecord]:
    """The trail, the latest first: what the store has, and what the task hub has of later runs.

    Raises:
        TransientFault: the store did not answer.
    """
    since = (wanted.since - DAY).date() if wanted.since else None
    until = (wanted.until + DAY).date() if wanted.until else None
    kept = [one async for one in read_trail(azure, since, until)]
    return trail_of([*kept, *live], wanted)


def _day(one: AuditRecord) -> date:
    return datetime.fromisoformat(one.entry.first).date()
