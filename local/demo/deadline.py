"""The time that is left, unless somebody asks for the end before."""

import time
from dataclasses import dataclass, field

from local.children import StopRequest
from local.demo.errors import Interrupted


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many seconds from the moment it is made.

    Attributes:
        seconds: how many.
        stopping: who may ask for the end before.
        started: when it was made, on the monotonic clock.
    """

    seconds: float
    stopping: StopRequest
    started: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        """Seconds until the end, never below zero."""
        return max(0.0, self.seconds - self.elapsed)

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.left == 0.0

    def pause(self, seconds: float = 0.0) -> None:
        """Wait so many seconds, but no longer than is left.

        Raises:
            Interrupted: the end was asked for.
        """
        if self.stopping.wait(min(seconds, self.left)):
            raise Interrupted
