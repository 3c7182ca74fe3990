"""What has to go out over the network: handlers put letters in, a courier takes them away."""

import asyncio
from collections import deque
from dataclasses import dataclass

from local.emulator.arm.wire import JsonObject


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing to send.

    Attributes:
        kind: what the courier has to do.
        content: what it needs to know, as JSON.
    """

    kind: str
    content: JsonObject


class Outbox:
    """Letters in the order in which they were put in."""

    def __init__(self) -> None:
        self._letters: deque[Letter] = deque()
        self._changed = asyncio.Event()

    def put(self, kind: str, content: JsonObject) -> None:
        """Put a letter in."""
        self._letters.append(Letter(kind, content))
        self._changed.set()

    async def wait(self) -> None:
        """Wait until there is a letter."""
        while not self._letters:
            self._changed = asyncio.Event()
            await self._changed.wait()

    async def take(self) -> Letter:
        """Wait for a letter and take it out."""
        await self.wait()
        return self._letters.popleft()

    def __len__(self) -> int:
        return len(self._letters)

    def clear(self) -> None:
        """Throw every letter away."""
        self._letters.clear()
