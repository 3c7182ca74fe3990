"""The emulator's clock: real time, which a test can move forward."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_FURTHEST = timedelta(days=365 * 5000)
"""Ahead of real time; the calendar of `datetime` has not many more years."""


class Clock:
    """Real time plus an offset; while the timeline runs a step, the moment that step was due."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._pinned: datetime | None = None

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

    @contextmanager
    def pinned(self, moment: datetime) -> Iterator[None]:
        """Hold the clock at `moment`, so that a step run late still writes the time at which it was due."""
        self._pinned, before = moment, self._pinned
        try:
            yield
        finally:
            self._pinned = before
