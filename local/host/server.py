"""A whole Functions host: hub, worker, dispatcher, timers and HTTP, on a thread of its own."""

import asyncio
import contextlib
import logging
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from local.host import clock
from local.host.addresses import Addresses
from local.host.catalogue import HTTP, TRIGGERS, Catalogue
from local.host.dispatcher import Dispatcher
from local.host.hostjson import HostJson
from local.host.http.admin import Administration
from local.host.http.application import application
from local.host.http.durable import DurableApi
from local.host.http.eventgrid import EventGridWebhook
from local.host.http.functions import HttpFunctions
from local.host.http.manual import ManualRuns
from local.host.http.routes import Route, routes_of
from local.host.http.webserver import WebServer, listener_on
from local.host.hub.taskhub import TaskHub
from local.host.invoker import Invoker
from local.host.jsonfile import ConfigurationError
from local.host.keys import Keys
from local.host.listing import listing
from local.host.pool import WorkerPool
from local.host.schedule.timers import TimerService, timers_of
from local.host.settings import LocalHost, read_app_settings

logger = logging.getLogger(__name__)

_START_SECONDS = 90.0
_STOP_SECONDS = 20.0


class HostStopped(Exception):
    """The host was asked to stop while it started."""


class FunctionsHost:
    """Hosts one app folder.

    As a context manager it is started on entry and stopped on exit. The HTTP front serves only once the app is
    indexed, so a host that was started answers.
    """

    def __init__(
        self,
        app_dir: Path | str,
        port: int = 0,
        settings: Mapping[str, str] | None = None,
        master_key: str | None = None,
        patience: float = 30.0,
        cors: Sequence[str] = (),
    ) -> None:
        """Describe the host; nothing runs yet.

        Args:
            app_dir: folder with function_app.py and host.json.
            port: TCP port on the loopback address; 0 takes any free one.
            settings: app settings that win over the files and over this process's environment.
            master_key: the key that is valid everywhere; by default a new random one.
            patience: seconds that requests wait for a worker while it is being replaced, before they get a 503.
            cors: origins that browsers may call from; by default those of the settings file.
        """
        self.app_dir = Path(app_dir).resolve()
        self.keys = replace(Keys(), **({"master": master_key} if master_key else {}))
        self._requested_port = port
        self._overrides = dict(settings or {})
        self._patience = patience
        self._cors = tuple(cors)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._stop_requested = False
        self._workers: WorkerPool | None = None
        self._ended: Future[None] = Future()
        self.url = ""

    @property
    def key(self) -> str:
        """The master key, valid on every function and webhook."""
        return self.keys.master

    @property
    def worker_pid(self) -> int | None:
        """Process id of the worker, `None` while it is being replaced."""
        return self._workers.pid if self._workers is not None else None

    def start(self) -> None:
        """Start everything and return when the host answers.

        Raises:
            IndexingError: the app cannot be loaded.
            ConfigurationError: host.json, the settings or a timer's schedule cannot be used.
            OSError: the port is taken.
            HostStopped: `request_stop` came first.
        """
        ready: Future[None] = Future()
        threading.Thread(target=self._run, args=(ready,), name="functions-host", daemon=True).start()
        ready.result(timeout=_START_SECONDS)

    def stop(self) -> None:
        """Stop answering and end the worker."""
        self.request_stop()
        with contextlib.suppress(BaseException):
            self._ended.result(timeout=_STOP_SECONDS)

    def request_stop(self) -> None:
        """Begin to stop, also while starting; safe in a signal handler."""
        self._stop_requested = True
        if self._loop is not None and self._stopping is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: it has stopped already
                self._loop.call_soon_threadsafe(self._stopping.set)

    def wait(self) -> None:
        """Return when the host has stopped."""
        while not self._ended.done():
            with contextlib.suppress(TimeoutError):
                # A wait with an end lets the main thread take signals on every platform.
                self._ended.result(timeout=0.5)

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _run(self, ready: Future[None]) -> None:
        try:
            asyncio.run(self._serve(lambda: ready.set_result(None)))
        except BaseException as error:  # noqa: BLE001 - whatever ends this thread is the caller's to see
            if not ready.done():
                ready.set_exception(error)
            self._ended.set_exception(error)
        else:
            self._ended.set_result(None)

    async def _serve(self, ready: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        if self._stop_requested:
            self._stopping.set()
        if not self.app_dir.is_dir():
            raise ConfigurationError(f"{self.app_dir}: no such folder; the app's is expected")
        settings = read_app_settings(self.app_dir, self._overrides)
        host_json = HostJson.read(self.app_dir, settings)
        browsers = LocalHost.read(self.app_dir)
        if self._cors:
            browsers = replace(browsers, cors=self._cors)
        async with contextlib.AsyncExitStack() as resources:
            listener = resources.enter_context(listener_on(self._requested_port))
            address = f"127.0.0.1:{listener.getsockname()[1]}"
            self.url = f"http://{address}"
            # By which an app knows its own URL, in Azure and with `func start`.
            settings.setdefault("WEBSITE_HOSTNAME", address)
            if url := settings.get(clock.SETTING):
                follower = clock.Follower(url)
                resources.callback(follower.stop)
                await asyncio.to_thread(follower.start)
            hub = TaskHub(replace_any_state=host_json.replace_any_state)
            addresses = Addresses(self.url, hub.start(), host_json.hub_name, self.keys.durabletask_extension)
            resources.callback(hub.stop)
            self._workers = WorkerPool(self.app_dir, settings, host_json.log_level, host_json.function_timeout)
            resources.push_async_callback(self._workers.stop)
            catalogue = Catalogue(await _unless(self._stopping, self._workers.start()), settings)
            routes = routes_of(catalogue.of_trigger(HTTP), host_json.route_prefix, settings)
            invoker = Invoker(
                self._workers,
                catalogue,
                addresses.client_binding,
                self._patience,
                recorded=host_json.open_telemetry,
            )
            timers = TimerService(timers_of(catalogue, settings), invoker)
            dispatcher = Dispatcher(hub, invoker.call_durable, self._workers.ready, host_json)
            self._report(catalogue, routes)
            front = WebServer(
                application(
                    HttpFunctions(invoker, self.keys, routes),
                    EventGridWebhook(catalogue, invoker, self.keys),
                    DurableApi(hub, catalogue, addresses, self.keys),
                    Administration(catalogue, routes, self.keys, lambda: self.worker_pid),
                    ManualRuns(catalogue, invoker, timers, self.keys),
                    browsers,
                )
            )
            dispatcher.start()
            resources.push_async_callback(dispatcher.stop)
            serving = asyncio.create_task(front.serve(sockets=[listener]), name="http-front")
            await front.answering.wait()
            timers.start()
            resources.push_async_callback(timers.stop)
            ready()
            await self._stopping.wait()
            front.should_exit = True
            await serving

    def _report(self, catalogue: Catalogue, routes: list[Route]) -> None:
        for line in listing(catalogue, routes, self.url):
            print(line, file=sys.stderr, flush=True)  # noqa: T201 - what a developer sees of `func start`
        for function in catalogue.functions:
            if function.trigger_type not in TRIGGERS:
                logger.warning("'%s' never runs here: %s is not served", function.name, function.trigger_type)
            elif unserved := function.unserved_input:
                logger.warning("'%s' fails here: its input %s is not served", function.name, unserved["type"])


async def _unless[T](stopping: asyncio.Event, beginning: Coroutine[Any, Any, T]) -> T:
    """What `beginning` comes to, unless the host is to stop first: an app may take a minute to load.

    Raises:
        HostStopped: it is.
    """
    begun, stopped = asyncio.create_task(beginning), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({begun, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not begun.done():
            raise HostStopped
        return begun.result()
    finally:
        for task in (begun, stopped):
            task.cancel()
        await asyncio.gather(begun, stopped, return_exceptions=True)
