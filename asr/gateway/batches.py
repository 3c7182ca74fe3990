"""Questions of one kind that come at about the same time are asked as one."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from asr.gateway.session import Azure

TOGETHER_SECONDS = 0.05
"""How long who asks the first waits for others with the same question."""


@dataclass(slots=True)
class _Round[Key, T]:
    """One asking: what is asked about, which grows until it begins, and the answer."""

    keys: set[Key]
    answer: asyncio.Future[Mapping[str, T]]


class Batch[Key, T]:
    """Asks about all keys that come within `window` seconds at once, `most` of them, and once in `pause` seconds.

    `read` answers what it knows of them, by whatever names the answers have.
    """

    def __init__(
        self, read: Callable[[frozenset[Key]], Awaitable[Mapping[str, T]]], *, window: float, pause: float, most: int
    ) -> None:
        self._read = read
        self._window, self._pause, self._most = window, pause, most
        self._open: _Round[Key, T] | None = None
        self._next = 0.0

    async def ask(self, keys: Iterable[Key]) -> Mapping[str, T]:
        """What is known of these keys, and of others that were asked about at the same time.

        Raises:
            Exception: what `read` raises, for all who asked.
        """
        wanted = frozenset(keys)
        round_ = self._open
        if round_ is None or len(round_.keys | wanted) > self._most:
            round_ = self._open = self._round()
        round_.keys |= wanted
        return await asyncio.shield(round_.answer)

    def _round(self) -> _Round[Key, T]:
        keys: set[Key] = set()
        return _Round(keys, asyncio.ensure_future(self._asked(keys)))

    async def _asked(self, keys: set[Key]) -> Mapping[str, T]:
        now = asyncio.get_running_loop().time()
        begin = max(now + self._window, self._next)
        self._next = begin + self._pause
        await asyncio.sleep(begin - now)
        if self._open is not None and self._open.keys is keys:
            self._open = None
        return await self._read(frozenset(keys))


_together: WeakKeyDictionary[Azure, dict[Hashable, asyncio.Future[Any]]] = WeakKeyDictionary()


async def together[T](azure: Azure, question: Hashable, read: Callable[[], Awaitable[T]]) -> T:
    """What `read` answers now, for all who ask this at about the same time: nobody gets what was read before he asked.

    Raises:
        Rejected, TransientFault: as `read`.
    """
    pending = _together.setdefault(azure, {})

    async def soon() -> T:
        await asyncio.sleep(TOGETHER_SECONDS)
        del pending[question]
        return await read()

    if question not in pending:
        pending[question] = asyncio.ensure_future(soon())
    told: T = await asyncio.shield(pending[question])
    return told
