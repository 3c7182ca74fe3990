"""What was read a moment ago and is asked again by the next VM: one request for all who ask in the meantime."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any
from weakref import WeakKeyDictionary

from asr.errors import Rejected
from asr.gateway.session import Azure

type _Kept = dict[Hashable, tuple[float, asyncio.Future[Any]]]

_kept: WeakKeyDictionary[Azure, _Kept] = WeakKeyDictionary()


async def recent[T](azure: Azure, key: Hashable, seconds: float, read: Callable[[], Awaitable[T]]) -> T:
    """What `read` answers, or what it answered for this key at most so many seconds ago.

    Who asks while it is being read waits for that answer. A refusal is an answer, too; a fault is not kept.
    """
    loop = asyncio.get_running_loop()
    kept = _kept.setdefault(azure, {})
    at, future = kept.get(key, (0.0, None))
    if future is None or loop.time() - at > seconds:
        future = asyncio.ensure_future(read())
        kept[key] = loop.time(), future
        future.add_done_callback(lambda done: _forget_fault(kept, key, done))
    answer: T = await asyncio.shield(future)
    return answer


def _forget_fault(kept: _Kept, key: Hashable, done: asyncio.Future[Any]) -> None:
    fault = done.cancelled() or not isinstance(done.exception(), Rejected | None)
    if fault and kept.get(key, (0.0, None))[1] is done:
        del kept[key]
