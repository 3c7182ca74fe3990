"""Token buckets as Azure Resource Manager keeps them, as far as they can be known from outside.

A bucket is what is left of a limit by our own count, corrected by what each answer says is left. Nobody takes from an
empty one: he waits, the most urgent first, or hears at once when his turn will come. Where several workers share a
limit, each takes only what it was allowed to.
Source: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
"""

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from asr.gateway.allowance import Allowance
from asr.gateway.limits import RESERVED, SHARE, Limit


class Later(Exception):
    """There will be no permit within the patience of who asked; perhaps after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"{seconds:.1f} s")


FRESH_SECONDS = 1.5
"""How long Azure's word on what is left is one that others may be told."""


class Bucket:
    """One limit of one subscription."""

    def __init__(self, limit: Limit, clock: Callable[[], float], allowance: Allowance | None = None) -> None:
        """`clock` tells the seconds in which Azure refills it and measures the pauses that it asks for.

        Without an allowance nobody shares it.
        """
        self._allowance = allowance
        self._told_at = float("-inf")
        self._limit = limit
        self._clock = clock
        self._left = float(limit.capacity)
        self._at = clock()
        self._closed_until = self._at
        self._under_way = 0
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, rank: int, patience: float) -> None:
        """One permit; whoever waits with a lower rank goes first.

        Raises:
            Later: none will be free within so many seconds.
        """
        self._refill()
        if not self._waiting and self._is_open() and self._is_allowed():
            self._grant()
            return
        expected = self._expected(rank)
        if expected > patience:
            raise Later(expected)
        turn = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (rank, next(self._numbers), turn))
        self._wake()
        granted = False
        try:
            async with asyncio.timeout(2 * patience):
                await turn
            granted = True
        except TimeoutError:
            raise Later(self._expected(rank)) from None
        finally:
            if not granted and turn.done() and not turn.cancelled():
                self._left, self._under_way = self._left + 1, self._under_way - 1
                if self._allowance is not None:
                    self._allowance.give_back()
            turn.cancel()

    def answered(self, left: int | None, pause: float | None = None) -> None:
        """A request that had a permit was answered: Azure says how many are left, or asks for a pause in seconds."""
        self._refill()
        self._under_way -= 1
        if left is not None:
            self._left = float(left - self._under_way)
            self._told_at = self._at
        if pause is not None:
            self._left = min(self._left, 0.0)
            self.close(pause)
        self._wake()

    def close(self, seconds: float) -> None:
        """Nobody gets a permit for so long: Azure has asked this worker, or another one."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)

    def _refill(self) -> None:
        now = self._clock()
        if now < self._at:  # a local clock was set back: what it measured means nothing any more
            self._closed_until = now
        gained = (now - self._at) * self._limit.per_second * SHARE
        self._left = max(self._left, min(self._left + gained, self._limit.capacity))
        self._at = now

    def _is_open(self) -> bool:
        return self._left >= 1 + RESERVED and self._at >= self._closed_until

    def _is_allowed(self) -> bool:
        return self._allowance is None or self._allowance.has()

    def _grant(self) -> None:
        self._left -= 1
        self._under_way += 1
        if self._allowance is not None:
            self._allowance.take()

    def _expected(self, rank: int) -> float:
        """Seconds until one of this rank would have a permit, if nobody more urgent came."""
        ahead = sum(other <= rank for other, _, turn in self._waiting if not turn.done())
        return self._seconds_until(ahead + 1)

    def _seconds_until(self, permits: int) -> float:
        missing = max(permits + RESERVED - self._left, 0.0)
        sharing = self._allowance.workers if self._allowance is not None else 1
        return max(missing * sharing / (self._limit.per_second * SHARE), self._closed_until - self._at)

    def _wake(self) -> None:
        """Let in whoever waits and may; for the next one come back when it is time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._refill()
        while self._waiting:
            rank, _, turn = self._waiting[0]
            if not turn.done():
                if not (self._is_open() and self._is_allowed()):
                    self._wait(self._ask(rank) if self._is_open() else self._seconds_until(1))
                    return
                self._grant()
                turn.set_result(None)
            heappop(self._waiting)

    def _ask(self, rank: int) -> float | None:
        """Ask for more than is allowed; seconds to wait, or None if somebody will call."""
        if self._allowance is None:
            return self._seconds_until(1)
        waiting = sum(not turn.done() for _, _, turn in self._waiting)
        known = self._left if self._at - self._told_at <= FRESH_SECONDS else None
        return self._allowance.ask(waiting, rank, known, self._wake)

    def _wait(self, seconds: float | None) -> None:
        if seconds is not None:
            self._timer = asyncio.get_running_loop().call_later(max(seconds, 0.005), self._wake)
