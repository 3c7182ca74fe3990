"""What the app may not read is not checked, but it is told."""

from collections.abc import Awaitable

from asr.errors import NotUnderstood, OutOfBounds, Rejected
from asr.gateway.resources import is_absence
from asr.model.preflight_facts import Unread


class Refusals:
    """Collects what was refused while other reads went on."""

    def __init__(self) -> None:
        self._found: dict[str, Unread] = {}

    async def tolerate[T](self, reading: Awaitable[tuple[T, ...]]) -> tuple[T, ...]:
        """What is read; nothing, if that is refused, or if what would hold it does not exist.

        What could not be understood, or leads astray, is no refusal, and nothing is decided in spite of it.

        Raises:
            NotUnderstood, OutOfBounds, TransientFault: as `reading`.
        """
        try:
            return await reading
        except (OutOfBounds, NotUnderstood):
            raise
        except Rejected as refusal:
            if not is_absence(refusal):
                self._found[refusal.request] = Unread(refusal.request, refusal.reason)
            return ()

    def found(self) -> tuple[Unread, ...]:
        """Everything that was refused, each request once."""
        return tuple(self._found.values())
