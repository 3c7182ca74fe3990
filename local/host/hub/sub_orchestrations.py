"""Sub-orchestrations that know their parent, report to it without a thread, and end with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from durabletask.internal import helpers as events
from durabletask.testing.in_memory_backend import OrchestrationInstance

from local.host import clock
from local.host.hub.executions import Executions


@dataclass(frozen=True, slots=True)
class _Parent:
    """Who waits for a child: the instance, its task, and the turn in which it asked."""

    instance_id: str
    name: str
    task_id: int
    turn: int


class SubOrchestrations(Executions):
    """Child orchestrations as Durable Functions has them.

    The in-memory engine holds a waiting thread per child; its children know no parent and their failures no type.
    """

    def __init__(self, max_history_size: int = 10_000, port: int = 0) -> None:
        """A hub without orchestrations."""
        super().__init__(max_history_size=max_history_size, port=port)
        self._parents: dict[str, _Parent] = {}

    def StartInstance(self, request: pb.CreateInstanceRequest, context: Any) -> pb.CreateInstanceResponse:  # noqa: N802
        """Start an orchestration that is nobody's child, whatever had its id before."""
        with self._lock:
            answer = super().StartInstance(request, context)
            self._parents.pop(answer.instanceId, None)
        return answer

    def _watch_sub_orchestration(self, parent_instance_id: str, sub_instance_id: str, task_id: int) -> None:
        parent = self._instances[parent_instance_id]
        asking = _Parent(parent_instance_id, parent.name, task_id, parent.completion_token)
        self._parents[sub_instance_id] = asking
        _introduce(self._instances[sub_instance_id].pending_events, asking)
        # A rewind watches children again that may have finished long ago.
        self._report_to_parent(sub_instance_id)

    def _process_complete_orchestration_action(
        self, instance: OrchestrationInstance, complete_action: pb.CompleteOrchestrationAction
    ) -> None:
        super()._process_complete_orchestration_action(instance, complete_action)
        if instance.instance_id in self._parents:
            # A child that continues as new is still the same parent's child.
            _introduce(instance.pending_events, self._parents[instance.instance_id])

    def _notify_waiters(self, instance_id: str) -> None:
        super()._notify_waiters(instance_id)
        self._report_to_parent(instance_id)

    def _report_to_parent(self, child_id: str) -> None:
        child = self._instances.get(child_id)
        if child is None or child_id not in self._parents or not self._is_terminal_status(child.status):
            return
        asking = self._parents.pop(child_id)
        if not self.is_awaited(asking.instance_id, asking.turn):
            return
        parent = self._instances[asking.instance_id]
        parent.pending_events.append(_child_result(child, asking.task_id))
        parent.last_updated_at = clock.now()
        self._enqueue_orchestration(asking.instance_id)

    def _terminate_instance_internal(self, instance_id: str, output: str | None, recursive: bool = False) -> None:  # noqa: FBT001, FBT002 - the engine's own signature
        children = [child for child, parent in self._parents.items() if parent.instance_id == instance_id]
        super()._terminate_instance_internal(instance_id, output, recursive=False)
        for child in children if recursive else ():
            self._terminate_instance_internal(child, output, recursive=True)


def _introduce(pending: Iterable[pb.HistoryEvent], parent: _Parent) -> None:
    for event in pending:
        if event.HasField("executionStarted"):
            event.executionStarted.parentInstance.taskScheduledId = parent.task_id
            event.executionStarted.parentInstance.name.value = parent.name
            event.executionStarted.parentInstance.orchestrationInstance.instanceId = parent.instance_id


def _child_result(child: OrchestrationInstance, task_id: int) -> pb.HistoryEvent:
    if child.status == pb.ORCHESTRATION_STATUS_COMPLETED:
        return events.new_sub_orchestration_completed_event(task_id, child.output)
    failed = events.new_sub_orchestration_failed_event(task_id, Exception("The sub-orchestration was terminated"))
    if child.failure_details is not None:
        failed.subOrchestrationInstanceFailed.failureDetails.CopyFrom(child.failure_details)
    return failed
