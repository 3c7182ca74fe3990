"""Carries work items from the task hub to the worker, and their results back."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass

import durabletask.internal.orchestrator_service_pb2 as pb

from local.host.hostjson import HostJson
from local.host.hub.calls import LocalCall
from local.host.hub.taskhub import TaskHub
from local.host.poison import PoisonSearch
from local.host.traces import within
from local.host.workers import WorkerLost, WorkerRecycled
from local.host.workitems import Execution, execution_of

logger = logging.getLogger(__name__)

# A work item that ended its worker this often is the reason for it.
CRASH_LIMIT = 5
# An item that was lost this often is searched for poison.
_SUSPECT_AFTER = 2


@dataclass(frozen=True, slots=True)
class Lanes:
    """How many work items of each kind may execute at once."""

    orchestrations: asyncio.Semaphore
    activities: asyncio.Semaphore
    entities: asyncio.Semaphore

    @classmethod
    def sized(cls, host_json: HostJson) -> "Lanes":
        """Lanes as wide as host.json says."""
        return cls(
            asyncio.Semaphore(host_json.max_orchestrations),
            asyncio.Semaphore(host_json.max_activities),
            asyncio.Semaphore(host_json.max_entities),
        )

    def of(self, item: pb.WorkItem) -> asyncio.Semaphore:
        """The lane of a work item."""
        by_kind = {"orchestratorRequest": self.orchestrations, "activityRequest": self.activities}
        return by_kind.get(item.WhichOneof("request") or "", self.entities)


class Dispatcher:
    """Executes every work item until it is completed, however many workers that takes.

    The hub hands out each item once and forgets it; the item therefore stays here until its result is in the hub.
    """

    def __init__(
        self, hub: TaskHub, execute: Execution, worker_ready: Callable[[], Awaitable[object]], host_json: HostJson
    ) -> None:
        """Connect a hub with what executes its items; `worker_ready` returns when there is a worker to do so."""
        self._hub = hub
        self._execute = execute
        self._lanes = Lanes.sized(host_json)
        self._search = PoisonSearch(worker_ready)
        self._running: set[asyncio.Task[None]] = set()
        self._stream = LocalCall()
        self._pump: threading.Thread | None = None

    def start(self) -> None:
        """Begin to take work items; call it on the loop that shall execute them."""
        loop = asyncio.get_running_loop()

        def pump() -> None:
            for item in self._hub.work_items(self._stream):
                if not _post(loop, self._begin, item):
                    return

        self._pump = threading.Thread(target=pump, name="hub-work-items", daemon=True)
        self._pump.start()

    async def stop(self) -> None:
        """Take no more items and abandon those that execute."""
        self._stream.cancel()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._pump is not None:
            await asyncio.to_thread(self._pump.join, 5)

    def _begin(self, item: pb.WorkItem) -> None:
        task = asyncio.create_task(self._complete(item))
        self._running.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("A work item could not be completed", exc_info=error)

    async def _complete(self, item: pb.WorkItem) -> None:
        execution = execution_of(item)
        lost = 0
        while lost < CRASH_LIMIT:
            try:
                async with self._admission(lost), self._lanes.of(item):
                    with within(item.activityRequest.parentTraceContext.traceParent):
                        completion = await execution.run(self._execute)
            except WorkerRecycled:
                # The one whose fault it was has failed by now, so this ends.
                continue
            except WorkerLost:
                lost += 1
                logger.warning("%s was lost with its worker (%d of %d)", execution.title, lost, CRASH_LIMIT)
                continue
            except Exception as error:  # whatever came of it, somebody waits for this item
                logger.exception("%s came to nothing", execution.title)
                completion = execution.failed(f"{execution.title} came to nothing: {error}", type(error).__name__)
            completion(self._hub)
            return
        reason = f"{execution.title} ended its worker process {CRASH_LIMIT} times and is not tried again"
        logger.error(reason)
        execution.failed(reason)(self._hub)

    def _admission(self, lost: int) -> AbstractAsyncContextManager[None]:
        return self._search.trial(lost) if lost >= _SUSPECT_AFTER else nullcontext()


def _post(loop: asyncio.AbstractEventLoop, callback: Callable[[pb.WorkItem], None], item: pb.WorkItem) -> bool:
    try:
        loop.call_soon_threadsafe(callback, item)
    except RuntimeError:  # the loop closed while the hub was still talking
        return False
    return True
