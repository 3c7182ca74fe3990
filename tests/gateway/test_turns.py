"""Gatherings take turns, in the order in which they asked."""

import asyncio

import pytest

from asr.errors import Throttled
from asr.gateway.turns import ASKING_SECONDS, MOST_PRESENT, SHORTEST_ABSENCE, Turns


class Gathering:
    """One that has its turn until a test ends it."""

    def __init__(self, turns: Turns, name: str, order: list[str]) -> None:
        self.over = asyncio.Event()
        self._turns, self._name, self._order = turns, name, order
        self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        async with self._turns.turn(self._name):
            self._order.append(self._name)
            await self.over.wait()


async def settled() -> None:
    """Everybody has had his say."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_few_at_once_and_the_others_in_their_order() -> None:
    """Who leaves lets the next one in; a failure leaves, too."""

    async def work() -> None:
        order: list[str] = []
        turns = Turns(at_once=2)
        all_ = [Gathering(turns, name, order) for name in "abcd"]
        await settled()
        assert order == ["a", "b"]
        all_[1].task.cancel()
        await settled()
        assert order == ["a", "b", "c"]
        for one in all_:
            one.over.set()
        await asyncio.gather(*(one.task for one in all_), return_exceptions=True)
        assert order == ["a", "b", "c", "d"]

    asyncio.run(work())


def test_who_comes_when_too_many_wait_is_told_when_to_come_again() -> None:
    """And keeps his place: when he comes again, he goes before those who asked after him."""

    async def work() -> None:
        order: list[str] = []
        turns = Turns(at_once=1)
        first = [Gathering(turns, f"first-{number}", order) for number in range(MOST_PRESENT + 1)]
        await settled()
        early = Gathering(turns, "early", order)
        await settled()
        with pytest.raises(Throttled) as told:
            await early.task
        assert told.value.after_seconds >= 1
        first[0].over.set()
        await settled()
        late = Gathering(turns, "late", order)
        await settled()
        back = Gathering(turns, "early", order)
        await settled()
        with pytest.raises(Throttled):
            await late.task
        for one in (*first, back):
            one.over.set()
        await asyncio.gather(*(one.task for one in (*first, back)))
        assert order[-1] == "early"

    asyncio.run(work())


def test_nobody_is_told_to_stay_away_for_long() -> None:
    """A beginning may be slow without the rest being it; yet a crowd does not ask all the time."""

    async def work() -> None:
        order: list[str] = []
        turns = Turns(at_once=1)
        crowd = [Gathering(turns, str(number), order) for number in range(600)]
        await settled()
        away = [one.task.exception() for one in crowd if one.task.done()]
        pauses = [one.after_seconds for one in away if isinstance(one, Throttled)]
        assert len(pauses) == len(away) > 500
        assert max(pauses[:100]) <= SHORTEST_ABSENCE
        assert SHORTEST_ABSENCE < max(pauses) <= 600 * ASKING_SECONDS
        for one in crowd:
            one.over.set()
        await asyncio.gather(*(one.task for one in crowd), return_exceptions=True)

    asyncio.run(work())


def test_who_gives_up_waiting_leaves_no_gap() -> None:
    """His turn is the next one's."""

    async def work() -> None:
        order: list[str] = []
        turns = Turns(at_once=1)
        a, b, c = (Gathering(turns, name, order) for name in "abc")
        await settled()
        b.task.cancel()
        await settled()
        a.over.set()
        c.over.set()
        await asyncio.gather(a.task, c.task)
        assert order == ["a", "c"]

    asyncio.run(work())
