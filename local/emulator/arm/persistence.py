"""What of the emulated Azure outlives its process: parts that can be written down one document at a time.

A part notes the key of whatever it hands out or changes. Since resources are changed in place, having been handed out
is all that is known at that moment; whoever writes the state down compares (see `local.emulator.state`).
"""

from collections.abc import Callable
from typing import Protocol

from local.emulator.arm.wire import JsonObject


class DirtyKeys:
    """The keys of what may have changed since somebody last asked; none as long as nobody watches."""

    def __init__(self) -> None:
        self._notice: Callable[[], None] | None = None
        self._keys: dict[str, None] = {}  # a dict, to keep the order of creation

    def watch(self, notice: Callable[[], None]) -> None:
        """Forget what was noted, note keys from now on and call `notice` whenever there are some."""
        self._keys.clear()
        self._notice = notice

    @property
    def watched(self) -> bool:
        """Whether anybody watches."""
        return self._notice is not None

    def mark(self, *keys: str) -> None:
        """Note that what has these keys may have changed, come or gone."""
        if self._notice and keys:
            self._keys |= dict.fromkeys(keys)
            self._notice()

    def mark_new(self, key: str) -> None:
        """Note that what has this key has come, after all others that were noted."""
        self._keys.pop(key, None)
        self.mark(key)

    def take(self) -> list[str]:
        """Return the noted keys, in the order in which they were noted, and forget them."""
        taken = list(self._keys)
        self._keys.clear()
        return taken


class PersistentPart(Protocol):
    """A part of the cloud that can be written down and read again.

    Attributes:
        collection: what its documents are called together.
        dirty: the keys of documents that may have changed.
    """

    collection: str
    dirty: DirtyKeys

    def document(self, key: str) -> JsonObject | None:
        """Return what has this key now as JSON, or None when it is gone."""

    def restore(self, key: str, document: JsonObject) -> None:
        """Take back what `document` returned for this key. Called in the order in which the keys were first written."""
