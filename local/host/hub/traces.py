"""Traces that go through orchestrations as in Durable Functions: from the start to each activity and child.

A signal to an entity carries none, nor does what an entity starts: the SDK sends none with either.
"""

from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend, OrchestrationInstance


class Traces(InMemoryOrchestrationBackend):
    """Remembers of which trace each instance is; the in-memory engine drops what a start tells."""

    def __init__(self, max_history_size: int = 10_000, port: int = 0) -> None:
        """A hub without instances."""
        super().__init__(max_history_size=max_history_size, port=port)
        self._traces: dict[str, pb.TraceContext] = {}

    def StartInstance(self, request: pb.CreateInstanceRequest, context: Any) -> pb.CreateInstanceResponse:  # noqa: N802
        """Start an orchestration that is part of the trace in which it was asked for."""
        with self._lock:
            answer = super().StartInstance(request, context)
            self._traces.pop(answer.instanceId, None)
            if request.HasField("parentTraceContext"):
                self._traces[answer.instanceId] = request.parentTraceContext
                self._introduce(self._instances[answer.instanceId])
        return answer

    def _create_instance_internal(
        self, instance_id: str, name: str, encoded_input: str | None = None, version: str | None = None
    ) -> None:
        super()._create_instance_internal(instance_id, name, encoded_input, version=version)
        self._traces.pop(instance_id, None)

    def _watch_sub_orchestration(self, parent_instance_id: str, sub_instance_id: str, task_id: int) -> None:
        super()._watch_sub_orchestration(parent_instance_id, sub_instance_id, task_id)
        if parent_instance_id in self._traces:
            self._traces[sub_instance_id] = self._traces[parent_instance_id]
            self._introduce(self._instances[sub_instance_id])

    def _process_complete_orchestration_action(
        self, instance: OrchestrationInstance, complete_action: pb.CompleteOrchestrationAction
    ) -> None:
        super()._process_complete_orchestration_action(instance, complete_action)
        self._introduce(instance)  # one that continues as new is part of the same trace

    def PurgeInstances(self, request: pb.PurgeInstancesRequest, context: Any) -> pb.PurgeInstancesResponse:  # noqa: N802
        """Forget finished instances."""
        with self._lock:
            answer = super().PurgeInstances(request, context)
            self._traces = {name: trace for name, trace in self._traces.items() if name in self._instances}
        return answer

    def with_trace(self, item: pb.WorkItem) -> pb.WorkItem:
        """A work item whose activity, if it is one, is part of its orchestration's trace."""
        if item.WhichOneof("request") == "activityRequest":
            trace = self._traces.get(item.activityRequest.orchestrationInstance.instanceId)
            if trace is not None:
                item.activityRequest.parentTraceContext.CopyFrom(trace)
        return item

    def _introduce(self, instance: OrchestrationInstance) -> None:
        trace = self._traces.get(instance.instance_id)
        for event in instance.pending_events if trace is not None else ():
            if event.HasField("executionStarted"):
                event.executionStarted.parentTraceContext.CopyFrom(trace)
