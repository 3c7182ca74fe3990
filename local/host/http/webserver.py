"""The web server under the host's application."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette

# Open requests get this long when the host stops.
_GRACE_SECONDS = 2


def listener_on(port: int) -> socket.socket:
    """A socket on the loopback address, bound so that its port is known before anything is served.

    Raises:
        OSError: the port is taken.
    """
    # asyncio switches Nagle's algorithm off only for sockets that name TCP as their protocol; with it on, every
    # second request of a kept-alive connection waits 40 ms for a delayed acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    return listener


class WebServer(uvicorn.Server):
    """A server that says when it answers, and leaves signals to the command."""

    def __init__(self, application: Starlette) -> None:
        """Serve `application` without access log: its URLs hold keys."""
        config = uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=_GRACE_SECONDS,
            ws="none",
        )
        super().__init__(config)
        self.answering = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.answering.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals: the command, or the test, says when to stop."""
        yield
