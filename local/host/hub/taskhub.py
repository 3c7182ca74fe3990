"""The in-memory task hub as the host runs it: on the loopback address, timers and children without a thread each."""

from collections.abc import Iterable, Iterator
from concurrent import futures
from datetime import UTC, datetime
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
import durabletask.internal.orchestrator_service_pb2_grpc as stubs
import grpc  # type: ignore[import-untyped,unused-ignore]
from durabletask.internal import helpers as events
from durabletask.testing.in_memory_backend import OrchestrationInstance

from local.host.hub.alarms import AlarmClock
from local.host.hub.calls import LocalCall
from local.host.hub.children import Children
from local.host.hub.locks import EntityLocks

# A client that waits for an orchestration holds a server thread for as long as it waits.
_SERVER_THREADS = 128
_UNLIMITED_MESSAGES = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
# Durable Functions calls these "not running": an instance id in one of them may be used again.
NOT_RUNNING = (
    pb.ORCHESTRATION_STATUS_COMPLETED,
    pb.ORCHESTRATION_STATUS_FAILED,
    pb.ORCHESTRATION_STATUS_TERMINATED,
)
_ANY_STATE = tuple(pb.OrchestrationStatus.values())


class TaskHub(EntityLocks, Children):
    """durabletask's in-memory engine, with what Durable Functions does around its engine.

    What is added here: a loopback address, one thread for all timers, scheduled starts, reuse of finished instance
    ids, event times, and results of an earlier generation ignored. `Children` and `EntityLocks` add the rest.
    """

    def __init__(self, *, replace_any_state: bool = False, max_history_size: int = 100_000) -> None:
        """An empty hub.

        Args:
            replace_any_state: host.json `extensions.durableTask.overridableExistingInstanceStates` is `AnyState`:
                starting an instance id that is running replaces it.
            max_history_size: events one instance may have before the engine refuses its next turn.
        """
        super().__init__(max_history_size=max_history_size, port=0)
        self._replaceable = _ANY_STATE if replace_any_state else NOT_RUNNING
        self._alarms = AlarmClock()
        self._oldest_turn: dict[str, int] = {}

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

    def stop(self, grace: float | None = None) -> None:
        """Stop serving and forget the timers."""
        self._alarms.stop()
        super().stop(grace)

    def work_items(self, call: LocalCall) -> Iterator[pb.WorkItem]:
        """What is to be executed, in order, until `call` is cancelled or the hub stops. Blocks between items."""
        return self.GetWorkItems(pb.GetWorkItemsRequest(), call)

    # Starting: Durable Functions replaces a finished instance of the same id, and honours a start time.

    def StartInstance(self, request: pb.CreateInstanceRequest, context: Any) -> pb.CreateInstanceResponse:  # noqa: N802
        """Start an orchestration, now or at its scheduled time; a finished instance of that id is replaced."""
        if not request.HasField("orchestrationIdReusePolicy"):
            request.orchestrationIdReusePolicy.replaceableStatus.extend(self._replaceable)
        with self._lock:
            answer = super().StartInstance(request, context)
            instance = self._instances[answer.instanceId]
            self._begin_generation(instance)
            self._parents.pop(instance.instance_id, None)
            if request.HasField("scheduledStartTimestamp"):
                self._postpone(instance, request.scheduledStartTimestamp.ToDatetime(tzinfo=UTC))
        return answer

    def _create_instance_internal(
        self, instance_id: str, name: str, encoded_input: str | None = None, version: str | None = None
    ) -> None:
        super()._create_instance_internal(instance_id, name, encoded_input, version=version)
        self._begin_generation(self._instances[instance_id])

    def _begin_generation(self, instance: OrchestrationInstance) -> None:
        self._oldest_turn[instance.instance_id] = instance.completion_token

    def _postpone(self, instance: OrchestrationInstance, due: datetime) -> None:
        if due <= datetime.now(UTC):
            return
        self._orchestration_queue.remove(instance.instance_id)
        self._orchestration_queue_set.discard(instance.instance_id)

        def start() -> None:
            with self._lock:
                if self._instances.get(instance.instance_id) is instance:
                    self._enqueue_orchestration(instance.instance_id)

        self._alarms.call_at(due, start)

    # Turns. An instance whose turn is running is queued again by the turn's completion: queueing it at once would
    # make the stream spin over it and hold back every other instance.

    def _enqueue_orchestration(self, instance_id: str) -> None:
        instance = self._instances.get(instance_id)
        if instance is not None:
            _stamp(instance.pending_events)
        if instance_id not in self._orchestration_in_flight:
            super()._enqueue_orchestration(instance_id)

    def CompleteOrchestratorTask(self, request: pb.OrchestratorResponse, context: Any) -> pb.CompleteTaskResponse:  # noqa: N802
        """Take a turn's actions, stamp its events with the time, and queue what arrived meanwhile."""
        with self._lock:
            instance = self._instances.get(request.instanceId)
            turn_began = len(instance.history) if instance is not None else 0
            answer = super().CompleteOrchestratorTask(request, context)
            if instance is not None:
                _stamp(instance.history[turn_began:])
                if instance.pending_events and not self._is_terminal_status(instance.status):
                    self._enqueue_orchestration(instance.instance_id)
        return answer

    def _process_complete_orchestration_action(
        self, instance: OrchestrationInstance, complete_action: pb.CompleteOrchestrationAction
    ) -> None:
        super()._process_complete_orchestration_action(instance, complete_action)
        if complete_action.orchestrationStatus == pb.ORCHESTRATION_STATUS_CONTINUED_AS_NEW:
            # The turn's own token is replaced after this; whatever was scheduled before carries an older one.
            self._oldest_turn[instance.instance_id] = self._next_completion_token

    def CompleteActivityTask(self, request: pb.ActivityResponse, context: Any) -> pb.CompleteTaskResponse:  # noqa: N802
        """Deliver an activity's result, unless the generation that asked for it is over.

        Task ids begin again with each generation, so a late result would answer another task's question.
        """
        with self._lock:
            if int(request.completionToken) < self._oldest_turn.get(request.instanceId, 0):
                return pb.CompleteTaskResponse()
            instance = self._instances.get(request.instanceId)
            if instance is None or self._is_terminal_status(instance.status):
                return pb.CompleteTaskResponse()
            return super().CompleteActivityTask(request, context)

    # Timers.

    def _process_create_timer_action(self, instance: OrchestrationInstance, action: pb.OrchestratorAction) -> None:
        due = action.createTimer.fireAt.ToDatetime(tzinfo=UTC)
        turn = instance.completion_token
        instance.history.append(events.new_timer_created_event(action.id, due))

        def fire() -> None:
            with self._lock:
                instance_id = instance.instance_id
                if self._instances.get(instance_id) is not instance or turn < self._oldest_turn.get(instance_id, 0):
                    return
                if not self._is_terminal_status(instance.status):
                    instance.pending_events.append(events.new_timer_fired_event(action.id, due))
                    instance.last_updated_at = datetime.now(UTC)
                    self._enqueue_orchestration(instance_id)

        self._alarms.call_at(due, fire)

    def _schedule_delayed_entity_operation(self, entity_id: str, event: pb.HistoryEvent, fire_at: datetime) -> None:
        def fire() -> None:
            with self._lock:
                self._queue_entity_operation(entity_id, event)

        self._alarms.call_at(fire_at, fire)


def _stamp(recorded: Iterable[pb.HistoryEvent]) -> None:
    """Give events their time; the engine leaves most of them at 1970."""
    for event in recorded:
        if event.timestamp.seconds == 0:
            event.timestamp.GetCurrentTime()
