"""The trail: which of its records are wanted, and equal ones as one. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from asr.model.audit import AuditRecord
from asr.model.resource_id import key
from asr.planning.run_index import folded

LONGEST_OPEN = timedelta(days=7)
"""A run that is under way for longer does not hold the trail up: it is recorded before its history is purged."""


WINDOW = timedelta(days=30)
"""How far back is read where nobody says since when."""

MOST_RECORDS = 50_000
"""Runs that one answer is made of: the memory that they take while it is made is some 100 MB."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What is wanted; None: all. `since` and `until` are about when a run began, the latter exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    state: str | None = None
    kind: str | None = None
    requested_by: str | None = None


@dataclass(slots=True)
class Gathered:
    """Records of the trail that are wanted, gathered from the latest day to the earliest until there are enough.

    `since` is from when on all of them are there.
    """

    wanted: AuditFilter
    since: datetime
    records: list[AuditRecord] = field(default_factory=list)

    def add(self, day: date, records: Iterable[AuditRecord]) -> bool:
        """Add those of a day that are wanted; whether the days before it are to be read, too."""
        self.records += [one for one in records if is_wanted(one, self.wanted)]
        if len(self.records) < MOST_RECORDS:
            return True
        self.since = max(self.since, datetime.combine(day, time(), UTC))
        return False


def within_window(wanted: AuditFilter, now: datetime) -> AuditFilter:
    """The same with a beginning: `WINDOW` before the end, where nobody says since when."""
    end = wanted.until or now
    earliest = datetime.min.replace(tzinfo=UTC)
    return wanted if wanted.since else replace(wanted, since=end - min(WINDOW, end - earliest))


def trail_of(records: Iterable[AuditRecord], wanted: AuditFilter) -> list[AuditRecord]:
    """The records that are wanted, the latest first; of several about one run the last counts.

    Converging runs of one VM in a row that were asked for and ended alike are one record, with their number.
    """
    by_run = {record.entry.run: record for record in records}
    chosen = sorted((one for one in by_run.values() if is_wanted(one, wanted)), key=lambda one: one.entry.first)
    by_vm: dict[str, tuple[AuditRecord, ...]] = {}
    for record in chosen:
        place = key(record.vm_id)
        by_vm[place] = _with(by_vm.get(place, ()), record)
    found = (record for records in by_vm.values() for record in records)
    return sorted(found, key=lambda one: (one.entry.last, one.entry.run), reverse=True)


def unrecorded(records: Iterable[AuditRecord], known: Collection[str]) -> list[AuditRecord]:
    """Those that have ended and are not in the trail, which knows these runs."""
    return [one for one in records if one.entry.state is not None and one.entry.run not in known]


def complete_until(records: Iterable[AuditRecord], now: datetime) -> datetime:
    """Before which time every run that began has ended, as far as is waited for."""
    under_way = [datetime.fromisoformat(one.entry.first) for one in records if one.entry.state is None]
    return max(min([*under_way, now]), now - LONGEST_OPEN)


def _with(before: tuple[AuditRecord, ...], record: AuditRecord) -> tuple[AuditRecord, ...]:
    if not before:
        return (record,)
    entries = folded((before[-1].entry, record.entry))
    if len(entries) > 1:
        return (*before, record)
    return (*before[:-1], replace(record, entry=entries[0]))


def is_wanted(record: AuditRecord, wanted: AuditFilter) -> bool:
    """Whether the filter lets the record through."""
    entry = record.entry
    began = datetime.fromisoformat(entry.first)
    return (
        (wanted.since is None or began >= wanted.since)
        and (wanted.until is None or began < wanted.until)
        and wanted.state in (None, entry.state or "running")
        and wanted.kind in (None, entry.kind)
        and (wanted.requested_by is None or entry.requested_by.name.casefold() == wanted.requested_by.casefold())
    )
