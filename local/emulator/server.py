"""The emulator as an object: start it, talk HTTP to it, stop it."""

import asyncio
import logging
import socket
import struct
import threading
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from local.emulator.arm.asgi import ArmApplication
from local.emulator.arm.capture import CaptureFile, NoCapture
from local.emulator.arm.pace import PaceMode
from local.emulator.arm.resource_manager import ResourceManager
from local.emulator.arm.store import Resource
from local.emulator.arm.tls import Certificates
from local.emulator.arm.wire import JsonObject
from local.emulator.control import ControlPlane
from local.emulator.providers import all_providers
from local.emulator.providers.compute import listeners
from local.emulator.providers.event_grid.delivery import DeliveryWorker
from local.emulator.providers.event_grid.subscriptions import TYPE as EVENT_SUBSCRIPTIONS
from local.emulator.state.file import StateFile
from local.emulator.state.writer import StateWriter
from local.emulator.tunnel import tunnelling
from local.emulator.worlds import World

START_DEADLINE_S = 10.0
STOP_DEADLINE_S = 10.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class CuttingProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which lets the application cut the connection, with a TCP reset or without."""

    def connection_made(self, transport: Any) -> None:
        """Give every request of this connection the means to cut it."""
        super().connection_made(transport)

        def cut() -> None:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            transport.abort()

        self.app_state = {**self.app_state, "cut": cut, "hang_up": transport.close}


class ReadyServer(uvicorn.Server):
    """uvicorn's server, which tells another thread when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self.ready.set()


class Emulator:
    """A local Azure on 127.0.0.1, served by a thread of its own. A context manager.

    Args:
        world: the name of a world in `local/worlds`, or the path of a world file.
        pace: `instant`, `fast` or `real`.
        port: the port to listen on; 0 for any free one.
        state: a file that the state is kept in; what is in it wins over `world`. None keeps nothing.
        tls: whether to serve https, with a certificate of an authority made for this run.
        authority: where to write that authority's certificate; by default into a new temporary folder.
        capture: a file to append every request with its answer to; None keeps no answers.

    Raises:
        ValueError: the world, the pace or the state file is wrong; the text names field, value and fix.
        OSError: the port is taken, or the capture file cannot be written.
    """

    def __init__(
        self,
        world: str | Path = "empty",
        pace: str = "instant",
        port: int = 0,
        state: str | Path | None = None,
        *,
        tls: bool = False,
        authority: Path | None = None,
        capture: Path | None = None,
    ) -> None:
        self._world = World.load(world)
        self._port = port
        self._tls = tls
        self._authority = authority
        self._capture = capture
        self._capture_file: CaptureFile | None = None
        self._certificates: Certificates | None = None
        self.resource_manager = ResourceManager(all_providers())
        self.cloud = self.resource_manager.new_cloud(PaceMode(pace))
        self._deliveries = DeliveryWorker(self.cloud)
        self._control = ControlPlane(self.cloud, self._reset, self._deliveries.traffic)
        self._socket: socket.socket | None = None
        self._server: ReadyServer | None = None
        self._thread: threading.Thread | None = None
        self._writer = StateWriter(self.cloud, StateFile.open(Path(state))) if state else None
        if self._writer is None or not self._writer.restore():
            self._world.build(self.cloud)

    @property
    def url(self) -> str:
        """The base URL, without a trailing slash. Only while it runs."""
        if self._socket is None:
            raise RuntimeError("the emulator is not running; call start() first")
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def authority(self) -> Path | None:
        """The file with the certificate that clients must trust; None over plain http. Only while it runs."""
        return self._certificates.authority if self._certificates else None

    @property
    def subscription(self) -> str:
        """The id of the world's (first) subscription."""
        return next(iter(self.cloud.subscriptions))

    def start(self) -> Self:
        """Listen and serve; return when the first request would be answered."""
        self._capture_file = CaptureFile(self._capture) if self._capture else None
        self._certificates = Certificates.issue(self._authority) if self._tls else None
        try:
            self._socket = socket.create_server(("127.0.0.1", self._port))
        except OSError:
            self.stop()
            raise
        # asyncio does this only for sockets that name their protocol; without it answers wait for acknowledgements
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        config = uvicorn.Config(
            ArmApplication(
                self.resource_manager,
                self.cloud,
                self._control,
                self._writer.flushed if self._writer else _nothing_to_keep,
                self._capture_file or NoCapture(),
            ),
            http=tunnelling(CuttingProtocol, partial(listeners.find, self.cloud)),
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=1,
            ssl_certfile=self._certificates.certificate if self._certificates else None,
            ssl_keyfile=self._certificates.key if self._certificates else None,
        )
        self._server = ReadyServer(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="emulator", daemon=True)
        self._thread.start()
        if not self._server.ready.wait(START_DEADLINE_S):
            raise RuntimeError(f"the emulator did not start within {START_DEADLINE_S:g} s")
        return self

    async def _serve(self) -> None:
        if self._server is None or self._socket is None:
            raise RuntimeError("started without a socket")
        background = [asyncio.create_task(self.cloud.timeline.pump()), asyncio.create_task(self._deliveries.run())]
        if self._writer:
            background.append(asyncio.create_task(self._writer.run()))
        await self._server.serve(sockets=[self._socket])
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)

    def stop(self) -> None:
        """Stop serving and free the port. Safe to call twice."""
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(STOP_DEADLINE_S)
            if self._writer:
                self._writer.close()
        if self._socket:
            self._socket.close()
        if self._certificates:
            self._certificates.discard()
        if self._capture_file:
            self._capture_file.close()
        self._server = self._thread = self._socket = self._certificates = self._capture_file = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _reset(self, wanted: JsonObject) -> None:
        world = World.load(wanted["world"]) if "world" in wanted else self._world
        world.build(self.resource_manager.new_cloud(PaceMode.INSTANT))  # a mistake in it must not cost what is there
        wired = [] if wanted.get("event_subscriptions") == "drop" else self._wiring()
        self.cloud.clear()
        self._deliveries.clear()
        self._world = world
        world.build(self.cloud)
        for subscription in wired:
            if subscription.id.subscription.lower() in self.cloud.subscriptions:
                self.cloud.store.put(subscription)

    def _wiring(self) -> list[Resource]:
        """Return the event subscriptions on whole subscriptions: a deployment made them, not a test."""
        found = self.cloud.store.of_type(EVENT_SUBSCRIPTIONS)
        return [one for one in found if one.properties["topic"].lower() == one.id.subscription_id.key]


async def _nothing_to_keep() -> None:
    """Without a state file everything is kept as well as it will be."""


logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
