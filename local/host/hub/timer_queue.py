"""One thread that wakes callers at their time, however many timers are pending."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

logger = logging.getLogger(__name__)

# Seconds; a timer may lie further ahead than a platform can wait at once.
_LONGEST_WAIT = 3600.0


class TimerQueue:
    """Calls functions back at wall-clock times from a single thread.

    The in-memory engine starts a sleeping thread per durable timer; a thousand waiting orchestrations would cost a
    thousand threads.
    """

    def __init__(self) -> None:
        """Start the clock's thread; `stop` ends it."""
        self._condition = threading.Condition()
        self._pending: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="hub-timers", daemon=True)
        self._thread.start()

    def call_at(self, due: datetime, callback: Callable[[], None]) -> None:
        """Call `callback` once at `due` (aware; a time that has passed means at once)."""
        delay = max(0.0, (due - datetime.now(UTC)).total_seconds())
        with self._condition:
            heapq.heappush(self._pending, (time.monotonic() + delay, next(self._order), callback))
            self._condition.notify()

    def stop(self) -> None:
        """Drop what is pending and end the thread."""
        with self._condition:
            self._stopped = True
            self._pending.clear()
            self._condition.notify()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while (callback := self._next()) is not None:
            try:
                callback()
            except Exception:  # one broken callback must not stop every other timer of the hub
                logger.exception("A timer's callback failed")

    def _next(self) -> Callable[[], None] | None:
        with self._condition:
            while not self._stopped:
                if not self._pending:
                    self._condition.wait()
                    continue
                wait = self._pending[0][0] - time.monotonic()
                if wait <= 0:
                    return heapq.heappop(self._pending)[2]
                self._condition.wait(min(wait, _LONGEST_WAIT))
            return None
