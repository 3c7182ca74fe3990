"""The trail in the store: added to and never changed, each run once, whoever writes at the same time."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from asr.gateway import audit_store
from asr.gateway.audit_store import append, read_trail
from asr.gateway.session import Azure
from asr.model.audit import AuditRecord, UnreadLines
from asr.model.run import Cause, RequestedBy, RunEntry
from asr.planning.audit import AuditFilter
from asr.services.audit import Trail, read_audit, record_until_now, trail_goes_until
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
    return [one.entry.run async for _, records, _ in read_trail(azure, None, None) for one in records]


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
        found = await read_audit(azure, [ran(9, 28)], AuditFilter(), now)
        some = await read_audit(azure, [], AuditFilter(since=datetime(2026, 11, 26, tzinfo=UTC)), now)
        until = await trail_goes_until(azure)
        return added, until, [one.entry.run for one in found.records], [one.entry.run for one in some.records]

    added, until, found, some = within(NOWHERE, work)
    assert (added, until) == (3, datetime(2026, 11, 28, tzinfo=UTC))
    assert found == ["run-9", "run-3", "run-2", "run-1"]
    assert some == ["run-3", "run-2"]


def test_no_answer_reads_years(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """A month unless somebody says since when; of too many runs the latest days, and from when on they are all told."""
    monkeypatch.setattr("asr.planning.audit.MOST_RECORDS", 5)

    async def work(azure: Azure) -> tuple[list[Trail], list[str]]:
        now, read = datetime(2026, 11, 28, tzinfo=UTC), list[str]()
        old = replace(ran(99), entry=replace(ran(99).entry, first="2024-05-05T12:00:00+00:00"))
        await record_until_now(azure, [old, *(ran(number, 20 + number // 2) for number in range(16))], now)
        get = azure.store.get

        async def counting(name: str) -> Any:
            read.append(name)
            return await get(name)

        azure.store.get = counting  # type: ignore[method-assign]
        first = await read_audit(azure, [], AuditFilter(), now)
        second = await read_audit(azure, [], AuditFilter(until=first.since), now)
        some = await read_audit(azure, [], AuditFilter(requested_by="nobody"), now)
        return [first, second, some], read

    (first, second, some), read = within(NOWHERE, work)

    assert [one.entry.run for one in first.records] == [f"run-{number}" for number in range(15, 9, -1)]
    assert first.since == datetime(2026, 11, 25, tzinfo=UTC)
    assert [one.entry.run for one in second.records] == [f"run-{number}" for number in range(9, 3, -1)]
    assert (some.records, some.since) == ((), datetime(2026, 10, 29, tzinfo=UTC))
    assert not [name for name in read if "2024" in name]


def test_what_somebody_else_wrote_into_the_trail() -> None:
    """It is left as it is and told of; every other line is read, and none is recorded twice."""

    async def work(azure: Azure) -> tuple[Trail, int]:
        await append(azure, DAY, [ran(1), ran(2)])
        name = f"audit/{DAY.isoformat()}.ndjson"
        stored = await azure.store.get(name)
        assert stored is not None
        await azure.store.put(name, b"\xff\xfe\n" + stored.value + b'{"vm_id": null}\n[[[\n')
        await azure.store.put("audit/notes.txt", b"remember the milk")
        added = await append(azure, DAY, [ran(1), ran(2), ran(3)])
        return await read_audit(azure, [], AuditFilter(), datetime(2026, 11, 28, tzinfo=UTC)), added

    trail, added = within(NOWHERE, work)

    assert sorted(one.entry.run for one in trail.records) == ["run-1", "run-2", "run-3"]
    assert trail.unread == (UnreadLines(f"audit/{DAY.isoformat()}.ndjson", 3),)
    assert added == 1
