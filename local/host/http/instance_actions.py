"""What an operator can do to an orchestration that is under way."""

import json

import durabletask.internal.orchestrator_service_pb2 as pb

from local.host.hub.calls import LocalCall
from local.host.hub.taskhub import TaskHub


class InstanceActions:
    """Each call is one of the hub's; a refusal of the hub is a `HubRefusal`."""

    def __init__(self, hub: TaskHub) -> None:
        """Act on the instances of `hub`."""
        self._hub = hub

    def raise_event(self, instance_id: str, name: str, content: str) -> None:
        """Deliver an external event; `content` is JSON, empty for null."""
        event = pb.RaiseEventRequest(instanceId=instance_id, name=name)
        event.input.value = content or "null"
        self._hub.RaiseEvent(event, LocalCall())

    def terminate(self, instance_id: str, reason: str) -> None:
        """End the instance and its children; the reason becomes the output."""
        terminate = pb.TerminateRequest(instanceId=instance_id, recursive=True)
        terminate.output.value = json.dumps(reason)
        self._hub.TerminateInstance(terminate, LocalCall())

    def suspend(self, instance_id: str, reason: str) -> None:
        """Stop the instance from going on; what arrives meanwhile is kept."""
        suspend = pb.SuspendRequest(instanceId=instance_id)
        suspend.reason.value = reason
        self._hub.SuspendInstance(suspend, LocalCall())

    def resume(self, instance_id: str, reason: str) -> None:
        """Let the instance go on."""
        resume = pb.ResumeRequest(instanceId=instance_id)
        resume.reason.value = reason
        self._hub.ResumeInstance(resume, LocalCall())

    def rewind(self, instance_id: str, reason: str) -> None:
        """Run a failed instance again from its last success."""
        rewind = pb.RewindInstanceRequest(instanceId=instance_id)
        rewind.reason.value = reason
        self._hub.RewindInstance(rewind, LocalCall())
