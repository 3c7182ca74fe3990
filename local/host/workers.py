"""One worker process, and the socket that carries invocations to it."""

import asyncio
import contextlib
import socket
import uuid
from collections.abc import Mapping

from local import forking
from local.host import wire
from local.host.catalogue import Function

_START_SECONDS = 60.0
_STOP_SECONDS = 2.0


class IndexingError(Exception):
    """The worker could not load the app; the message is the worker's reason."""


class WorkerLost(Exception):
    """The worker's process ended while an invocation was running in it."""


class WorkerRecycled(WorkerLost):
    """The host ended the worker because of another invocation, so this one is innocent."""


class NoWorkerError(Exception):
    """No worker was ready in time, so the function was not called."""


class Worker:
    """One worker process and the socket to it."""

    def __init__(self, child: asyncio.subprocess.Process | forking.Forked, connection: socket.socket) -> None:
        """Own a process that was just started and the host's end of its socket."""
        self._child = child
        self._connection = connection
        self._waiting: dict[str, asyncio.Future[wire.Outcome]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._recycled = False
        self.gone = asyncio.Event()
        self.functions: list[Function] = []

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    async def start(self) -> None:
        """Wait until the app is indexed, then carry invocations. Whether it succeeds or not, `stop` is to be called.

        Raises:
            IndexingError: the app cannot be loaded, or the process ended before it said anything.
        """
        reader, self._writer = await asyncio.open_connection(sock=self._connection, limit=1 << 24)
        try:
            async with asyncio.timeout(_START_SECONDS):
                first = await _receive(reader)
        except TimeoutError as error:
            raise IndexingError(f"the worker did not index the app within {_START_SECONDS:g} seconds") from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            # How it ended is known once it has been waited for.
            await self.stop()
            status = self._child.returncode
            raise IndexingError(f"the worker ended before it had indexed the app (exit status {status})") from error
        if not isinstance(first, wire.Indexed):
            reason = first.reason if isinstance(first, wire.IndexingFailed) else "the worker spoke out of turn"
            raise IndexingError(reason)
        self.functions = [Function(raw["id"], raw["name"], tuple(raw["bindings"])) for raw in first.functions]
        self._reading = asyncio.create_task(self._read(reader), name="worker-reader")

    async def invoke(self, function: Function, inputs: Mapping[str, wire.Datum], trace: str) -> wire.Outcome:
        """Execute a function, as part of a trace, and return what came of it.

        Raises:
            WorkerLost: the process ended first.
        """
        if self.gone.is_set() or self._writer is None:
            raise WorkerLost
        invocation = wire.Invoke(str(uuid.uuid4()), function.id, dict(inputs), trace)
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
                if not isinstance(message, wire.Outcome):
                    continue
                answer = self._waiting.get(message.invocation_id)
                # The answer of a caller who gave up comes too late.
                if answer is not None and not answer.done():
                    answer.set_result(message)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.gone.set()
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(WorkerRecycled() if self._recycled else WorkerLost())

    def recycle(self) -> None:
        """End the process at once; what runs in it is lost without being at fault."""
        self._recycled = True
        with contextlib.suppress(ProcessLookupError):
            self._child.kill()

    async def stop(self) -> None:
        """Close the socket, which the worker takes as its end; kill what does not end."""
        if self._writer is None:
            self._connection.close()
        else:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self._ended()
        except TimeoutError:
            self._child.kill()
            await self._ended()
        if self._reading is not None:
            await self._reading

    async def _ended(self) -> None:
        if isinstance(self._child, forking.Forked):
            await self._child.ended()
        else:
            await self._child.wait()


async def _receive(reader: asyncio.StreamReader) -> wire.Message:
    (size,) = wire.HEADER.unpack(await reader.readexactly(wire.HEADER.size))
    if size > wire.LARGEST_FRAME:
        raise ConnectionError(f"a frame of {size} bytes")
    return wire.unpack(await reader.readexactly(size))
