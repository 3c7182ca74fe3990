"""One thread that wakes callers at their time, however many timers are pending."""

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from datetime import datetime

from local.host import clock

logger = logging.getLogger(__name__)

# Seconds; a timer may lie further ahead than a platform can wait at once.
_LONGEST_WAIT = 3600.0


class TimerQueue:
    """Calls functions back at times of the host's clock from a single thread.

    The in-memory engine starts a sleeping thread per durable timer; a thousand waiting orchestrations would cost a
    thousand threads.
    """

    def __init__(self) -> None:
        """Start the clock's thread; `stop` ends it."""
        self._condition = threading.Condition()
        self._pending: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="hub-timers", daemon=True)
        self._unfollow = clock.on_move(self._look_again)
        self._thread.start()

    def call_at(self, due: datetime, callback: Callable[[], None]) -> None:
        """Call `callback` once at `due` (aware; a time that has passed means at once)."""
        with self._condition:
            heapq.heappush(self._pending, (due, next(self._order), callback))
            self._condition.notify()

    def stop(self) -> None:
        """Drop what is pending and end the thread."""
        self._unfollow()
        with self._condition:
            self._stopped = True
            self._pending.clear()
            self._condition.notify()
        self._thread.join(timeout=5)

    def _look_again(self) -> None:
        with self._condition:
            self._condition.notify()

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
                wait = (self._pending[0][0] - clock.now()).total_seconds()
                if wait <= 0:
                    return heapq.heappop(self._pending)[2]
                self._condition.wait(min(wait, _LONGEST_WAIT))
            return None
