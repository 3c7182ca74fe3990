"""The in-memory task hub as the host runs it: on the loopback address, timers and children without a thread each."""

import sys
import uuid
from collections.abc import Iterable, Iterator
from concurrent import futures
from datetime import datetime, tzinfo
from typing import Any, Self

import durabletask.internal.orchestrator_service_pb2 as pb
import durabletask.internal.orchestrator_service_pb2_grpc as stubs
import grpc  # type: ignore[import-untyped,unused-ignore]
from durabletask.internal import helpers
from durabletask.testing import in_memory_backend as engine
from durabletask.testing.in_memory_backend import OrchestrationInstance

from local.host import clock
from local.host.hub.calls import LocalCall
from local.host.hub.entities import Entities
from local.host.hub.preconditions import Preconditions
from local.host.hub.sub_orchestrations import SubOrchestrations
from local.host.hub.timers import Timers
from local.host.hub.traces import Traces

# A client that waits for an orchestration holds a server thread for as long as it waits.
_SERVER_THREADS = 512
_UNLIMITED_MESSAGES = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
# Durable Functions calls these "not running": an instance id in one of them may be used again.
NOT_RUNNING = (
    pb.ORCHESTRATION_STATUS_COMPLETED,
    pb.ORCHESTRATION_STATUS_FAILED,
    pb.ORCHESTRATION_STATUS_TERMINATED,
)
_ANY_STATE = tuple(pb.OrchestrationStatus.values())


class _HubTime(datetime):
    """`datetime` as the engine knows it: its present is that of the host's clock."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(clock.now().timestamp(), tz)


# The engine reads the time in forty places and takes no clock.
engine.datetime = _HubTime  # type: ignore[attr-defined]


class TaskHub(Traces, Preconditions, Entities, SubOrchestrations, Timers):
    """durabletask's in-memory engine, with what Durable Functions does around its engine.

    What is added here: a loopback address, reuse of instance ids, event times, an end for histories without end, and
    a stream that no instance can hold up. The bases add the rest.
    """

    def __init__(self, *, replace_any_state: bool = False, max_history_size: int = 100_000) -> None:
        """An empty hub.

        Args:
            replace_any_state: host.json `extensions.durableTask.overridableExistingInstanceStates` is `AnyState`:
                starting an instance id that is running replaces it.
            max_history_size: events one instance may have when a turn of it ends; with more it fails.
        """
        # The engine's own limit refuses the turn's end and leaves the instance running for ever.
        super().__init__(max_history_size=sys.maxsize, port=0)
        self._longest_history = max_history_size
        self._replaceable = _ANY_STATE if replace_any_state else NOT_RUNNING

    def start(self) -> str:
        """Serve gRPC for the app's durable clients on any free port of the loopback address; returns `host:port`."""
        self._shutdown_event.clear()
        pool = futures.ThreadPoolExecutor(max_workers=_SERVER_THREADS, thread_name_prefix="hub-grpc")
        server = grpc.server(pool, options=_UNLIMITED_MESSAGES)
        stubs.add_TaskHubSidecarServiceServicer_to_server(self, server)  # type: ignore[no-untyped-call]
        self._port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self._server = server
        return f"127.0.0.1:{self._port}"

    def work_items(self, call: LocalCall) -> Iterator[pb.WorkItem]:
        """What is to be executed, in order, until `call` is cancelled or the hub stops. Blocks between items."""
        return map(self.with_trace, self.GetWorkItems(pb.GetWorkItemsRequest(), call))

    def StartInstance(self, request: pb.CreateInstanceRequest, context: Any) -> pb.CreateInstanceResponse:  # noqa: N802
        """Start an orchestration; a finished instance of that id is replaced."""
        if not request.HasField("orchestrationIdReusePolicy"):
            request.orchestrationIdReusePolicy.replaceableStatus.extend(self._replaceable)
        return super().StartInstance(request, context)

    def RestartInstance(self, request: pb.RestartInstanceRequest, context: Any) -> pb.RestartInstanceResponse:  # noqa: N802
        """Run an instance's input again, under a new id whatever the instance does, under its own when it is over."""
        with self._lock:
            instance = self._instances.get(request.instanceId)
            if instance is None or not request.restartWithNewInstanceId:
                return super().RestartInstance(request, context)
            new_id = uuid.uuid4().hex
            self._create_instance_internal(new_id, instance.name, instance.input, version=instance.version)
        return pb.RestartInstanceResponse(instanceId=new_id)

    def _enqueue_orchestration(self, instance_id: str) -> None:
        instance = self._instances.get(instance_id)
        if instance is None:
            return
        if self._is_terminal_status(instance.status):
            # What arrives after the end would otherwise be a turn of an orchestration that is over.
            instance.pending_events.clear()
            return
        _stamp(instance.pending_events)
        # An instance whose turn is running is queued again by the turn's completion: queueing it at once would make
        # the stream spin over it and hold back every other instance.
        if instance_id not in self._orchestration_in_flight:
            super()._enqueue_orchestration(instance_id)

    def CompleteOrchestratorTask(self, request: pb.OrchestratorResponse, context: Any) -> pb.CompleteTaskResponse:  # noqa: N802
        """Take a turn's actions, stamp its events with the time, and queue what arrived meanwhile."""
        with self._lock:
            instance = self._instances.get(request.instanceId)
            turn_began = len(instance.history) if instance is not None else 0
            if instance is not None and self._is_too_long(instance):
                del request.actions[:]
                request.actions.append(_failure_of_length(self._longest_history))
            answer = super().CompleteOrchestratorTask(request, context)
            if instance is not None:
                _stamp(instance.history[turn_began:])
                if instance.pending_events:
                    self._enqueue_orchestration(instance.instance_id)
        return answer

    def _is_too_long(self, instance: OrchestrationInstance) -> bool:
        return len(instance.history) + len(instance.dispatched_events) > self._longest_history


def _failure_of_length(longest: int) -> pb.OrchestratorAction:
    reason = f"The history has more than {longest} events; continue as new before it grows so long."
    details = pb.TaskFailureDetails(errorType="HistoryTooLong", errorMessage=reason, isNonRetriable=True)
    return helpers.new_complete_orchestration_action(-1, pb.ORCHESTRATION_STATUS_FAILED, None, details)


def _stamp(recorded: Iterable[pb.HistoryEvent]) -> None:
    """Give events their time; the engine leaves most of them at 1970."""
    for event in recorded:
        if event.timestamp.seconds == 0:
            event.timestamp.FromDatetime(clock.now())
