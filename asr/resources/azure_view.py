"""What of Azure was read, and what it would be if the writes of a plan had been made."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from asr.gateway.batches import together
from asr.gateway.session import Azure
from asr.model.resource_id import key


@dataclass(frozen=True, slots=True, eq=False)
class Query[T]:
    """One question to Azure about an id. `nothing` is the answer where what would hold the thing does not exist."""

    read: Callable[[Azure, str], Coroutine[Any, Any, T]]
    nothing: T


class AzureView:
    """Answers to questions, each asked of Azure at most once, with assumptions over them.

    A run makes a new view for every step, so it always sees Azure. A plan keeps one for all its VMs, so what
    the first VM would create is there for the second. With `seconds`, answers of others count that are not older,
    and those that the same gathering has read; see `asr.gateway.memory`. Steps that begin side by side read a list that
    they share once, if their views are `joint`.
    """

    def __init__(self, azure: Azure, seconds: float | None = None, *, joint: bool = False) -> None:
        self.azure = azure
        self._seconds = seconds
        self._joint = joint
        self._asked: dict[tuple[Query[Any], str], asyncio.Future[Any]] = {}
        self._new: set[str] = set()

    async def see[T](self, query: Query[T], id_: str) -> T:
        """The answer about this id.

        Raises:
            Rejected, TransientFault: Azure did not tell.
        """
        place = (query, key(id_))
        if place not in self._asked:
            if self._is_in_something_new(place[1]):
                return query.nothing
            self._asked[place] = asyncio.ensure_future(self._read(query, id_))
        return cast(T, await self._asked[place])

    async def see_made[T](self, query: Query[T | None], id_: str) -> T | None:
        """The answer about something that is there by all else that was seen: absence was read before it was made."""
        answer = await self.see(query, id_)
        if answer is None and self._seconds is not None:
            place = (query, key(id_))
            reading = self.azure.memory.reread(place, partial(query.read, self.azure, id_))
            self._asked[place] = asyncio.ensure_future(reading)
            answer = await self.see(query, id_)
        return answer

    async def _read[T](self, query: Query[T], id_: str) -> T:
        read = partial(query.read, self.azure, id_)
        if self._seconds is None:
            return await (together(self.azure, (query, key(id_)), read) if self._joint else read())
        return await self.azure.memory.recall((query, key(id_)), self._seconds, read)

    def assume[T](self, query: Query[T], id_: str, answer: T) -> None:
        """From now on this is the answer."""
        known: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        known.set_result(answer)
        self._asked[query, key(id_)] = known

    def assume_new(self, id_: str) -> None:
        """A resource group or vault is assumed to have been created: only what is assumed is in it."""
        self._new.add(key(id_))

    def _is_in_something_new(self, place: str) -> bool:
        return any(place == new or place.startswith(f"{new}/") for new in self._new)
