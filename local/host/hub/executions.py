"""Executions of an instance, one after the other, that share its id."""

from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend, OrchestrationInstance


class Executions(InMemoryOrchestrationBackend):
    """Keeps late results of an earlier execution away from the present one.

    An id is used again by continue-as-new, by a restart, and by a start that replaces a finished instance. Task ids
    begin again with each, so a late result would answer another task's question. Turns are numbered over the whole
    hub; whatever was scheduled before an execution's first turn is none of its business.
    """

    def __init__(self, max_history_size: int = 10_000, port: int = 0) -> None:
        """A hub without instances."""
        super().__init__(max_history_size=max_history_size, port=port)
        self._first_turns: dict[str, int] = {}

    def is_awaited(self, instance_id: str, turn: int) -> bool:
        """Whether what an instance scheduled in `turn` can still be of use to it."""
        instance = self._instances.get(instance_id)
        if instance is None or self._is_terminal_status(instance.status):
            return False
        return turn >= self._first_turns.get(instance_id, 0)

    def StartInstance(self, request: pb.CreateInstanceRequest, context: Any) -> pb.CreateInstanceResponse:  # noqa: N802
        """Start an orchestration; its first turn begins an execution."""
        with self._lock:
            answer = super().StartInstance(request, context)
            self._begin_execution(self._instances[answer.instanceId])
        return answer

    def _create_instance_internal(
        self, instance_id: str, name: str, encoded_input: str | None = None, version: str | None = None
    ) -> None:
        super()._create_instance_internal(instance_id, name, encoded_input, version=version)
        self._begin_execution(self._instances[instance_id])

    def _begin_execution(self, instance: OrchestrationInstance) -> None:
        self._first_turns[instance.instance_id] = instance.completion_token

    def _process_complete_orchestration_action(
        self, instance: OrchestrationInstance, complete_action: pb.CompleteOrchestrationAction
    ) -> None:
        again = complete_action.orchestrationStatus == pb.ORCHESTRATION_STATUS_CONTINUED_AS_NEW
        if again:
            # The engine hands on whatever arrived during this last turn; results in it answer this execution.
            instance.pending_events[:] = [one for one in instance.pending_events if _is_message(one)]
        super()._process_complete_orchestration_action(instance, complete_action)
        if again:
            # The engine gives the instance this number once the present turn's actions are taken.
            self._first_turns[instance.instance_id] = self._next_completion_token

    def CompleteActivityTask(self, request: pb.ActivityResponse, context: Any) -> pb.CompleteTaskResponse:  # noqa: N802
        """Deliver an activity's result, if anybody waits for it."""
        with self._lock:
            if not self.is_awaited(request.instanceId, int(request.completionToken)):
                return pb.CompleteTaskResponse()
            return super().CompleteActivityTask(request, context)

    def _enqueue_orchestration(self, instance_id: str) -> None:
        instance = self._instances.get(instance_id)
        if instance is not None and any(_answered(one) for one in instance.pending_events):
            asked = {one.entityOperationCalled.requestId for one in instance.history}
            instance.pending_events[:] = [one for one in instance.pending_events if _answered(one) in {*asked, ""}]
        super()._enqueue_orchestration(instance_id)

    def PurgeInstances(self, request: pb.PurgeInstancesRequest, context: Any) -> pb.PurgeInstancesResponse:  # noqa: N802
        """Forget finished instances."""
        with self._lock:
            answer = super().PurgeInstances(request, context)
            self._first_turns = {name: turn for name, turn in self._first_turns.items() if name in self._instances}
        return answer


def _is_message(event: pb.HistoryEvent) -> bool:
    """Whether an event is meant for the instance, whichever of its executions takes it."""
    return event.WhichOneof("eventType") in {
        "eventRaised",
        "executionSuspended",
        "executionResumed",
        "executionTerminated",
    }


def _answered(event: pb.HistoryEvent) -> str:
    """The request that an entity has answered; empty for every other event."""
    return event.entityOperationCompleted.requestId or event.entityOperationFailed.requestId
