"""The trail in the store: added to and never changed, each run once, whoever writes at the same time."""

import asyncio
from datetime import UTC, date, datetime

from asr.gateway import audit_store
from asr.gateway.audit_store import append, read_trail
from asr.gateway.session import Azure
from asr.model.audit import AuditRecord
from asr.model.run import Cause, RequestedBy, RunEntry
from asr.planning.audit import AuditFilter
from asr.services.audit import read_audit, record_until_now, trail_goes_until
from tests.gateway.sessions import within

NOWHERE = "http://127.0.0.1:9"
DAY = date(2026, 11, 27)


def ran(number: int, day: int = 27) -> AuditRecord:
    """A run of that day."""
    at = f"2026-11-{day}T12:{number % 60:02}:00+00:00"
    who = RequestedBy("event", verified=True)
    entry = RunEntry(f"run-{number}", "converge", Cause.EVENT, who, at, at, state="refused", codes=(f"Code{number}",))
    return AuditRecord("/vm", entry)


async def whole(azure: Azure) -> list[str]:
    """The runs of the trail."""
    return [one.entry.run async for one in read_trail(azure, None, None)]


def test_twice_adds_once_and_two_at_once_lose_nothing() -> None:
    """Two workers write the same day at the same time."""

    async def work(azure: Azure) -> tuple[int, list[str]]:
        both = await asyncio.gather(
            append(azure, DAY, [ran(1), ran(2)]), append(azure, DAY, [ran(2), ran(3)]), append(azure, DAY, [ran(4)])
        )
        return sum(both) + await append(azure, DAY, [ran(1), ran(4)]), await whole(azure)

    added, runs = within(NOWHERE, work)
    assert (added, sorted(runs)) == (4, ["run-1", "run-2", "run-3", "run-4"])


def test_a_long_day_has_several_documents(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """No document grows without end."""
    monkeypatch.setattr(audit_store, "MOST_BYTES", 600)

    async def work(azure: Azure) -> tuple[list[str], int]:
        for number in range(12):
            await append(azure, DAY, [ran(number)])
        page = await azure.store.list("audit/")
        return await whole(azure), len(page.names)

    runs, documents = within(NOWHERE, work)
    assert sorted(runs) == sorted(f"run-{number}" for number in range(12))
    assert documents > 2


def test_the_trail_of_an_emptied_task_hub() -> None:
    """What was recorded is there, by days, with what the task hub has now."""

    async def work(azure: Azure) -> tuple[int, datetime | None, list[str], list[str]]:
        now = datetime(2026, 11, 28, tzinfo=UTC)
        added = await record_until_now(azure, [ran(1, 25), ran(2, 26), ran(3)], now)
        found = await read_audit(azure, [ran(9, 28)], AuditFilter())
        some = await read_audit(azure, [], AuditFilter(since=datetime(2026, 11, 26, tzinfo=UTC)))
        until = await trail_goes_until(azure)
        return added, until, [one.entry.run for one in found], [one.entry.run for one in some]

    added, until, found, some = within(NOWHERE, work)
    assert (added, until) == (3, datetime(2026, 11, 28, tzinfo=UTC))
    assert found == ["run-9", "run-3", "run-2", "run-1"]
    assert some == ["run-3", "run-2"]
