"""Nobody sends what he has no permit for."""

import asyncio
import time
from collections.abc import Mapping

import pytest

from asr.errors import Throttled
from asr.gateway.buckets import Bucket, Later
from asr.gateway.budget import charge_of
from asr.gateway.limits import LIMITS, RESERVED, Limit
from asr.gateway.resources import read
from asr.gateway.session import Azure
from asr.gateway.urgency import Urgency, with_urgency
from tests.gateway.sessions import SUBSCRIPTION, within
from tests.gateway.wire import Reply, Wire

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g"
NIC = f"{GROUP}/providers/Microsoft.Network/networkInterfaces/n"
DISK = f"{GROUP}/providers/Microsoft.Compute/disks/d"
VM = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/"
READS = "x-ms-ratelimit-remaining-subscription-reads"


@pytest.mark.parametrize(
    ("method", "path", "whose", "class_", "type_"),
    [
        ("GET", NIC, SUBSCRIPTION, "reads", "microsoft.network/networkinterfaces"),
        ("PUT", NIC, SUBSCRIPTION, "writes", "microsoft.network/networkinterfaces"),
        ("POST", f"{NIC}/start", SUBSCRIPTION, "writes", "microsoft.network/networkinterfaces/start"),
        ("DELETE", NIC, SUBSCRIPTION, "deletes", "microsoft.network/networkinterfaces"),
        ("GET", f"/subscriptions/{SUBSCRIPTION}/resources", SUBSCRIPTION, "reads", "resources"),
        ("GET", "/tenants", "tenant", "reads", "tenants"),
        ("POST", "/providers/Microsoft.ResourceGraph/resources", "graph", "writes", ""),
    ],
)
def test_what_a_request_counts_against(method: str, path: str, whose: str, class_: str, type_: str) -> None:
    """By subscription and class, as Resource Manager counts; the type is for the limits of its provider."""
    charge = charge_of(method, f"https://management.azure.com{path}?api-version=1")

    assert (charge.whose, charge.class_, charge.type_) == (whose, class_, type_)


def test_a_bucket_gives_what_is_in_it_and_tells_others_when_to_come() -> None:
    """An empty one does not let wait longer than who asks has patience for."""

    async def work() -> None:
        bucket = Bucket(Limit(5, 10.0), time.monotonic)
        for _ in range(5 - int(RESERVED)):
            await bucket.take(0, 0.0)
        with pytest.raises(Later) as later:
            await bucket.take(0, 0.01)
        assert 0.05 < later.value.seconds <= 0.2
        await bucket.take(0, 1.0)

    asyncio.run(work())


def test_the_most_urgent_goes_first() -> None:
    """Whoever came before; among equals the order is that of their asking."""
    order: list[str] = []

    async def take(bucket: Bucket, rank: int, name: str) -> None:
        await bucket.take(rank, 5.0)
        order.append(name)

    async def work() -> None:
        bucket = Bucket(Limit(3, 50.0), time.monotonic)
        await bucket.take(0, 0.0)
        async with asyncio.TaskGroup() as group:
            for rank, name in ((2, "decision"), (2, "next decision"), (0, "write"), (1, "person")):
                group.create_task(take(bucket, rank, name))

    asyncio.run(work())
    assert order == ["write", "person", "decision", "next decision"]


def test_who_gives_up_takes_no_permit_along() -> None:
    """The next in line gets it."""

    async def work() -> None:
        bucket = Bucket(Limit(3, 20.0), time.monotonic)
        await bucket.take(0, 0.0)
        given_up = asyncio.create_task(bucket.take(0, 5.0))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(bucket.take(1, 5.0))
        given_up.cancel()
        await asyncio.wait_for(waiting, 5.0)

    asyncio.run(work())


def told(headers: Mapping[str, str], status: int, then: list[str]) -> tuple[list[object], int]:
    """What happens to requests after one answer with these headers; how many were sent."""

    async def work(azure: Azure) -> list[object]:
        first = await asyncio.gather(read(azure, NIC), return_exceptions=True)
        assert isinstance(first[0], Throttled) == (status == 429)
        with with_urgency(Urgency.DECISION):
            return await asyncio.gather(*(read(azure, id_) for id_ in then), return_exceptions=True)

    replies = {("GET", id_): Reply(200, {"id": id_}) for id_ in then}
    with Wire({**replies, ("GET", NIC): Reply(status, {"id": NIC}, headers)}) as wire:
        return within(wire.url, work), len(wire.asked)


