"""Events are published to a topic of the emulator, in as few requests as it takes; what it does not take is kept."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from asr.gateway.event_store import find_kept
from asr.gateway.events_out import MOST_BYTES, batches
from asr.gateway.session import Azure
from asr.model.announcement import Announcement, EventSeverity, EventState, EventType
from asr.services.events_out import announce, keep_reading, send_kept, tell_reading, waiting_events
from local.emulator.server import Emulator
from tests.emulator.conftest import Arm
from tests.gateway.sessions import KnownToken, within

PATH = "/topics/told.eastasia-1.eventgrid.azure.net/api/events"
TOPIC = "/resourceGroups/app/providers/Microsoft.EventGrid/topics/told"


@pytest.fixture
def arm() -> Iterator[Arm]:
    """An emulator with a topic."""
    with Emulator() as emulator:
        client = Arm(emulator)
        client.group()
        client.put(TOPIC, {"location": "eastasia", "properties": {"inputSchema": "CloudEventSchemaV1_0"}})
        yield client
        client.close()


def telling[T](arm: Arm, work: Any) -> Any:
    """What `work` answers in a session that publishes to the topic."""
    return within(arm.emulator.url, work, ASR_EVENTS_ENDPOINT=arm.emulator.url + PATH)


def happened(number: int) -> Announcement:
    """Something about the VM of this number."""
    vm = f"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm-{number:05}"
    at = f"2026-11-22T12:00:{number % 60:02}+00:00"
    return Announcement(EventType.UNHEALTHY, EventState.OPEN, EventSeverity.CRITICAL, vm, "r-1", at, item_id=f"{vm}/i")


def received(arm: Arm) -> list[str]:
    """The VMs that the topic was told of."""
    return [one["event"]["subject"].rpartition("/")[2] for one in arm.control("GET", "/events")["received"]]


def posts(arm: Arm) -> list[dict[str, Any]]:
    """The requests to the topic."""
    return [one for one in arm.control("GET", "/requests") if one["path"].startswith("/topics/")]


def test_a_flood_goes_in_few_requests(arm: Arm) -> None:
    """Ten thousand changes of one reading: each arrives, once, in order, in requests of less than 1 MB."""

    async def work(azure: Azure) -> int:
        for page in range(10):
            told = [happened(number) for number in range(page * 1000, page * 1000 + 1000)]
            await keep_reading(azure, "20261122120000-a", f"{page}", told)
        await tell_reading(azure, "20261122120000-a")
        await tell_reading(azure, "20261122120000-a")  # a process that died in the midst of it
        before, _ = await waiting_events(azure)
        steps = 0
        while (await send_kept(azure)).left:
            steps += 1
        assert before == 10_000
        return steps

    steps = telling(arm, work)

    assert sorted(received(arm)) == [f"vm-{number:05}" for number in range(10_000)]
    assert len(posts(arm)) < 20
    assert steps < 20
    assert all(one["client"].startswith("asr-autoprotect/") for one in posts(arm))


def test_what_cannot_be_sent_waits_and_what_follows_waits_behind_it(arm: Arm) -> None:
    """While the topic is away nothing is tried but by the sweep; then all arrives in its order."""

    async def work(azure: Azure) -> list[Any]:
        arm.control("POST", "/faults", {"path": "/topics/*", "status": 503})
        for number in range(3):
            await announce(azure, [happened(number)])
        seen: list[Any] = [len(posts(arm)), await waiting_events(azure), await send_kept(azure)]
        arm.control("POST", "/faults", {"clear": True})
        await announce(azure, [happened(3)])
        seen += [received(arm), await send_kept(azure), await find_kept(azure), await waiting_events(azure)]
        await announce(azure, [happened(4)])
        return seen

    tries, waiting, failed, early, sent, kept, after = telling(arm, work)

    assert tries == 1
    assert (waiting[0], failed.sent, failed.left) == (3, 0, 3)
    assert early == []
    assert (sent.sent, sent.left, kept, after) == (4, 0, [], (0, None))
    assert received(arm) == [f"vm-{number:05}" for number in range(5)]


def test_a_hundred_runs_that_end_at_once_are_few_requests(arm: Arm) -> None:
    """What ends while a request is under way goes in the next; nothing is lost, nothing told twice."""

    async def work(azure: Azure) -> Any:
        arm.control("POST", "/faults", {"path": "/topics/*", "delay_s": 0.2, "times": 1})
        await asyncio.gather(*(announce(azure, [happened(number)]) for number in range(100)))
        return await waiting_events(azure)

    assert telling(arm, work) == (0, None)
    assert len(posts(arm)) <= 3
    assert sorted(received(arm)) == [f"vm-{number:05}" for number in range(100)]


def test_a_hundred_runs_in_two_workers_and_a_topic_that_is_away(arm: Arm) -> None:
    """Each worker tries once; all wait in the store, and are sent in the order of their times."""

    async def work(azure: Azure) -> Any:
        arm.control("POST", "/faults", {"path": "/topics/*", "reset": True})
        async with Azure(azure.settings, KnownToken()) as other:
            told = ((azure, other)[number % 2] for number in range(100))
            await asyncio.gather(*(announce(one, [happened(number)]) for number, one in enumerate(told)))
        tries, (waiting, _) = len(posts(arm)), await waiting_events(azure)
        arm.control("POST", "/faults", {"clear": True})
        sent = await send_kept(azure)
        return tries, waiting, sent.sent, sent.left, await find_kept(azure)

    assert telling(arm, work) == (2, 100, 100, 0, [])
    at = [one["event"]["time"] for one in arm.control("GET", "/events")["received"]]
    assert at == sorted(at)
    assert sorted(received(arm)) == [f"vm-{number:05}" for number in range(100)]


def test_a_run_that_is_cancelled_while_it_tells_for_others(arm: Arm) -> None:
    """Whoever waited behind it tells what both had to tell; nothing is lost."""

    async def work(azure: Azure) -> Any:
        first, second = (asyncio.ensure_future(announce(azure, [happened(number)])) for number in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await second
        return first.cancelled()

    assert telling(arm, work)
    assert set(received(arm)) == {"vm-00000", "vm-00001"}


def test_a_request_that_is_too_large_goes_in_two(arm: Arm) -> None:
    """A topic, or something before it, that takes less than Event Grid does."""

    async def work(azure: Azure) -> Any:
        arm.control("POST", "/faults", {"path": "/topics/*", "status": 413, "times": 3})
        await announce(azure, [happened(number) for number in range(8)])
        return await waiting_events(azure)

    assert telling(arm, work) == (0, None)
    assert received(arm) == [f"vm-{number:05}" for number in range(8)]


def test_an_answer_cut_off_half_way_tells_the_rest_later(arm: Arm) -> None:
    """The first request is taken, the second fails: only what was not taken waits."""

    async def work(azure: Azure) -> Any:
        big = [happened(number) for number in range(2000)]
        await keep_reading(azure, "20261122120000-a", "0", big)
        await tell_reading(azure, "20261122120000-a")
        first = await send_kept(azure)
        arm.control("POST", "/faults", {"path": "/topics/*", "status": 429, "retry_after": 7})
        stopped = await send_kept(azure)
        waiting, problem = await waiting_events(azure)
        arm.control("POST", "/faults", {"clear": True})
        while (await send_kept(azure)).left:
            pass
        return first, stopped, waiting, problem

    first, stopped, waiting, problem = telling(arm, work)

    assert first.sent + first.left == 2000
    assert (stopped.sent, stopped.left) in ((0, first.left), (0, 0))
    assert waiting == first.left
    assert first.left == 0 or "429" in problem.problem
    assert sorted(received(arm)) == [f"vm-{number:05}" for number in range(2000)]


def test_without_an_endpoint_nothing_is_kept(arm: Arm) -> None:
    """An app that tells nobody leaves nothing behind."""

    async def work(azure: Azure) -> Any:
        await announce(azure, [happened(1)])
        return await waiting_events(azure)

    assert within(arm.emulator.url, work) == (0, None)


def test_batches_hold_all_in_order() -> None:
    """Each below the limit, whatever the sizes."""
    events = [{"id": str(number), "data": "x" * (number * 7919 % 300_000)} for number in range(40)]
    parts = list(batches(events))

    assert [one for part in parts for one in part] == events
    assert all(len(str(list(part))) < MOST_BYTES * 1.01 for part in parts)
    assert len(parts) > 1
