"""The one way in which anything starts a local Azure: its parts, or the whole, as child processes.

with up("--world", "east-asia", "--pace", "instant") as azure:
    httpx.get(f"{azure.ready['arm']}/subscriptions", ...)
"""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from local import forking
from local.stopping import StopRequest

ROOT = Path(__file__).resolve().parents[1]
READY_SECONDS = 90.0
_STOP_SECONDS = 20.0


type Process = subprocess.Popen[str] | forking.Forked
"""A part's process: one of its own, or one that a fork server made."""


class StackError(Exception):
    """A part could not be started or ended by itself; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part that runs: `emulator`, `host`, or `up`, which is both.

    Attributes:
        ready: what it said when it was ready: `arm`, `subscription`, `host`, `key`, `authority`, as far as it has them.
        process: it itself.
    """

    name: str
    ready: dict[str, str]
    process: Process

    def check(self) -> None:
        """Make sure that it still runs.

        Raises:
            StackError: it has ended.
        """
        if (status := self.process.poll()) is not None:
            raise StackError(f"the {self.name} ended by itself with exit status {status}")


def up(
    *options: str,
    settings: Mapping[str, str] | None = None,
    log: IO[bytes] | None = None,
    stopping: StopRequest | None = None,
) -> AbstractContextManager[Part]:
    """A whole local Azure with the app in it: `python -m local up` with these options, on any free ports, in `ROOT`.

    Args:
        options: of the command.
        settings: added to the environment, which wins over the app's settings file.
        log: where standard error goes; by default where that of this process goes.
        stopping: who may ask for the end while it starts.
    """
    free = ("--emulator-port", "0", "--host-port", "0")
    return part(
        "up", *free, *options, environment=os.environ | dict(settings or {}), folder=ROOT, log=log, stopping=stopping
    )


@contextmanager
def part(
    name: str,
    *options: str,
    environment: Mapping[str, str],
    folder: Path | None = None,
    log: IO[bytes] | None = None,
    stopping: StopRequest | None = None,
    ready_seconds: float = READY_SECONDS,
) -> Iterator[Part]:
    """Run `python -m local NAME` from its first line on standard output until the context ends.

    It never outlives this process: it notices that its standard input has closed. A world of thousands of machines
    takes the emulator more than the usual seconds until it is ready.

    Raises:
        StackError: it ended, or said nothing in time, or the end was asked for first.
    """
    with _process(["--with-parent", name, *options], environment, folder, log) as process:
        try:
            yield Part(name, _first_line(name, process, stopping, ready_seconds), process)
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def _process(
    arguments: list[str], environment: Mapping[str, str], folder: Path | None, log: IO[bytes] | None
) -> Iterator[Process]:
    if forking.wanted(environment):
        errors = log.fileno() if log else sys.stderr.fileno()
        forked = forking.fork("local", arguments, environment, folder, errors=errors, piped=True)
        try:
            yield forked
        finally:
            forked.wait()
            forked.close()
        return
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "local", *arguments],
        cwd=folder,
        # What it starts is like it.
        env={name: value for name, value in environment.items() if name != forking.VARIABLE},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        # Ctrl-C reaches every process of the terminal's group; a child ends when its parent says so.
        process_group=0,
    ) as process:
        yield process


def _first_line(name: str, process: Process, stopping: StopRequest | None, seconds: float) -> dict[str, str]:
    out = cast("IO[str]", process.stdout)
    heard, _, _ = select.select([out.fileno(), *([stopping.fileno()] if stopping else [])], [], [], seconds)
    if out.fileno() not in heard:
        reason = "the end was asked for" if heard else f"nothing was heard of it in {seconds:g} s"
        raise StackError(f"the {name} did not start: {reason}")
    if not (line := out.readline()):
        # It has closed its standard output, which is about the last thing that it does.
        raise StackError(f"the {name} did not start (exit status {_status(process)}); its log says why")
    ready: dict[str, str] = json.loads(line)
    return ready


def _status(process: Process) -> int | None:
    try:
        return process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        return None
