"""Sub-orchestrations that know their parent, report to it without a thread, and end with it."""

from collections.abc import Iterable
from datetime import UTC, datetime

import durabletask.internal.orchestrator_service_pb2 as pb
from durabletask.internal import helpers as events
from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend, OrchestrationInstance


class Children(InMemoryOrchestrationBackend):
    """Child orchestrations as Durable Functions has them.

    The in-memory engine holds a waiting thread per child; its children know no parent and their failures no type.
    """

    def __init__(self, max_history_size: int = 10_000, port: int = 0) -> None:
        """A hub without orchestrations."""
        super().__init__(max_history_size=max_history_size, port=port)
        self._parents: dict[str, tuple[str, int]] = {}

    def _process_create_sub_orchestration_action(
        self, instance: OrchestrationInstance, action: pb.OrchestratorAction
    ) -> None:
        super()._process_create_sub_orchestration_action(instance, action)
        child = self._instances.get(action.createSubOrchestration.instanceId)
        if child is not None and self._parents.get(child.instance_id) == (instance.instance_id, action.id):
            _introduce(child.pending_events, instance, action.id)

    def _watch_sub_orchestration(self, parent_instance_id: str, sub_instance_id: str, task_id: int) -> None:
        self._parents[sub_instance_id] = (parent_instance_id, task_id)
        # A rewind watches children again that may have finished long ago.
        self._report_to_parent(sub_instance_id)

    def _notify_waiters(self, instance_id: str) -> None:
        super()._notify_waiters(instance_id)
        self._report_to_parent(instance_id)

    def _report_to_parent(self, child_id: str) -> None:
        child = self._instances.get(child_id)
        if child is None or child_id not in self._parents or not self._is_terminal_status(child.status):
            return
        parent_id, task_id = self._parents.pop(child_id)
        parent = self._instances.get(parent_id)
        if parent is None or self._is_terminal_status(parent.status):
            return
        parent.pending_events.append(_child_result(child, task_id))
        parent.last_updated_at = datetime.now(UTC)
        self._enqueue_orchestration(parent_id)

    def _terminate_instance_internal(self, instance_id: str, output: str | None, recursive: bool = False) -> None:  # noqa: FBT001, FBT002 - the engine's own signature
        children = [child for child, (parent, _) in self._parents.items() if parent == instance_id] if recursive else []
        super()._terminate_instance_internal(instance_id, output, recursive=False)
        for child in children:
            self._terminate_instance_internal(child, output, recursive=True)


def _introduce(pending: Iterable[pb.HistoryEvent], parent: OrchestrationInstance, task_id: int) -> None:
    for event in pending:
        if event.HasField("executionStarted"):
            event.executionStarted.parentInstance.taskScheduledId = task_id
            event.executionStarted.parentInstance.name.value = parent.name
            event.executionStarted.parentInstance.orchestrationInstance.instanceId = parent.instance_id


def _child_result(child: OrchestrationInstance, task_id: int) -> pb.HistoryEvent:
    if child.status == pb.ORCHESTRATION_STATUS_COMPLETED:
        return events.new_sub_orchestration_completed_event(task_id, child.output)
    failed = events.new_sub_orchestration_failed_event(task_id, Exception("The sub-orchestration was terminated"))
    if child.failure_details is not None:
        failed.subOrchestrationInstanceFailed.failureDetails.CopyFrom(child.failure_details)
    return failed
