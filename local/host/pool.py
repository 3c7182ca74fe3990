"""Keeps one worker process alive."""

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from local import forking
from local.host import packages, wire
from local.host.catalogue import Function
from local.host.timespans import write_span
from local.host.workers import IndexingError, NoWorkerError, Worker, WorkerLost

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_RESTART_DELAY = 5.0
_TIMEOUT_ERROR = "Microsoft.Azure.WebJobs.Host.FunctionTimeoutException"


class WorkerPool:
    """The worker that is alive now; a dead one is replaced."""

    def __init__(
        self, app_dir: Path, environment: Mapping[str, str], log_level: int, timeout: timedelta | None
    ) -> None:
        """Describe the worker; `start` starts it.

        Args:
            app_dir: folder of the function app.
            environment: the worker's whole environment.
            log_level: the least level of Python's logging that the worker shows.
            timeout: how long an invocation may take; `None` is for ever.
        """
        self._app_dir = app_dir
        self._environment = dict(environment)
        self._log_level = log_level
        self._timeout = timeout
        self._ready = asyncio.Event()
        self._worker: Worker | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._own: TemporaryDirectory[str] | None = None

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
        self, function: Function, inputs: Mapping[str, wire.Datum], trace: str, patience: float | None = None
    ) -> wire.Outcome:
        """Execute a function, as part of a trace, in the worker that is alive.

        One that is not there yet is waited for, up to `patience` seconds (`None`: for ever).

        An invocation that exceeds the timeout fails, and the worker is replaced: a thread cannot be ended in any
        other way, and the real host does the same.

        Raises:
            WorkerLost: the worker ended while the function ran.
            NoWorkerError: there was none in time.
        """
        try:
            async with asyncio.timeout(patience):
                await self.ready()
        except TimeoutError as error:
            raise NoWorkerError from error
        worker = self._worker
        if worker is None:
            raise WorkerLost
        try:
            async with asyncio.timeout(self._timeout.total_seconds() if self._timeout else None):
                return await worker.invoke(function, inputs, trace)
        except TimeoutError:
            worker.recycle()
            return self._timed_out(function)

    def _timed_out(self, function: Function) -> wire.Outcome:
        limit = write_span(self._timeout or timedelta())
        logger.error("Timeout value of %s exceeded by function '%s'; its worker is replaced", limit, function.name)
        reason = f"Timeout value of {limit} was exceeded by function: Functions.{function.name}"
        return wire.Outcome("", failure=wire.Failure(f"{_TIMEOUT_ERROR}: {reason}"))

    async def stop(self) -> None:
        """End the worker and stop replacing it."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        if self._worker is not None:
            await self._worker.stop()
        if self._own is not None:
            self._own.cleanup()

    async def _spawn(self) -> Worker:
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        with theirs:
            child = await self._start(theirs.fileno())
        worker = Worker(child, ours)
        try:
            await worker.start()
        except BaseException:
            # Also when the host stops meanwhile: no process and no socket is left behind.
            await worker.stop()
            raise
        self._worker = worker
        self._ready.set()
        return worker

    async def _start(self, channel: int) -> asyncio.subprocess.Process | forking.Forked:
        arguments = ["--app", str(self._app_dir), "--log-level", str(self._log_level)]
        python, environment = [sys.executable], self._environment
        if brought := packages.brought(self._app_dir):
            arguments.append("--packed")
            python, environment = packages.command(brought, self._own_packages(), self._environment)
        elif forking.wanted(self._environment):
            return forking.fork("local.host.worker", arguments, self._environment, _ROOT, channel=channel)
        return await asyncio.create_subprocess_exec(
            *python,
            # What user code prints is there at once, and not lost with a worker that dies.
            "-u",
            "-m",
            "local.host.worker",
            *arguments,
            f"--channel={channel}",
            cwd=_ROOT,
            env=environment,
            pass_fds=[channel],
            stdin=asyncio.subprocess.DEVNULL,
            # What user code prints is a log line; standard output belongs to the host's one JSON line.
            stdout=2,
        )

    def _own_packages(self) -> Path:
        if self._own is None:
            self._own = TemporaryDirectory(prefix="worker-")
            packages.link_the_workers_own(Path(self._own.name))
        return Path(self._own.name)

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
