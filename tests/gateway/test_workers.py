"""Several workers of one app, each with a session of its own, share what Azure lets their identity ask."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from asr.errors import Throttled
from asr.gateway.budget import Budget, Charge, Times
from asr.gateway.ledgers import Ledgers
from asr.gateway.resources import read
from asr.gateway.session import Azure
from asr.gateway.store.folder import Folder
from asr.gateway.urgency import Urgency, with_urgency
from asr.settings import read_settings
from local.emulator.server import Emulator
from tests.gateway.sessions import SUBSCRIPTION, KnownToken
from tests.gateway.wire import Reply, Wire

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g"
NIC = f"{GROUP}/providers/Microsoft.Network/networkInterfaces/n"
DISK = f"{GROUP}/providers/Microsoft.Compute/disks/d"
LEFT = "x-ms-ratelimit-remaining-subscription-reads"
READS = Charge(SUBSCRIPTION, "reads", "", "")


def together[T](url: str, store: Path, work: Callable[[Azure, Azure], Awaitable[T]]) -> T:
    """What `work` answers, given two workers of one app."""

    async def run() -> T:
        environment = {"ASR_SUBSCRIPTIONS": SUBSCRIPTION, "ASR_ARM_ENDPOINT": url, "ASR_STORE": str(store)}
        settings = read_settings(environment)
        async with Azure(settings, KnownToken()) as one, Azure(settings, KnownToken()) as other:
            return await work(one, other)

    return asyncio.run(run())


async def reads(azure: Azure, id_: str, times: int, urgency: Urgency = Urgency.DECISION) -> list[object]:
    """What comes of so many reads at once."""
    with with_urgency(urgency):
        return await asyncio.gather(*(read(azure, id_) for _ in range(times)), return_exceptions=True)


class Counting(Folder):
    """A store that counts what is put."""

    puts = 0

    async def _put(self, name: str, value: bytes, if_match: str | None, *, if_none_match: bool) -> str:
        self.puts += 1
        return await super()._put(name, value, if_match, if_none_match=if_none_match)


def test_two_workers_send_no_more_than_one_may(tmp_path: Path) -> None:
    """Each alone would send what Azure lets both of them send."""
    with Emulator("east-asia") as emulator:
        httpx.post(f"{emulator.url}/_emulator/settings", json={"throttling": "on"}).raise_for_status()
        group = f"/subscriptions/{emulator.subscription}/resourceGroups/contoso-app"
        vnet = f"{group}/providers/Microsoft.Network/virtualNetworks/contoso-vnet"

        async def work(one: Azure, other: Azure) -> tuple[list[object], list[object]]:
            return await asyncio.gather(reads(one, vnet, 220), reads(other, vnet, 220))

        answers = [answer for each in together(emulator.url, tmp_path, work) for answer in each]
        sent = [one for one in httpx.get(f"{emulator.url}/_emulator/requests").json() if one["method"] == "GET"]
    asked = [one for one in sent if one["path"].lower() == vnet.lower()]

    assert len(asked) >= 200
    assert [one for one in asked if one["status"] == 429] == []
    assert len([answer for answer in answers if not isinstance(answer, Exception)]) >= 200
    assert len(list((tmp_path / "permits").rglob("reads.json"))) == 1


def test_few_requests_ask_nobody(tmp_path: Path) -> None:
    """A status, a VM that needs nothing: they cost the store nothing."""

    async def work(one: Azure, other: Azure) -> tuple[list[object], list[object]]:
        return await asyncio.gather(reads(one, NIC, 8), reads(other, NIC, 8))

    with Wire({("GET", NIC): Reply(200, {"id": NIC})}) as wire:
        together(wire.url, tmp_path, work)
        assert len(wire.asked) == 16
    assert list(tmp_path.iterdir()) == []


def test_a_batch_is_one_write(tmp_path: Path) -> None:
    """The more is needed, the more is drawn at once."""

    async def work() -> int:
        store = Counting(tmp_path)
        times = Times(_now, time.monotonic, time.time)
        budget = Budget(times, 5.0, Ledgers(lambda: store, ("system", "local"), time.time))
        for _ in range(200):
            await budget.take(READS)
            await budget.answered(READS, 200, {})
        return store.puts

    assert 1 <= asyncio.run(work()) <= 8


async def _now() -> float:
    return time.monotonic()


def test_a_pause_that_one_was_asked_for_is_kept_by_all(tmp_path: Path) -> None:
    """Of the class, and of one provider's type: who needs more than a few permits is told before he sends."""

    async def work(one: Azure, other: Azure) -> tuple[list[object], int]:
        (refused,) = await reads(one, NIC, 1)
        assert isinstance(refused, Throttled)
        while not (await one.store.list("permits/")).names:  # noqa: ASYNC110 - another process may have written it
            await asyncio.sleep(0.01)
        before = len(wire.asked)
        return await reads(other, DISK, 60), len(wire.asked) - before

    throttled = Reply(429, {}, {LEFT: "0", "Retry-After": "60"})
    with Wire({("GET", NIC): throttled, ("GET", DISK): Reply(200, {"id": DISK})}) as wire:
        answers, sent = together(wire.url, tmp_path, work)

    assert sent < 30, "ten without asking, and one more for each second that this takes"
    later = [answer.after_seconds for answer in answers if isinstance(answer, Throttled)]
    assert len(later) == 60 - sent
    assert max(later) > 30


def test_a_store_that_fails_stops_nobody(tmp_path: Path) -> None:
    """Each worker goes on with a part of the limit."""
    nowhere = tmp_path / "a-file"
    nowhere.write_text("no folder")

    async def work(one: Azure, other: Azure) -> tuple[list[object], list[object]]:
        people = Urgency.PEOPLE
        return await asyncio.gather(reads(one, NIC, 30, people), reads(other, NIC, 30, people))

    with Wire({("GET", NIC): Reply(200, {"id": NIC})}) as wire:
        answers = together(wire.url, nowhere / "store", work)

    assert tuple(answers) == ([{"id": NIC}] * 30, [{"id": NIC}] * 30)


def test_a_ledger_that_nobody_can_read_is_written_anew(tmp_path: Path) -> None:
    """Nothing is lost with it."""
    path = tmp_path / "permits" / "system" / "local" / SUBSCRIPTION / "reads.json"
    path.parent.mkdir(parents=True)
    path.write_text("{}")

    async def work(one: Azure, other: Azure) -> tuple[list[object], list[object]]:
        return await asyncio.gather(reads(one, NIC, 40), reads(other, NIC, 40))

    with Wire({("GET", NIC): Reply(200, {"id": NIC})}) as wire:
        answers = together(wire.url, tmp_path, work)

    assert tuple(answers) == ([{"id": NIC}] * 40, [{"id": NIC}] * 40)
    assert '"left"' in path.read_text()
