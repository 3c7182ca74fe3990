"""Durable timers, delayed signals and scheduled starts on one thread."""

from datetime import UTC, datetime
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from durabletask.internal import helpers as events
from durabletask.testing.in_memory_backend import OrchestrationInstance

from local.host import clock
from local.host.hub.executions import Executions
from local.host.hub.timer_queue import TimerQueue


class Timers(Executions):
    """Whatever happens in the hub because its time has come.

    The in-memory engine starts a sleeping thread for each timer and each delayed signal, and starts a scheduled
    orchestration at once.
    """

    def __init__(self, max_history_size: int = 10_000, port: int = 0) -> None:
        """A hub without timers."""
        super().__init__(max_history_size=max_history_size, port=port)
        self._timer_queue = TimerQueue()
        self._postponed: set[str] = set()

    def stop(self, grace: float | None = None) -> None:
        """Stop serving and forget the timers."""
        self._timer_queue.stop()
        super().stop(grace)

    def _process_create_timer_action(self, instance: OrchestrationInstance, action: pb.OrchestratorAction) -> None:
        due = action.createTimer.fireAt.ToDatetime(tzinfo=UTC)
        # The callback may be pending for days: it holds what it needs, not the instance with its history.
        instance_id, turn, timer_id = instance.instance_id, instance.completion_token, action.id
        instance.history.append(events.new_timer_created_event(timer_id, due))

        def fire() -> None:
            with self._lock:
                if self.is_awaited(instance_id, turn):
                    present = self._instances[instance_id]
                    present.pending_events.append(events.new_timer_fired_event(timer_id, due))
                    present.last_updated_at = clock.now()
                    self._enqueue_orchestration(instance_id)

        self._timer_queue.call_at(due, fire)

    def _schedule_delayed_entity_operation(self, entity_id: str, event: pb.HistoryEvent, fire_at: datetime) -> None:
        def fire() -> None:
            with self._lock:
                self._queue_entity_operation(entity_id, event)

        self._timer_queue.call_at(fire_at, fire)

    def StartInstance(self, request: pb.CreateInstanceRequest, context: Any) -> pb.CreateInstanceResponse:  # noqa: N802
        """Start an orchestration, now or at its scheduled time."""
        with self._lock:
            answer = super().StartInstance(request, context)
            self._postponed.discard(answer.instanceId)
            if request.HasField("scheduledStartTimestamp"):
                due = request.scheduledStartTimestamp.ToDatetime(tzinfo=UTC)
                self._postpone(self._instances[answer.instanceId], due)
        return answer

    def _postpone(self, instance: OrchestrationInstance, due: datetime) -> None:
        if due <= clock.now():
            return
        instance_id, turn = instance.instance_id, instance.completion_token
        self._orchestration_queue.remove(instance_id)
        self._orchestration_queue_set.discard(instance_id)
        self._postponed.add(instance_id)

        def start() -> None:
            with self._lock:
                if self.is_awaited(instance_id, turn):
                    self._postponed.discard(instance_id)
                    self._enqueue_orchestration(instance_id)

        self._timer_queue.call_at(due, start)

    def _terminate_instance_internal(self, instance_id: str, output: str | None, recursive: bool = False) -> None:  # noqa: FBT001, FBT002 - the engine's own signature
        if instance_id in self._postponed:
            self._postponed.discard(instance_id)
            self._end_unstarted(self._instances[instance_id], output)
        else:
            super()._terminate_instance_internal(instance_id, output, recursive)

    def _end_unstarted(self, instance: OrchestrationInstance, output: str | None) -> None:
        """End an instance whose time has not come: a turn of it would run its function first."""
        instance.status = pb.ORCHESTRATION_STATUS_TERMINATED
        instance.output = output
        instance.completed_at = instance.last_updated_at = clock.now()
        ending = [
            events.new_terminated_event(encoded_output=output),
            events.new_execution_completed_event(instance.status, output, None),
        ]
        for event in ending:
            event.timestamp.FromDatetime(clock.now())
        instance.history.extend([*instance.pending_events, *ending])
        instance.pending_events.clear()
        self._notify_waiters(instance.instance_id)

    def _enqueue_orchestration(self, instance_id: str) -> None:
        # Events that arrive before the start wait for it.
        if instance_id not in self._postponed:
            super()._enqueue_orchestration(instance_id)
