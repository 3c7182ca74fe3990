"""Keeps one worker process alive and carries invocations to it."""

import asyncio
import contextlib
import logging
import socket
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path

from local.host import wire
from local.host.catalogue import Function

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 60.0
_STOP_SECONDS = 2.0
_LONGEST_RESTART_DELAY = 5.0


class IndexingError(Exception):
    """The worker could not load the app; the message is the worker's reason."""


class WorkerLost(Exception):
    """The worker's process ended while an invocation was running in it."""


class NoWorkerError(Exception):
    """No worker was ready in time, so the function was not called."""


class Worker:
    """One worker process and the socket to it."""

    def __init__(self, child: asyncio.subprocess.Process, connection: socket.socket) -> None:
        """Own a process that was just started and the host's end of its socket."""
        self._child = child
        self._connection = connection
        self._waiting: dict[str, asyncio.Future[wire.Outcome]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self.gone = asyncio.Event()
        self.functions: list[Function] = []

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    async def start(self) -> None:
        """Wait until the app is indexed, then carry invocations.

        Raises:
            IndexingError: the app cannot be loaded, or the process ended before it said anything.
        """
        reader, self._writer = await asyncio.open_connection(sock=self._connection, limit=1 << 24)
        try:
            async with asyncio.timeout(_START_SECONDS):
                first = await _receive(reader)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            await self.stop()
            raise IndexingError("the worker ended before it had indexed the app") from error
        if not isinstance(first, wire.Indexed):
            await self.stop()
            reason = first.reason if isinstance(first, wire.IndexingFailed) else "the worker spoke out of turn"
            raise IndexingError(reason)
        self.functions = [Function(raw["id"], raw["name"], tuple(raw["bindings"])) for raw in first.functions]
        self._reading = asyncio.create_task(self._read(reader), name="worker-reader")

    async def invoke(self, function: Function, inputs: Mapping[str, wire.Datum]) -> wire.Outcome:
        """Execute a function and return what came of it.

        Raises:
            WorkerLost: the process ended first.
        """
        if self.gone.is_set() or self._writer is None:
            raise WorkerLost
        invocation = wire.Invoke(str(uuid.uuid4()), function.id, dict(inputs))
        answer: asyncio.Future[wire.Outcome] = asyncio.get_running_loop().create_future()
        self._waiting[invocation.invocation_id] = answer
        try:
            self._writer.write(wire.pack(invocation))
            await self._writer.drain()
            return await answer
        except ConnectionError as error:
            raise WorkerLost from error
        finally:
            self._waiting.pop(invocation.invocation_id, None)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                message = await _receive(reader)
                if isinstance(message, wire.Outcome) and message.invocation_id in self._waiting:
                    self._waiting[message.invocation_id].set_result(message)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.gone.set()
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(WorkerLost())

    async def stop(self) -> None:
        """Close the socket, which the worker takes as its end; kill what does not end."""
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self._child.wait()
        except TimeoutError:
            self._child.kill()
            await self._child.wait()
        if hasattr(self, "_reading"):
            await self._reading


class WorkerPool:
    """The worker that is alive now; a dead one is replaced."""

    def __init__(self, app_dir: Path, environment: Mapping[str, str], log_level: str) -> None:
        """Describe the worker; `start` starts it."""
        self._app_dir = app_dir
        self._environment = dict(environment)
        self._log_level = log_level
        self._ready = asyncio.Event()
        self._worker: Worker | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the worker that is alive, if one is."""
        return self._worker.pid if self._worker is not None and self._ready.is_set() else None

    async def ready(self) -> None:
        """Return when there is a worker."""
        await self._ready.wait()

    async def start(self) -> list[Function]:
        """Start the first worker and return the app's functions.

        Raises:
            IndexingError: the app cannot be loaded.
        """
        worker = await self._spawn()
        self._keeper = asyncio.create_task(self._keep_alive(), name="worker-keeper")
        return worker.functions

    async def invoke(
        self, function: Function, inputs: Mapping[str, wire.Datum], patience: float | None = None
    ) -> wire.Outcome:
        """Execute a function in the worker that is alive, waiting up to `patience` seconds for one (`None`: for ever).

        Raises:
            WorkerLost: the worker ended while the function ran.
            NoWorkerError: there was none in time.
        """
        try:
            async with asyncio.timeout(patience):
                await self.ready()
        except TimeoutError as error:
            raise NoWorkerError from error
        if self._worker is None:
            raise WorkerLost
        return await self._worker.invoke(function, inputs)

    async def stop(self) -> None:
        """End the worker and stop replacing it."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        if self._worker is not None:
            await self._worker.stop()

    async def _spawn(self) -> Worker:
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        with theirs:
            child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "local.host.worker",
                *("--channel", str(theirs.fileno()), "--app", str(self._app_dir), "--log-level", self._log_level),
                cwd=_ROOT,
                env=self._environment,
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                # What user code prints is a log line; standard output belongs to the host's one JSON line.
                stdout=2,
            )
        worker = Worker(child, ours)
        await worker.start()
        self._worker = worker
        self._ready.set()
        return worker

    async def _keep_alive(self) -> None:
        delay = 0.0
        while True:
            if self._ready.is_set() and self._worker is not None:
                await self._worker.gone.wait()
                self._ready.clear()
                await self._worker.stop()
                logger.warning("The worker (pid %s) is gone; starting another", self._worker.pid)
                delay = 0.0
            await asyncio.sleep(delay)
            try:
                await self._spawn()
            except IndexingError as error:
                delay = min(_LONGEST_RESTART_DELAY, max(0.2, delay * 2))
                logger.error("The worker could not be restarted: %s", error)


async def _receive(reader: asyncio.StreamReader) -> wire.Message:
    (size,) = wire.HEADER.unpack(await reader.readexactly(wire.HEADER.size))
    if size > wire.LARGEST_FRAME:
        raise ConnectionError(f"a frame of {size} bytes")
    return wire.unpack(await reader.readexactly(size))
