"""Suspending what is suspended, and resuming what is not."""

from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend, OrchestrationInstance


class Suspension(InMemoryOrchestrationBackend):
    """Passes on only what changes something.

    The SDK takes a resumption of a running orchestration for an unknown event and fails it, and a second suspension
    for one that needs a second resumption; two in one turn make it turn round for ever.
    """

    def SuspendInstance(self, request: pb.SuspendRequest, context: Any) -> pb.SuspendResponse:  # noqa: N802
        """Suspend an instance that is not suspended, or about to be."""
        with self._lock:
            if self._will_be_suspended(request.instanceId):
                return pb.SuspendResponse()
            return super().SuspendInstance(request, context)

    def ResumeInstance(self, request: pb.ResumeRequest, context: Any) -> pb.ResumeResponse:  # noqa: N802
        """Resume an instance that is suspended, or about to be."""
        with self._lock:
            if request.instanceId in self._instances and not self._will_be_suspended(request.instanceId):
                return pb.ResumeResponse()
            return super().ResumeInstance(request, context)

    def _will_be_suspended(self, instance_id: str) -> bool:
        """Whether an instance is suspended once it has seen everything that was sent to it."""
        instance = self._instances.get(instance_id)
        return instance is not None and _after_all_events(instance)


def _after_all_events(instance: OrchestrationInstance) -> bool:
    for event in reversed([*instance.dispatched_events, *instance.pending_events]):
        if event.HasField("executionSuspended"):
            return True
        if event.HasField("executionResumed"):
            return False
    return bool(instance.status == pb.ORCHESTRATION_STATUS_SUSPENDED)
