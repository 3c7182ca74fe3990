"""What has to go out over the network: handlers put letters in, a courier takes them away."""

import asyncio
from dataclasses import dataclass
from itertools import count

from local.emulator.arm.recorded import Touches
from local.emulator.arm.wire import JsonObject


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing to send.

    Attributes:
        number: its place in the order of arrival.
        kind: what the courier has to do.
        content: what it needs to know, as JSON.
    """

    number: int
    kind: str
    content: JsonObject


class Outbox:
    """Letters in the order in which they were put in. A letter stays until it is crossed off: at least once."""

    collection = "letters"

    def __init__(self) -> None:
        self.touches = Touches()
        self._letters: dict[int, Letter] = {}
        self._waiting: list[int] = []
        self._numbers = count()
        self._changed = asyncio.Event()

    def put(self, kind: str, content: JsonObject) -> None:
        """Put a letter in."""
        self._keep(Letter(next(self._numbers), kind, content))

    def _keep(self, letter: Letter) -> None:
        self._letters[letter.number] = letter
        self._waiting.append(letter.number)
        self.touches.note(str(letter.number))
        self._changed.set()

    async def wait(self) -> None:
        """Wait until there is a letter."""
        while not self._waiting:
            self._changed = asyncio.Event()
            await self._changed.wait()

    async def take(self) -> Letter:
        """Wait for a letter and take it; it is in the outbox until `cross_off`."""
        await self.wait()
        return self._letters[self._waiting.pop(0)]

    def cross_off(self, letter: Letter) -> None:
        """Note that the errand of a letter has been run."""
        self._letters.pop(letter.number, None)
        self.touches.note(str(letter.number))

    def count_of(self, kind: str) -> int:
        """Return how many letters of this kind are waiting or on their way."""
        return sum(letter.kind == kind for letter in self._letters.values())

    def clear(self) -> None:
        """Throw every letter away."""
        self.touches.note(*map(str, self._letters))
        self._letters.clear()
        self._waiting.clear()

    def document(self, key: str) -> JsonObject | None:
        """Return the letter with this key as JSON, or None when its errand has been run."""
        letter = self._letters.get(int(key))
        return {"kind": letter.kind, "content": letter.content} if letter else None

    def restore(self, key: str, document: JsonObject) -> None:
        """Take back a letter that was written down. It may have arrived already: delivery is at least once."""
        self._keep(Letter(int(key), document["kind"], document["content"]))
        self._numbers = count(int(key) + 1)
