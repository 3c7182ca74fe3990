"""Being asked for the end by a signal."""

import os
import select
import signal
from types import FrameType
from typing import Self


class StopRequest:
    """Remembers that a signal asked for the end.

    A `threading.Event` would not do: a signal handler runs in the main thread, which holds the event's own lock
    whenever it is just about to wait for it, and would then wait for itself.

    An exception, as Python raises it for Ctrl-C by itself, would not do either: raised inside a destructor or a weak
    reference's callback it is printed and forgotten, and the command goes on.

    Attributes:
        signal: the number of the signal that asked first; None while none has.
    """

    def __init__(self) -> None:
        """Nobody has asked yet."""
        self._reader, self._writer = os.pipe()
        self.signal: int | None = None

    @classmethod
    def by_signals(cls) -> Self:
        """A request that SIGINT and SIGTERM make."""
        request = cls()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, request._signalled)
        return request

    def fileno(self) -> int:
        """A descriptor that is readable once the end has been asked for; for waiting for something else, too."""
        return self._reader

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        self.signal = self.signal or number
        os.write(self._writer, b".")

    def wait(self, seconds: float) -> bool:
        """Whether the end has been asked for, within `seconds`."""
        return bool(select.select([self._reader], [], [], seconds)[0])

    def is_set(self) -> bool:
        """Whether the end has been asked for."""
        return self.wait(0)
