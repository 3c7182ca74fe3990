"""The three kinds of work items: what each sends to its function, and how its result goes back to the hub.

Encodings are those of the Durable Functions extension for gRPC-based SDKs: an orchestrator takes and returns base64
protobuf, an entity likewise, an activity JSON text.
"""

import base64
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable

import durabletask.internal.orchestrator_service_pb2 as pb
from durabletask.entities import EntityInstanceId
from durabletask.internal import helpers

from local.host import catalogue
from local.host.hub.calls import LocalCall
from local.host.hub.taskhub import TaskHub
from local.host.wire import Datum, Failure, Outcome

type Completion = Callable[[TaskHub], object]
# Executes the durable function (trigger type, name) with one trigger value; `None` when there is no such function.
type Execution = Callable[[str, str, Datum], Awaitable[Outcome | None]]

_WORKER_CRASH = "WorkerProcessExited"


def execution_of(item: pb.WorkItem) -> "ItemExecution":
    """The execution for a work item of the hub's stream."""
    match item.WhichOneof("request"):
        case "orchestratorRequest":
            return OrchestratorTurn(item)
        case "activityRequest":
            return ActivityExecution(item)
        case _:
            return EntityBatch(item)


class ItemExecution(ABC):
    """One work item on its way through the worker."""

    trigger_type: str
    kind: str

    def __init__(self, item: pb.WorkItem, name: str, instance_id: str) -> None:
        """Know the function's name and whom the result is for."""
        self.token = item.completionToken
        self.name = name
        self.instance_id = instance_id

    @property
    def title(self) -> str:
        """What a log line or a failure calls this item."""
        return f"{self.kind} '{self.name}' of '{self.instance_id}'"

    async def run(self, execute: Execution) -> Completion:
        """Execute the function and return how to tell the hub.

        Raises:
            WorkerLost: the worker ended first; the item can be run again.
        """
        outcome = await execute(self.trigger_type, self.name, self.trigger_value())
        if outcome is None:
            return self.failed(
                f"The function '{self.name}' doesn't exist, is disabled, or is not an {self.kind.lower()} function.",
                "FunctionNotFound",
            )
        if outcome.failure is not None:
            return self.refused(failure_details(outcome.failure))
        return self.completed(str(outcome.returned.value) if outcome.returned is not None else None)

    def failed(self, message: str, error_type: str = _WORKER_CRASH) -> Completion:
        """Fail the item for a reason that is not an exception of user code; never retried by the SDK."""
        return self.refused(pb.TaskFailureDetails(errorType=error_type, errorMessage=message, isNonRetriable=True))

    @abstractmethod
    def trigger_value(self) -> Datum:
        """What the function's trigger parameter gets."""

    @abstractmethod
    def completed(self, returned: str | None) -> Completion:
        """Tell the hub what the function returned."""

    @abstractmethod
    def refused(self, details: pb.TaskFailureDetails) -> Completion:
        """Tell the hub that the function failed."""


class OrchestratorTurn(ItemExecution):
    """One replay of an orchestrator up to where it waits."""

    trigger_type = catalogue.ORCHESTRATION
    kind = "Orchestrator"

    def __init__(self, item: pb.WorkItem) -> None:
        """Find the orchestrator's name in the history."""
        self._request = item.orchestratorRequest
        events = [*self._request.pastEvents, *self._request.newEvents]
        started = [event.executionStarted.name for event in events if event.HasField("executionStarted")]
        super().__init__(item, started[-1], self._request.instanceId)

    def trigger_value(self) -> Datum:
        """The request in base64."""
        return Datum("string", base64.b64encode(self._request.SerializeToString()).decode("ascii"))

    def completed(self, returned: str | None) -> Completion:
        """Decode the response; its completion token is the host's business."""
        response = pb.OrchestratorResponse()
        response.ParseFromString(base64.b64decode(returned or ""))
        return self._respond(response)

    def refused(self, details: pb.TaskFailureDetails) -> Completion:
        """Fail the whole orchestration: its function never got to say anything."""
        action = helpers.new_complete_orchestration_action(-1, pb.ORCHESTRATION_STATUS_FAILED, None, details)
        return self._respond(pb.OrchestratorResponse(instanceId=self.instance_id, actions=[action]))

    def _respond(self, response: pb.OrchestratorResponse) -> Completion:
        response.completionToken = self.token
        return lambda hub: hub.CompleteOrchestratorTask(response, LocalCall())


class ActivityExecution(ItemExecution):
    """One execution of an activity."""

    trigger_type = catalogue.ACTIVITY
    kind = "Activity"

    def __init__(self, item: pb.WorkItem) -> None:
        """Keep the request."""
        self._request = item.activityRequest
        super().__init__(item, self._request.name, self._request.orchestrationInstance.instanceId)

    def trigger_value(self) -> Datum:
        """The input as JSON text; no input is JSON's null."""
        return Datum("json", self._request.input.value or "null")

    def completed(self, returned: str | None) -> Completion:
        """The result is JSON text; a function that returns nothing returned null."""
        return self._respond(
            pb.ActivityResponse(
                instanceId=self.instance_id,
                taskId=self._request.taskId,
                result=helpers.get_string_value(returned if returned is not None else "null"),
            )
        )

    def refused(self, details: pb.TaskFailureDetails) -> Completion:
        """The orchestrator sees a failed task."""
        response = pb.ActivityResponse(instanceId=self.instance_id, taskId=self._request.taskId, failureDetails=details)
        return self._respond(response)

    def _respond(self, response: pb.ActivityResponse) -> Completion:
        response.completionToken = self.token
        return lambda hub: hub.CompleteActivityTask(response, LocalCall())


class EntityBatch(ItemExecution):
    """The operations that wait for one entity, in order."""

    trigger_type = catalogue.ENTITY
    kind = "Entity"

    def __init__(self, item: pb.WorkItem) -> None:
        """Convert the hub's request; the SDK takes batches and leaves their addressees to the host."""
        self._request, self._addressees = helpers.convert_to_entity_batch_request(item.entityRequestV2)
        super().__init__(item, EntityInstanceId.parse(self._request.instanceId).entity, self._request.instanceId)

    def trigger_value(self) -> Datum:
        """The request in base64."""
        return Datum("string", base64.b64encode(self._request.SerializeToString()).decode("ascii"))

    def completed(self, returned: str | None) -> Completion:
        """Decode the result."""
        result = pb.EntityBatchResult()
        result.ParseFromString(base64.b64decode(returned or ""))
        return self._respond(result)

    def refused(self, details: pb.TaskFailureDetails) -> Completion:
        """Fail every operation and keep the state as it was."""
        failure = pb.OperationResult(failure=pb.OperationResultFailure(failureDetails=details))
        results = [failure] * len(self._request.operations)
        return self._respond(pb.EntityBatchResult(results=results, entityState=self._request.entityState))

    def _respond(self, result: pb.EntityBatchResult) -> Completion:
        result.completionToken = self.token
        del result.operationInfos[:]
        result.operationInfos.extend(self._addressees)
        return lambda hub: hub.CompleteEntityTask(result, LocalCall())


def failure_details(failure: Failure) -> pb.TaskFailureDetails:
    """A worker's exception as durable failure details: `Type: message` is taken apart as the real extension does."""
    error_type, separator, message = failure.message.partition(": ")
    if not separator:
        error_type, message = error_type.rstrip(":"), ""
    return pb.TaskFailureDetails(
        errorType=error_type,
        # The hub tells failed from successful by this text, so it may not be empty.
        errorMessage=message or error_type,
        stackTrace=helpers.get_string_value(failure.stack_trace),
    )
