"""The trail: which of its records are wanted, and equal ones as one. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from asr.model.audit import AuditRecord
from asr.model.resource_id import key
from asr.planning.run_index import folded

LONGEST_OPEN = timedelta(days=7)
"""A run that is under way for longer does not hold the trail up: it is recorded before its history is purged."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What is wanted; None: all. `since` and `until` are about when a run began, the latter exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    state: str | None = None
    kind: str | None = None
    requested_by: str | None = None


def trail_of(records: Iterable[AuditRecord], wanted: AuditFilter) -> list[AuditRecord]:
    """The records that are wanted, the latest first; of several about one run the last counts.

    Converging runs of one VM in a row that were asked for and ended alike are one record, with their number.
    """
    by_run = {record.entry.run: record for record in records}
    chosen = sorted((one for one in by_run.values() if _is_wanted(one, wanted)), key=lambda one: one.entry.first)
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


def _is_wanted(record: AuditRecord, wanted: AuditFilter) -> bool:
    entry = record.entry
    began = datetime.fromisoformat(entry.first)
    return (
        (wanted.since is None or began >= wanted.since)
        and (wanted.until is None or began < wanted.until)
        and wanted.state in (None, entry.state or "running")
        and wanted.kind in (None, entry.kind)
        and (wanted.requested_by is None or entry.requested_by.name.casefold() == wanted.requested_by.casefold())
    )
