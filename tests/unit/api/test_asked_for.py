"""One reading of a VM for all events that it can answer, and no event lost to an older reading."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

from asr.services.asked_for import MOST_REMEMBERED, SKEW, TOLD_FOR, Readings

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Vm:
    """A VM that counts how often it is read, in a world whose time stands."""

    def __init__(self) -> None:
        self.now = NOW
        self.reads = 0
        self.tagged = False
        self.readings = Readings(self.clock)

    async def clock(self) -> datetime:
        """What time it is."""
        return self.now

    async def read(self) -> bool:
        """Whether it is tagged."""
        self.reads += 1
        await asyncio.sleep(0)
        return self.tagged

    def event(self, age: timedelta | None = timedelta(0), vm: str = "vm") -> Awaitable[bool]:
        """An event that tells of something so long ago."""
        return self.readings.answer(vm, None if age is None else self.now - age, self.read)


def test_a_burst_is_one_reading() -> None:
    """Twenty events at once; another VM's is its own."""

    async def burst() -> tuple[int, list[bool]]:
        vm = Vm()
        answers = await asyncio.gather(*(vm.event() for _ in range(20)), vm.event(vm="other"))
        return vm.reads, answers

    assert asyncio.run(burst()) == (2, [False] * 21)


def test_an_event_is_never_answered_by_a_reading_that_may_not_have_seen_it() -> None:
    """Events about what was done before are; later ones, ones without a time, and late ones are read for."""

    async def told() -> list[tuple[int, bool]]:
        vm = Vm()
        seen = []
        for age, later in (
            (timedelta(0), timedelta(0)),
            (SKEW, timedelta(0)),
            (SKEW / 2, timedelta(0)),
            (None, timedelta(0)),
            (SKEW * 9, TOLD_FOR),
            (SKEW * 9, timedelta(seconds=0.1)),
        ):
            vm.now += later
            vm.tagged = not vm.tagged
            seen.append((await vm.event(age), vm.reads))
        return [(reads, answer) for answer, reads in seen]

    assert asyncio.run(told()) == [(1, True), (1, True), (2, True), (3, False), (3, False), (4, False)]


def test_the_oldest_reading_is_forgotten() -> None:
    """A fleet's events do not fill the memory."""

    async def many() -> int:
        vm = Vm()
        await asyncio.gather(*(vm.event(vm=f"vm-{number}") for number in range(MOST_REMEMBERED + 1)))
        await vm.event(SKEW, vm="vm-0")
        await vm.event(SKEW, vm=f"vm-{MOST_REMEMBERED}")
        return vm.reads

    assert asyncio.run(many()) == MOST_REMEMBERED + 2