def test_what_azure_says_is_left_counts() -> None:
    """With nothing left a request is put off for as long as it takes, and not sent."""
    answers, sent = told({READS: "0"}, 200, [DISK])
    assert sent == 2, "a second or two is waited in the process"
    assert answers == [{"id": DISK}]


def test_a_429_of_resource_manager_closes_the_class() -> None:
    """Everything of the class waits; nothing is sent before the time that Azure named."""
    (answer,), sent = told({READS: "0", "Retry-After": "30"}, 429, [DISK])

    assert isinstance(answer, Throttled)
    assert 29 <= answer.after_seconds <= 31
    assert sent == 1


@pytest.mark.parametrize("pause", ["99999999999999", "-5", "soon", "Thu, 31 Dec 2099 23:59:59 GMT", None])
def test_a_pause_that_cannot_be_meant_is_a_short_one(pause: str | None) -> None:
    """The class is closed for the app's own pause, neither for ten minutes nor not at all."""
    headers = {READS: "0"} | ({"Retry-After": pause} if pause else {})
    (answer,), sent = told(headers, 429, [DISK])

    assert isinstance(answer, Throttled)
    assert 3 < answer.after_seconds <= 5
    assert sent == 1


def test_a_pause_passes_with_the_clock() -> None:
    """Azure's, which a local Azure can move: what was closed for ten minutes is open once these are over."""
    now = 1000.0

    async def work() -> None:
        nonlocal now
        bucket = Bucket(Limit(10, 1.0), lambda: now)
        await bucket.take(0, 0.0)
        bucket.answered(0, 600.0)
        with pytest.raises(Later) as later:
            await bucket.take(0, 5.0)
        assert later.value.seconds == pytest.approx(600)
        now += 601
        await bucket.take(0, 0.0)

    asyncio.run(work())


def test_a_clock_that_is_set_back_stops_nobody() -> None:
    """A local Azure that is reset tells the time of now again."""
    now = 90_000.0

    async def work() -> None:
        nonlocal now
        bucket = Bucket(Limit(10, 1.0), lambda: now)
        await bucket.take(0, 0.0)
        bucket.answered(9, 600.0)
        now = 1000.0
        with pytest.raises(Later) as later:
            await bucket.take(0, 0.0)
        assert later.value.seconds < 5

    asyncio.run(work())


def test_a_429_of_a_provider_closes_its_type_alone() -> None:
    """What another provider answers is not its business."""
    answers, sent = told({READS: "180", "Retry-After": "30"}, 429, [DISK, NIC])

    assert answers[0] == {"id": DISK}
    assert isinstance(answers[1], Throttled)
    assert sent == 2


def test_a_429_about_one_machine_closes_that_machine_alone() -> None:
    """Microsoft.Compute says which of its limits is used up."""
    one, other = f"{VM}one", f"{VM}other"
    used_up = "Microsoft.Compute/LowCostGetResource;0,Microsoft.Compute/LowCostGetSubscriptionMaximum;22000"
    headers = {READS: "180", "Retry-After": "30", "x-ms-ratelimit-remaining-resource": used_up}

    async def work(azure: Azure) -> list[object]:
        ids = (one, one, other)
        return [(await asyncio.gather(read(azure, id_), return_exceptions=True))[0] for id_ in ids]

    with Wire({("GET", one): Reply(429, {}, headers), ("GET", other): Reply(200, {"id": other})}) as wire:
        answers = within(wire.url, work)
        assert len(wire.asked) == 2

    assert [isinstance(answer, Throttled) for answer in answers] == [True, True, False]


def test_more_than_the_bucket_holds_is_sent_at_azures_pace() -> None:
    """A burst of reads on a fresh session: as many as Azure lets in at once, and the rest is told when to come."""
    most = LIMITS["reads"].capacity
    begun = time.monotonic()

    async def work(azure: Azure) -> list[object]:
        with with_urgency(Urgency.DECISION):
            return await asyncio.gather(*(read(azure, NIC) for _ in range(most + 200)), return_exceptions=True)

    with Wire({("GET", NIC): Reply(200, {"id": NIC})}) as wire:
        answers = within(wire.url, work)
        sent = len(wire.asked)

    later = [answer for answer in answers if isinstance(answer, Throttled)]
    let_in = most + LIMITS["reads"].per_second * (time.monotonic() - begun)
    assert sent + len(later) == most + 200
    assert most - RESERVED <= sent <= let_in
    assert later or let_in >= most + 200
