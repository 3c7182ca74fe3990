"""Emulator and host as one child process that never outlives the demo."""

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from local.demo.deadline import Deadline
from local.demo.errors import NotStarted

_ROOT = Path(__file__).resolve().parents[2]
_GRACE_SECONDS = 15.0
_LAST_LINES = 25


@dataclass(frozen=True, slots=True)
class Addresses:
    """What `python -m local up` prints when it is ready: two URLs, a key for every function, a subscription id."""

    arm: str
    host: str
    key: str
    subscription: str


class LocalAzure:
    """Runs `python -m local up`. As a context it is started, and ended in every case.

    Args:
        world: the name of the world to begin with.
        pace: how quickly the emulated Azure works.
        deadline: until when it must be ready.
    """

    def __init__(self, world: str, pace: str, deadline: Deadline) -> None:
        self._command = [sys.executable, "-m", "local", "--with-parent", "up", "--world", world, "--pace", pace]
        self._command += ["--emulator-port", "0", "--host-port", "0"]
        self._deadline = deadline
        self._log = Path(tempfile.mkdtemp(prefix="asr-demo-")) / "local-azure.log"
        self._log_is_kept = False

    def __enter__(self) -> Self:
        # A process group of its own: Ctrl-C at the terminal is for the demo, which then ends the child in order.
        with self._log.open("wb") as log:
            self._child = subprocess.Popen(  # noqa: S603 the command is our own
                self._command,
                cwd=_ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._child.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(_GRACE_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe:
                    pipe.close()
            if not self._log_is_kept:
                shutil.rmtree(self._log.parent)

    def addresses(self) -> Addresses:
        """Wait until it is ready.

        Raises:
            NotStarted: it ended, printed something else, or is not ready in time.
            Interrupted: the end was asked for.
        """
        line = self._first_line()
        if not line:
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(_GRACE_SECONDS)
            self.alive()
        try:
            ready = json.loads(line)
            return Addresses(ready["arm"], ready["host"], ready["key"], ready["subscription"])
        except (ValueError, LookupError, TypeError) as error:
            raise NotStarted("the local Azure did not say where it answers") from error

    def alive(self) -> None:
        """Make sure that it still runs.

        Raises:
            NotStarted: it ended.
        """
        if self._child.poll() is not None:
            raise NotStarted(f"the local Azure ended with exit code {self._child.returncode}")

    def last_words(self) -> str:
        """The end of its standard error."""
        with self._log.open(encoding="utf-8", errors="replace") as log:
            return "".join(deque((line for line in log if line.strip()), maxlen=_LAST_LINES)).rstrip()

    def keep_log(self) -> Path:
        """The file with the standard error of emulator, host and worker; unless asked for it ends with them."""
        self._log_is_kept = True
        return self._log

    def _first_line(self) -> bytes:
        """Its first line of output, empty if it ended without one."""
        out = self._child.stdout
        if out is None:
            return b""
        with selectors.DefaultSelector() as ready:
            ready.register(out, selectors.EVENT_READ)
            ready.register(self._deadline.stopping, selectors.EVENT_READ)
            if not ready.select(self._deadline.left):
                raise NotStarted(f"the local Azure was not ready after {self._deadline.seconds:.0f} s")
        self._deadline.pause()
        return out.readline()
