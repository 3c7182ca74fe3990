"""What has to go out over the network: handlers put messages in, a worker sends them (a transactional outbox)."""

import asyncio
from dataclasses import dataclass
from itertools import count

from local.emulator.arm.persistence import DirtyKeys
from local.emulator.arm.wire import JsonObject


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One thing to send.

    Attributes:
        number: its place in the order of arrival.
        kind: what the worker has to do.
        content: what it needs to know, as JSON.
    """

    number: int
    kind: str
    content: JsonObject


class Outbox:
    """Messages in the order in which they were put in. A message stays until it is acknowledged: at least once."""

    collection = "messages"

    def __init__(self) -> None:
        self.dirty = DirtyKeys()
        self._messages: dict[int, OutboxMessage] = {}
        self._waiting: list[int] = []
        self._numbers = count()
        self._changed = asyncio.Event()

    def put(self, kind: str, content: JsonObject) -> None:
        """Put a message in."""
        self._keep(OutboxMessage(next(self._numbers), kind, content))

    def _keep(self, message: OutboxMessage) -> None:
        self._messages[message.number] = message
        self._waiting.append(message.number)
        self.dirty.mark(str(message.number))
        self._changed.set()

    async def take(self) -> OutboxMessage:
        """Wait for a message and take it; it is in the outbox until `acknowledge`."""
        while not self._waiting:
            self._changed = asyncio.Event()
            await self._changed.wait()
        return self._messages[self._waiting.pop(0)]

    def acknowledge(self, message: OutboxMessage) -> None:
        """Note that a message has been dealt with."""
        self._messages.pop(message.number, None)
        self.dirty.mark(str(message.number))

    def count_of(self, kind: str) -> int:
        """Return how many messages of this kind are waiting or on their way."""
        return sum(message.kind == kind for message in self._messages.values())

    def clear(self) -> None:
        """Throw every message away."""
        self.dirty.mark(*map(str, self._messages))
        self._messages.clear()
        self._waiting.clear()

    def document(self, key: str) -> JsonObject | None:
        """Return the message with this key as JSON, or None when it has been dealt with."""
        message = self._messages.get(int(key))
        return {"kind": message.kind, "content": message.content} if message else None

    def restore(self, key: str, document: JsonObject) -> None:
        """Take back a message that was written down. It may have arrived already: delivery is at least once."""
        self._keep(OutboxMessage(int(key), document["kind"], document["content"]))
        self._numbers = count(int(key) + 1)
