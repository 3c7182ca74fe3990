"""Child processes of a foreground command: started, awaited, watched, and ended with it."""

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Self

_READY_SECONDS = 90.0
_STOP_SECONDS = 10.0


class ChildError(Exception):
    """A child could not be started or ended by itself; the message is the reason."""


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

    def make(self) -> None:
        """Ask for the end; safe in a signal handler."""
        os.write(self._writer, b".")

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        self.signal = self.signal or number
        self.make()

    def wait(self, seconds: float) -> bool:
        """Whether the end has been asked for, within `seconds`."""
        return bool(select.select([self._reader], [], [], seconds)[0])

    def is_set(self) -> bool:
        """Whether the end has been asked for."""
        return self.wait(0)


@dataclass(frozen=True, slots=True)
class Child:
    """A part that runs.

    Attributes:
        ready: what it said when it was ready.
    """

    name: str
    running: subprocess.Popen[str]
    ready: dict[str, str]


@contextmanager
def child(name: str, options: Sequence[str], environment: Mapping[str, str], stopping: StopRequest) -> Iterator[Child]:
    """Run `python -m local NAME` from its first line on standard output until the context ends.

    Raises:
        ChildError: it ended, or said nothing in time, or the end was asked for first.
    """
    command = [sys.executable, "-m", "local", "--with-parent", name, *options]
    with subprocess.Popen(  # noqa: S603 - our own module
        command,
        env=dict(environment),
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
        # Ctrl-C reaches every process of the terminal's group; a child ends when its parent says so.
        process_group=0,
    ) as running:
        try:
            yield Child(name, running, _ready_line(name, running, stopping))
        finally:
            running.terminate()
            try:
                running.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                running.kill()


def watch(children: Sequence[Child], stopping: StopRequest) -> None:
    """Return when the end is asked for.

    Raises:
        ChildError: a child ended before.
    """
    while not stopping.wait(0.2):
        for one in children:
            if one.running.poll() is not None:
                raise ChildError(f"the {one.name} ended by itself with exit status {one.running.returncode}")


def _ready_line(name: str, running: subprocess.Popen[str], stopping: StopRequest) -> dict[str, str]:
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.append(running.stdout.readline() if running.stdout else ""))
    reader.daemon = True
    reader.start()
    deadline = time.monotonic() + _READY_SECONDS
    while not lines and time.monotonic() < deadline and not stopping.is_set():
        reader.join(timeout=0.05)
    if not lines:
        reason = "the end was asked for" if stopping.is_set() else f"nothing was heard of it in {_READY_SECONDS:g} s"
        raise ChildError(f"the {name} did not start: {reason}")
    if not lines[0]:
        # It has closed its standard output, which is about the last thing that it does.
        raise ChildError(f"the {name} did not start (exit status {_status(running)}); its reason is above")
    ready: dict[str, str] = json.loads(lines[0])
    return ready


def _status(ending: subprocess.Popen[str]) -> int | None:
    try:
        return ending.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        return None
