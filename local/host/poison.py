"""Tells the work item that kills its worker from those that merely ran beside it."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

# A suspect that has lived this long lets the next one in: it may be innocent and long.
TRIAL_SECONDS = 1.0
# Items that were lost together come back one after the other; all of them are heard before one is chosen.
_GATHER_SECONDS = 0.02


class PoisonSearch:
    """Starts suspects one at a time: the one with the most losses first, then the one that was started last.

    Every item in flight is lost when a worker dies, so losses alone do not tell the guilty. Started alone, the
    guilty one reaches the limit by itself while the others wait.
    """

    def __init__(self, worker_ready: Callable[[], Awaitable[object]]) -> None:
        """No suspects.

        Args:
            worker_ready: returns when there is a worker; a trial's time begins then, not while one starts.
        """
        self._worker_ready = worker_ready
        self._waiting: list[tuple[int, int, asyncio.Event]] = []
        self._order = itertools.count()
        self._occupied = False

    @asynccontextmanager
    async def trial(self, losses: int) -> AsyncIterator[None]:
        """Wait for the turn of an item that was lost `losses` times, and keep the others out for a while."""
        admitted = asyncio.Event()
        place = (-losses, -next(self._order), admitted)
        heapq.heappush(self._waiting, place)
        self._choose_soon()
        try:
            await admitted.wait()
            await self._worker_ready()
        except asyncio.CancelledError:
            self._give_up(place)
            raise
        lapse = asyncio.get_running_loop().call_later(TRIAL_SECONDS, self._vacate)
        try:
            yield
        finally:
            # After its time the place belongs to somebody else already.
            if not lapse.cancelled() and lapse.when() > asyncio.get_running_loop().time():
                lapse.cancel()
                self._vacate()

    def _give_up(self, place: tuple[int, int, asyncio.Event]) -> None:
        if place in self._waiting:
            self._waiting.remove(place)
            heapq.heapify(self._waiting)
        else:
            self._vacate()

    def _vacate(self) -> None:
        self._occupied = False
        self._choose_soon()

    def _choose_soon(self) -> None:
        asyncio.get_running_loop().call_later(_GATHER_SECONDS, self._choose)

    def _choose(self) -> None:
        if self._waiting and not self._occupied:
            self._occupied = True
            heapq.heappop(self._waiting)[2].set()
