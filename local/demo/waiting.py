"""Waiting for what the app and Azure do: looks at intervals, to a deadline, while the local Azure lives."""

import time
from collections.abc import Callable, Iterator

from local.demo.operator import DemoError
from local.stack import Part
from local.stopping import StopRequest

_BETWEEN_LOOKS_SECONDS = 1.0
"""Each look makes the app read Azure, so it is no shorter than an eye needs."""


class Interrupted(Exception):
    """A signal asked for the end: nothing failed."""


class Waiting:
    """How the demo waits.

    Args:
        azure: the local Azure with the app, which must live.
        stopping: what a signal asks for.
        deadline: the seconds that one act of the story may take.
    """

    def __init__(self, azure: Part, stopping: StopRequest, deadline: float) -> None:
        self._azure = azure
        self._stopping = stopping
        self._deadline = deadline

    def rounds(self, stuck: Callable[[], str]) -> Iterator[float]:
        """The seconds since the first round, once for each look that is due; `stuck` tells what is not done.

        Raises:
            DemoError: time is up.
            Interrupted: the end was asked for.
            StackError: the local Azure has ended.
        """
        began = time.monotonic()
        while time.monotonic() - began <= self._deadline:
            if self._stopping.wait(_BETWEEN_LOOKS_SECONDS):
                raise Interrupted
            self._azure.check()
            yield time.monotonic() - began
        raise DemoError(f"not done after {self._deadline:.0f} s:{stuck()}")
