"""Gatherings take turns: as many at once as Azure can feed, the others in the order in which they asked.

If all of a burst read side by side, each would have half of what it needs when the permits are used up. So the first
are done first. Who will not have his turn soon is told when to come again; his place in the order is kept meanwhile.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

from asr.errors import Throttled

AT_ONCE = 16
"""Gatherings that read side by side, in all workers together."""

MOST_PRESENT = 8
"""Gatherings that wait in the process: each takes a place that other activities could have."""

PATIENCE_SECONDS = 5.0
"""How long a gathering waits in the process."""

FORGOTTEN_SECONDS = 60.0
"""A gathering that stays away so much longer than it was told to has lost its place."""

ASKING_SECONDS, SHORTEST_ABSENCE = 0.05, 10.0
"""Nobody is told to stay away longer than so many seconds for each that waits, or than the second of these.

What is expected of a beginning, when everything is loaded and read for the first time, is far too much for the rest of
a burst: who had believed it would sleep while nobody reads. So they ask again, all together twenty times a second.
"""

_FIRST_GUESS = 0.25
_REMEMBERED = 32
"""Gatherings that were over last: how long each took of all is how often one of them ended."""


class Turns:
    """The order of one session's gatherings."""

    def __init__(self, at_once: int = AT_ONCE, workers: Callable[[], int] = lambda: 1) -> None:
        """`workers` tells how many share what Azure can feed."""
        self._most = at_once
        self._workers = workers
        self._active = 0
        self._numbers = 0
        self._places: dict[str, tuple[int, float]] = {}
        self._present: dict[str, asyncio.Future[None]] = {}
        self._ended: deque[float] = deque(maxlen=_REMEMBERED)

    @property
    def crowd(self) -> int:
        """Gatherings that read or wait for their turn, those among them that were told to come again."""
        return self._active + len(self._places)

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Inside, it is this gathering's turn.

        Raises:
            Throttled: not now; the pause is how long it may take.
        """
        await self._enter(name)
        if self._active == 1 and not self._places:  # nobody read for a while; that is not how long one takes
            self._ended.clear()
        try:
            yield
        finally:
            self._ended.append(asyncio.get_running_loop().time())
            self._active -= 1
            self._let_in()

    def _seconds_each(self, now: float) -> float:
        """How often a turn has ended of late, as the seconds between two."""
        return (now - self._ended[0]) / len(self._ended) if self._ended else _FIRST_GUESS

    @property
    def _at_once(self) -> int:
        return max(self._most // self._workers(), 1)

    async def _enter(self, name: str) -> None:
        now = asyncio.get_running_loop().time()
        self._places = {one: place for one, place in self._places.items() if place[1] > now or one in self._present}
        number = self._places[name][0] if name in self._places else self._next_number()
        if self._active < self._at_once and not self._present:
            self._places.pop(name, None)
            self._active += 1
            return
        ahead = sum(place[0] < number for place in self._places.values())
        longest = max(len(self._places) * ASKING_SECONDS, SHORTEST_ABSENCE)
        expected = min(max((ahead + 1) * self._seconds_each(now), 1.0), longest)
        self._places[name] = number, now + expected + FORGOTTEN_SECONDS
        if expected > PATIENCE_SECONDS or name in self._present or not self._has_room_before(number):
            raise _later(name, expected)
        await self._wait(name, expected)

    def _has_room_before(self, number: int) -> bool:
        """Who asked last of those that wait here makes room for one who asked before him."""
        if len(self._present) < MOST_PRESENT:
            return True
        last = list(self._in_order())[-1:]
        if not last or self._places[last[0]][0] < number:
            return False
        self._present[last[0]].set_exception(_later(last[0], PATIENCE_SECONDS))
        return True

    async def _wait(self, name: str, expected: float) -> None:
        turn = self._present[name] = asyncio.get_running_loop().create_future()
        entered = False
        try:
            async with asyncio.timeout(2 * PATIENCE_SECONDS):
                await turn
            entered = True
        except TimeoutError:
            raise _later(name, expected) from None
        finally:
            del self._present[name]
            if not entered and turn.done() and not turn.cancelled() and turn.exception() is None:
                self._active -= 1
                self._let_in()
        del self._places[name]

    def _let_in(self) -> None:
        for name in self._in_order():
            if self._active >= self._at_once:
                return
            self._present[name].set_result(None)
            self._active += 1

    def _in_order(self) -> Iterator[str]:
        waiting = [name for name, turn in self._present.items() if not turn.done()]
        return iter(sorted(waiting, key=lambda name: self._places[name][0]))

    def _next_number(self) -> int:
        self._numbers += 1
        return self._numbers


def _later(name: str, seconds: float) -> Throttled:
    return Throttled(f"reading {name}", "other machines are read before it, as Azure's limits allow", seconds)
