"""What time it is: the system's, or in a local Azure that of a clock that can be moved forward.

Orchestrations have their own durable time; everything else asks here, so that hours can be tried in seconds.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from time import monotonic, time
from typing import Any

from asr.settings import Settings

FRESH_SECONDS = 0.2
"""How long an answer of the local clock counts; a burst of calls asks it once."""

PATIENCE_SECONDS = 2.0
"""How long the local clock may take to answer; after that the last one known counts."""


async def now(settings: Settings) -> datetime:
    """The present moment in UTC, by the clock that the settings name."""
    return await _clock(settings.clock_url).now()


async def seconds(settings: Settings) -> float:
    """Seconds since some moment, for the length of pauses, by the clock that the settings name."""
    return await _clock(settings.clock_url).seconds()


def passed(settings: Settings) -> float:
    """The same by what is known of that clock without asking it: for the age of what was read."""
    return _clock(settings.clock_url).passed()


def epoch(settings: Settings) -> float:
    """Seconds since 1970 by what is known of that clock without asking it: for what several processes compare."""
    return _clock(settings.clock_url).epoch()


class Clock:
    """The present moment. `url` is the setting ASR_CLOCK_URL, empty in Azure: then nothing is asked of anybody."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._offset = timedelta()
        self._asked = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def now(self) -> datetime:
        """The present moment in UTC. A local clock that does not answer is taken to stand where it last stood."""
        if self._url and monotonic() - self._asked > FRESH_SECONDS:
            await self._ask()
        return datetime.now(UTC) + self._offset

    async def _ask(self) -> None:
        """Whoever comes while the clock is being asked waits for that answer: the last one may be long out of date."""
        asking = self._asking
        if asking is None or asking.done() or asking.get_loop() is not asyncio.get_running_loop():
            asking = self._asking = asyncio.ensure_future(self._learn())
        await asyncio.shield(asking)

    async def _learn(self) -> None:
        began = monotonic()
        self._offset = await self._ahead()
        self._asked = began

    async def _ahead(self) -> timedelta:
        import aiohttp  # noqa: PLC0415 - nothing of it is needed in Azure

        limit = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
        try:
            async with aiohttp.ClientSession(timeout=limit) as session, session.get(self._url) as answer:
                body: Any = json.loads(await answer.text())
                return timedelta(seconds=float(body["offset_s"]))
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError, OverflowError):
            return self._offset

    async def seconds(self) -> float:
        """Seconds that only ever grow, and that a local clock moves along: for pauses that Azure asked for."""
        await self.now()
        return self.passed()

    def passed(self) -> float:
        """The same as far as it is known without asking."""
        return monotonic() + self._offset.total_seconds()

    def epoch(self) -> float:
        """Seconds since 1970 as far as it is known without asking."""
        return time() + self._offset.total_seconds()


@cache
def _clock(url: str) -> Clock:
    """One for the process: whoever asks within a moment shares the answer."""
    return Clock(url)
