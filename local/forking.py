"""Processes forked from a server that has already imported what they run.

A local Azure is four processes, and most of the time until it is ready is spent on importing. Who starts many of them,
as the tests do, keeps a server that has imported everything once and names its socket in LOCAL_FORK_SERVER; the
processes that come of it start theirs in the same way. Without that variable every process starts from nothing.
"""

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

VARIABLE = "LOCAL_FORK_SERVER"
"""The environment variable with the path of the server's socket."""

DESCRIPTORS = 8
"""How many descriptors a request has at most."""
LENGTH = 4
"""Bytes of a number on the wire."""


_TRUST = "SSL_CERT_FILE"


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether a process with this environment is to be forked.

    One that trusts other certificates than this process is not: packages read which ones while they are imported.
    """
    return VARIABLE in environment and environment.get(_TRUST) == os.environ.get(_TRUST)


class Forked:
    """A running child, with what this project uses of `subprocess.Popen`.

    Attributes:
        pid: its process id.
        stdin: what leads to its standard input, when that is a pipe.
        stdout: where its standard output is read, when that is a pipe.
    """

    def __init__(self, server: socket.socket, stdin: IO[str] | None, stdout: IO[str] | None) -> None:
        """Own what the server was just asked for; it answers with the process id, and with the status at the end."""
        self._server = server
        self.stdin = stdin
        self.stdout = stdout
        self._status: int | None = None
        self.pid = _number(server)

    @property
    def returncode(self) -> int | None:
        """The exit status, minus the signal's number when one ended it; None while it runs."""
        if self._status is None and select.select([self._server], [], [], 0)[0]:
            self._status = _number(self._server)
        return self._status

    def poll(self) -> int | None:
        """The exit status; None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, once it is known.

        Raises:
            subprocess.TimeoutExpired: not within so many seconds.
        """
        if self._status is None and not select.select([self._server], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return self.returncode or 0

    async def ended(self) -> int:
        """The exit status, once it is known; the loop goes on meanwhile."""
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(self._server, over.set)
        try:
            while self.returncode is None:
                await over.wait()
        finally:
            loop.remove_reader(self._server)
        return self.wait()

    def terminate(self) -> None:
        """Ask it to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def close(self) -> None:
        """Close what leads to it; whoever calls this has waited for its end."""
        for stream in (self.stdin, self.stdout):
            if stream is not None:
                stream.close()
        self._server.close()


def fork(
    module: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path | None = None,
    *,
    errors: int = 2,
    piped: bool = False,
    channel: int | None = None,
) -> Forked:
    """Run `python -m MODULE ARGUMENTS` in a process that the server of this environment forks.

    Args:
        module: what to run.
        arguments: of its command line.
        environment: the whole of its own.
        folder: the working directory; by default that of this process.
        errors: the descriptor for its standard error.
        piped: whether its standard input and output are pipes to this process; otherwise there is no input, and the
            output goes where the errors go.
        channel: one more descriptor that it gets, named by `--channel` at the end of its arguments.

    Raises:
        OSError: there is no server.
    """
    told = {"module": module, "arguments": list(arguments), "environment": dict(environment)}
    message = json.dumps(told | {"folder": str(folder or Path.cwd())}).encode()
    server = socket.socket(socket.AF_UNIX)
    try:
        server.connect(environment[VARIABLE])
    except OSError:
        server.close()
        raise
    stdin, to_child = os.pipe() if piped else (os.open(os.devnull, os.O_RDONLY), -1)
    from_child, stdout = os.pipe() if piped else (-1, errors)
    given = [stdin, stdout, errors, *([] if channel is None else [channel])]
    socket.send_fds(server, [len(message).to_bytes(LENGTH)], given)
    server.sendall(message)
    os.close(stdin)
    if piped:
        os.close(stdout)
        return Forked(server, os.fdopen(to_child, "w"), os.fdopen(from_child))
    return Forked(server, None, None)


def children(parent: int, module: str = "*") -> list[int]:
    """The process ids of what the server forked for a process: to the kernel they are all the server's children.

    Args:
        parent: the id of the process that asked for them.
        module: which of them; by default all.
    """
    if VARIABLE not in os.environ:
        return []
    notes = Path(os.environ[VARIABLE]).parent.glob(f"{parent}-{module}-*")
    return [int(note.name.rsplit("-", 1)[1]) for note in notes]


def _number(server: socket.socket) -> int:
    """What the server has to say; a server that is gone has ended its children's watch, too.

    Raises:
        ConnectionError: it said nothing.
    """
    return int.from_bytes(exactly(server, LENGTH), signed=True)


def exactly(connection: socket.socket, size: int) -> bytes:
    """So many bytes of what the other side sends.

    Raises:
        ConnectionError: it is gone before.
    """
    received = b""
    while len(received) < size:
        if not (part := connection.recv(size - len(received))):
            raise ConnectionError("the fork server is gone")
        received += part
    return received
