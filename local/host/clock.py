"""What time it is for the task hub and the timer triggers: real time, or that of a clock that can be moved forward.

One clock for the process: the engine of the task hub has no other way to be told the time.
"""

import json
import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from local.host.jsonfile import ConfigurationError

logger = logging.getLogger(__name__)

SETTING = "ASR_CLOCK_URL"
"""The app setting that names the clock to follow: `GET` answers `{"offset_s": seconds ahead of real time}`."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ANSWER_SECONDS = 40.0
_RETRY_SECONDS = 0.5

_offset = timedelta()
_moved: set[Callable[[], None]] = set()


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC) + _offset


def on_move(callback: Callable[[], None]) -> Callable[[], None]:
    """Call back, on any thread, whenever the clock was moved; what is returned ends that."""
    _moved.add(callback)
    return lambda: _moved.discard(callback)


class Follower:
    """Keeps this process's clock at that of a URL, on a thread of its own."""

    def __init__(self, url: str) -> None:
        """Describe the clock; `start` begins to follow it.

        Raises:
            ConfigurationError: the URL is not one of this machine.
        """
        if urlsplit(url).scheme not in ("http", "https") or urlsplit(url).hostname not in _LOOPBACK:
            raise ConfigurationError(f"{SETTING} is '{url}'; only a clock on this machine is followed")
        self._url = url
        self._stopped = threading.Event()

    def start(self) -> None:
        """Take the clock's time, then follow it."""
        self._take(None)
        threading.Thread(target=self._run, name="clock", daemon=True).start()

    def stop(self) -> None:
        """Follow no longer, and go back to real time."""
        self._stopped.set()
        _set(0.0)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._take(_offset.total_seconds())

    def _take(self, known: float | None) -> None:
        """Ask once; the answer to a known offset comes when it is another one, or after a while."""
        url = self._url if known is None else f"{self._url}?after={known!r}"
        try:
            with urllib.request.urlopen(url, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310 - loopback http, checked
                offset = float(json.load(answer)["offset_s"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            if not self._stopped.wait(_RETRY_SECONDS):
                logger.debug("The clock at %s does not answer: %s", self._url, error)
            return
        if not self._stopped.is_set():
            _set(offset)


def _set(offset_seconds: float) -> None:
    global _offset  # noqa: PLW0603 - the process has one clock
    offset = timedelta(seconds=offset_seconds)
    if offset == _offset:
        return
    _offset = offset
    for callback in tuple(_moved):
        callback()
