"""The emulator's clock: real time, which a test can move forward."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

_FURTHEST = timedelta(days=365 * 5000)
"""Ahead of real time; the calendar of `datetime` has not many more years."""


_FOLLOWED_S = 20.0
"""How long who follows the clock waits for an answer at the most."""


class Clock:
    """Real time plus an offset; while the timeline runs a step, the moment that step was due."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._pinned: datetime | None = None
        self._watchers: set[Callable[[], None]] = set()

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return self._pinned or datetime.now(UTC) + self._offset

    @property
    def offset_s(self) -> float:
        """How many seconds the clock is ahead of real time."""
        return self._offset.total_seconds()

    def advance(self, seconds: float) -> None:
        """Move the clock forward by `seconds`, which must not be negative: time does not run back.

        Raises:
            ValueError: they are negative, or the calendar would end.
        """
        if seconds < 0:
            raise ValueError(f"seconds: {seconds} is negative; the clock only moves forward")
        offset = self._offset + timedelta(seconds=seconds)
        if offset > _FURTHEST:
            raise ValueError(f"advance_s: {seconds}; the calendar would end; reset the emulator or write less")
        self._offset = offset
        for watcher in tuple(self._watchers):
            watcher()

    async def followed(self, query: str, gone: Awaitable[object]) -> None:
        """Return when who follows the clock is owed an answer: it is ahead by another offset than `after` of the query.

        Also after a while, at once without `after`, and when he is gone.
        """
        try:
            known = float(parse_qs(query).get("after", [""])[0])
        except ValueError:
            known = math.nan
        loop, moved, left = asyncio.get_running_loop(), asyncio.Event(), asyncio.ensure_future(gone)

        def watcher() -> None:
            loop.call_soon_threadsafe(moved.set)

        waiting = asyncio.ensure_future(moved.wait())
        self._watchers.add(watcher)
        try:
            if self.offset_s == known:
                await asyncio.wait({waiting, left}, timeout=_FOLLOWED_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._watchers.discard(watcher)
            waiting.cancel()
            left.cancel()

    @contextmanager
    def pinned(self, moment: datetime) -> Iterator[None]:
        """Hold the clock at `moment`, so that a step run late still writes the time at which it was due."""
        self._pinned, before = moment, self._pinned
        try:
            yield
        finally:
            self._pinned = before
