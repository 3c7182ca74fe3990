"""Whether a VM asks for protection: what a trigger has to know before an event leaves a trace. One request a burst."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from weakref import WeakKeyDictionary

from asr.errors import AutoprotectError
from asr.gateway.clock import now
from asr.gateway.session import Azure
from asr.model.resource_id import key
from asr.services.decide import hand_machine
from asr.services.known import standing_choices
from asr.services.requested import request_of

GATHERING_SECONDS = 0.25
"""How long a first event waits for others about the same VM before the VM is read for all of them."""

TOLD_FOR = timedelta(seconds=10)
"""How long an answer serves events that tell of older things: those of one change arrive one after another."""

SKEW = timedelta(seconds=2)
"""How far Azure's clock and this one may be apart."""

MOST_REMEMBERED = 500
"""VMs whose answers are remembered; the oldest goes first."""


class Reading:
    """One reading of a VM for all events that come before it begins, or tell of what was done before it began."""

    def __init__(self, read: Callable[[], Awaitable[bool]], clock: Callable[[], Awaitable[datetime]]) -> None:
        self._read = read
        self._clock = clock
        self._began: datetime | None = None
        self.answer = asyncio.ensure_future(self._answer())

    def serves(self, happened: datetime | None, at: datetime) -> bool:
        """Whether it sees what had been done then, for who asks at this time. No guesses: no event may be lost."""
        if self._began is None:
            return True
        fresh = at - self._began <= TOLD_FOR
        return fresh and happened is not None and happened + SKEW <= self._began

    async def _answer(self) -> bool:
        await asyncio.sleep(GATHERING_SECONDS)
        self._began = await self._clock()
        return await self._read()


class Readings:
    """The latest reading of each VM."""

    def __init__(self, clock: Callable[[], Awaitable[datetime]]) -> None:
        self._clock = clock
        self._readings: dict[str, Reading] = {}

    async def answer(self, vm_id: str, happened: datetime | None, read: Callable[[], Awaitable[bool]]) -> bool:
        """What `read` answers, or answered a moment ago."""
        at = await self._clock()
        place = key(vm_id)
        reading = self._readings.get(place)
        if reading is None or not reading.serves(happened, at):
            self._readings.pop(place, None)
            reading = self._readings[place] = Reading(read, self._clock)
            if len(self._readings) > MOST_REMEMBERED:
                del self._readings[next(iter(self._readings))]
        return await asyncio.shield(reading.answer)


_readings: WeakKeyDictionary[Azure, Readings] = WeakKeyDictionary()


async def asks_for_protection(azure: Azure, vm_id: str, happened: datetime | None) -> bool:
    """Whether the VM's tags ask for protection, or a request by name that stands.

    `happened` is when what an event tells of was done, if it says.
    True also when that could not be found out: the run that follows waits for what Azure does not tell now. A VM that
    is gone asks for nothing.
    """

    async def read() -> bool:
        try:
            vm = await hand_machine(azure, vm_id)
        except AutoprotectError:
            return True
        if vm is None:
            return False
        return request_of(azure.settings, vm.tags).requested or await standing_choices(azure, vm_id) is not None

    readings = _readings.get(azure)
    if readings is None:
        readings = _readings[azure] = Readings(partial(now, azure.settings))
    return await readings.answer(vm_id, happened, read)
