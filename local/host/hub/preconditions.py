"""What the durable client of Azure Functions refuses before it reaches the engine."""

from typing import Any
from unicodedata import category

import durabletask.internal.orchestrator_service_pb2 as pb
import grpc  # type: ignore[import-untyped,unused-ignore]
from durabletask.internal import helpers
from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend, OrchestrationInstance

_LONGEST_ID = 256
_NOT_IN_IDS = set("/\\?#")


class Preconditions(InMemoryOrchestrationBackend):
    """Asks an instance only for what it can do (`DurableClient` in azure-functions-durable-extension).

    The engine lets pass what the SDK cannot take: a resumption of what is not suspended fails the orchestration, a
    second suspension makes it turn round for ever.
    """

    def StartInstance(self, request: pb.CreateInstanceRequest, context: Any) -> pb.CreateInstanceResponse:  # noqa: N802
        """Start an orchestration under an id that one may have."""
        if wrong := _what_is_wrong_with(request.instanceId):
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, wrong)
        return super().StartInstance(request, context)

    def RaiseEvent(self, request: pb.RaiseEventRequest, context: Any) -> pb.RaiseEventResponse:  # noqa: N802
        """Deliver an external event to an instance that is not over."""
        with self._lock:
            instance = self._instances.get(request.instanceId)
            if instance is not None and self._is_terminal_status(instance.status):
                _refuse(context, f"raise event {request.name} for", instance)
            return super().RaiseEvent(request, context)

    def TerminateInstance(self, request: pb.TerminateRequest, context: Any) -> pb.TerminateResponse:  # noqa: N802
        """End an instance that exists and is not over."""
        with self._lock:
            instance = self._instances.get(request.instanceId)
            if instance is None:
                context.abort(grpc.StatusCode.NOT_FOUND, f"No instance with ID '{request.instanceId}' was found.")
            elif self._is_terminal_status(instance.status):
                _refuse(context, "terminate", instance)
            return super().TerminateInstance(request, context)

    def SuspendInstance(self, request: pb.SuspendRequest, context: Any) -> pb.SuspendResponse:  # noqa: N802
        """Suspend an instance that is not over, and not suspended or about to be."""
        with self._lock:
            instance = self._instances.get(request.instanceId)
            if instance is not None and (self._is_terminal_status(instance.status) or _will_be_suspended(instance)):
                _refuse(context, "suspend", instance)
            if instance is None or instance.status != pb.ORCHESTRATION_STATUS_SUSPENDED:
                return super().SuspendInstance(request, context)
            # It is about to be resumed: the engine looks at what it is now, and would drop the request.
            instance.pending_events.append(helpers.new_suspend_event(encoded_input=request.reason.value))
            self._enqueue_orchestration(instance.instance_id)
        return pb.SuspendResponse()

    def ResumeInstance(self, request: pb.ResumeRequest, context: Any) -> pb.ResumeResponse:  # noqa: N802
        """Resume an instance that is suspended, or about to be."""
        with self._lock:
            instance = self._instances.get(request.instanceId)
            if instance is not None and (self._is_terminal_status(instance.status) or not _will_be_suspended(instance)):
                _refuse(context, "resume", instance)
            return super().ResumeInstance(request, context)


def _what_is_wrong_with(instance_id: str) -> str:
    """The sentence of the real client about an id that is none; empty when it is one."""
    if instance_id.startswith("@"):
        return "Orchestration instance ids must not start with @."
    if any(one in _NOT_IN_IDS or category(one) == "Cc" for one in instance_id):
        return "Orchestration instance ids must not contain /, \\, #, ?, or control characters."
    if len(instance_id) > _LONGEST_ID:
        return f"Instance ID lengths must not exceed {_LONGEST_ID} characters."
    return ""


def _refuse(context: Any, action: str, instance: OrchestrationInstance) -> None:
    state = pb.OrchestrationStatus.Name(instance.status).removeprefix("ORCHESTRATION_STATUS_").title()
    context.abort(
        grpc.StatusCode.FAILED_PRECONDITION,
        f"Cannot {action} the orchestration instance {instance.instance_id} because instance is in the {state} state.",
    )


def _will_be_suspended(instance: OrchestrationInstance) -> bool:
    """Whether the instance is suspended once it has seen everything that was sent to it."""
    for event in reversed([*instance.dispatched_events, *instance.pending_events]):
        if event.HasField("executionSuspended"):
            return True
        if event.HasField("executionResumed"):
            return False
    return bool(instance.status == pb.ORCHESTRATION_STATUS_SUSPENDED)
