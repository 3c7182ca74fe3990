"""Durable history as the management API shows it."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb

# Bookkeeping of the engine, which the API leaves out.
_HIDDEN = {"orchestratorStarted", "orchestratorCompleted"}
_SCHEDULING = {"taskScheduled", "subOrchestrationInstanceCreated"}
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


def shown(events: Iterable[pb.HistoryEvent], *, inputs: bool, outputs: bool) -> list[dict[str, Any]]:
    """The rows of `historyEvents`: a finished task is one row with its name and both times.

    Args:
        events: the engine's history, in order.
        inputs: keep inputs (`showInput`).
        outputs: keep results (`showHistoryOutput`).
    """
    rows: list[dict[str, Any] | None] = []
    scheduled: dict[int, int] = {}
    for event in events:
        kind = str(event.WhichOneof("eventType"))
        if kind in _HIDDEN:
            continue
        content = getattr(event, kind)
        row = {"EventType": kind[0].upper() + kind[1:], "Timestamp": moment(event.timestamp)}
        row |= _SHAPES.get(kind, _nothing_more)(content)
        if kind in _SCHEDULING:
            scheduled[event.eventId] = len(rows)
        else:
            row |= _taken_from(rows, scheduled.pop(getattr(content, "taskScheduledId", -1), None))
        rows.append(row)
    return [_visible(row, inputs=inputs, outputs=outputs) for row in rows if row is not None]


def moment(timestamp: Any) -> str:
    """A protobuf timestamp in the API's notation."""
    return str(timestamp.ToDatetime().strftime(_TIME))


def payload(value: Any) -> Any:
    """A stored payload: the JSON it holds, or its text when it is none; absent is null."""
    text = value.value if hasattr(value, "value") else value
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def failure_text(details: pb.TaskFailureDetails) -> str:
    """`Type: message`, as the durable engine writes a failure into an output."""
    return f"{details.errorType}: {details.errorMessage}"


def _taken_from(rows: list[dict[str, Any] | None], index: int | None) -> dict[str, Any]:
    if index is None:
        return {}
    row = rows[index] or {}
    rows[index] = None
    return {"ScheduledTime": row["Timestamp"], "FunctionName": row["FunctionName"], "Input": row["Input"]}


def _visible(row: dict[str, Any], *, inputs: bool, outputs: bool) -> dict[str, Any]:
    hidden = ({"Input"} if not inputs else set()) | ({"Result"} if not outputs else set())
    return {name: value for name, value in row.items() if name not in hidden}


def _nothing_more(_content: Any) -> dict[str, Any]:
    return {}


def _failure(content: Any) -> dict[str, Any]:
    details = content.failureDetails
    return {"Reason": details.errorMessage, "Details": details.stackTrace.value, "FailureType": details.errorType}


def _completed(content: Any) -> dict[str, Any]:
    status = pb.OrchestrationStatus.Name(content.orchestrationStatus)
    failed = content.HasField("failureDetails")
    return {
        "OrchestrationStatus": status.removeprefix("ORCHESTRATION_STATUS_").title(),
        "Result": failure_text(content.failureDetails) if failed else payload(content.result),
    }


def _entity_operation(content: Any) -> dict[str, Any]:
    return {
        "InstanceId": content.targetInstanceId.value,
        "Name": content.operation,
        "Input": payload(content.input),
    }


_SHAPES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "executionStarted": lambda content: {
        "Correlation": None,
        "ScheduledStartTime": None,
        "FunctionName": content.name,
        "Input": payload(content.input),
    },
    "executionCompleted": _completed,
    "executionTerminated": lambda content: {"Reason": payload(content.input)},
    "executionSuspended": lambda content: {"Reason": payload(content.input)},
    "executionResumed": lambda content: {"Reason": payload(content.input)},
    "executionRewound": lambda content: {"Reason": content.reason.value},
    "taskScheduled": lambda content: {"FunctionName": content.name, "Input": payload(content.input)},
    "taskCompleted": lambda content: {"Result": payload(content.result)},
    "taskFailed": _failure,
    "subOrchestrationInstanceCreated": lambda content: {
        "FunctionName": content.name,
        "InstanceId": content.instanceId,
        "Input": payload(content.input),
    },
    "subOrchestrationInstanceCompleted": lambda content: {"Result": payload(content.result)},
    "subOrchestrationInstanceFailed": _failure,
    "timerCreated": lambda content: {"FireAt": moment(content.fireAt)},
    "timerFired": lambda content: {"FireAt": moment(content.fireAt)},
    "eventSent": lambda content: {
        "InstanceId": content.instanceId,
        "Name": content.name,
        "Input": payload(content.input),
    },
    "eventRaised": lambda content: {"Name": content.name, "Input": payload(content.input)},
    "entityOperationCalled": _entity_operation,
    "entityOperationSignaled": _entity_operation,
    "entityOperationCompleted": lambda content: {"Result": payload(content.output)},
    "entityOperationFailed": _failure,
}
