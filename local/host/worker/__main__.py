"""`python -m local.host.worker --channel FD --app DIR`: started by the host, never by hand."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import site
import socket
import sys
import threading
import traceback
from pathlib import Path

from local.host import wire
from local.host.worker import runtime
from local.host.worker.logs import log_to_stderr


class Channel:
    """The worker's end of the socket to its host."""

    def __init__(self, connection: socket.socket) -> None:
        """Own `connection`."""
        self._connection = connection
        self._writing = threading.Lock()

    def send(self, message: wire.Message) -> None:
        """Write one whole frame; nothing happens when the host is gone.

        Raises:
            ValueError, TypeError: the message cannot be written as a frame.
        """
        frame = wire.pack(message)
        with self._writing, contextlib.suppress(OSError):
            self._connection.sendall(frame)

    def receive(self) -> wire.Message | None:
        """The next message; `None` when the host is gone."""
        header = self._exactly(wire.HEADER.size)
        content = self._exactly(wire.HEADER.unpack(header)[0]) if header else None
        return wire.unpack(content) if content else None

    def _exactly(self, size: int) -> bytes | None:
        received = bytearray()
        while len(received) < size:
            try:
                part = self._connection.recv(min(size - len(received), 1 << 20))
            except OSError:
                return None
            if not part:
                return None
            received += part
        return bytes(received)


async def serve(channel: Channel, app_dir: Path) -> int:
    """Index the app, then execute what the host asks for until it goes away."""
    indexed = await runtime.index(app_dir)
    channel.send(indexed)
    if isinstance(indexed, wire.IndexingFailed):
        return 1
    loop = asyncio.get_running_loop()
    running: set[asyncio.Task[None]] = set()

    async def execute(invocation: wire.Invoke) -> None:
        try:
            channel.send(await runtime.invoke(invocation))
        except Exception as error:  # noqa: BLE001 - the host waits for an answer, whatever it is
            failure = wire.Failure(f"{type(error).__name__}: {error}", traceback.format_exc())
            channel.send(wire.Outcome(invocation.invocation_id, failure=failure))

    def begin(invocation: wire.Invoke) -> None:
        task = loop.create_task(execute(invocation))
        running.add(task)
        task.add_done_callback(running.discard)

    def read() -> None:
        while (message := channel.receive()) is not None:
            if isinstance(message, wire.Invoke):
                loop.call_soon_threadsafe(begin, message)
        # The host is gone. User code may hold the loop or a thread for ever: nothing may outlive the host.
        os._exit(0)

    threading.Thread(target=read, name="host-channel", daemon=True).start()
    await asyncio.Event().wait()
    return 0


def _find_modules(app_dir: Path, *, packed: bool) -> None:
    """Let the app import its modules and packages.

    What a packed app brings has its place before everything else already, and its folder comes last, as in Azure. One
    that was not packed is a developer's: its folder comes first, and what its own virtual environment has after what
    this worker runs on.
    """
    if packed:
        sys.path[:] = [*sys.path[1:], str(app_dir)]
        return
    sys.path[0] = str(app_dir)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site.addsitedir(str(app_dir / ".venv/lib" / version / "site-packages"))


def main() -> int:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m local.host.worker")
    parser.add_argument("--channel", type=int, required=True, help="file descriptor of the socket to the host")
    parser.add_argument("--app", type=Path, required=True, help="folder of the function app")
    parser.add_argument("--packed", action="store_true", help="the app brings its packages")
    parser.add_argument("--log-level", type=int, default=logging.INFO, help="the least level that is shown")
    options = parser.parse_args()
    # Ctrl-C reaches the whole terminal group; the host decides when its worker ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    log_to_stderr(options.log_level)
    channel = Channel(socket.socket(fileno=options.channel))
    os.chdir(options.app)
    # Nothing is found any more in the folder that this was started from.
    _find_modules(options.app, packed=options.packed)
    return asyncio.run(serve(channel, options.app))


if __name__ == "__main__":
    sys.exit(main())
