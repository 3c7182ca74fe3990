"""Histories of the product's orchestrations: read from a task hub, kept as JSON, and replayed turn by turn."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
from azure.durable_functions.worker import DurableFunctionsWorker
from durabletask.internal import orchestrator_service_pb2 as pb
from durabletask.internal.orchestrator_service_pb2_grpc import TaskHubSidecarServiceStub
from google.protobuf.json_format import MessageToDict, ParseDict  # type: ignore[import-untyped]

from orchestrators.drill import drill, drill_vm
from orchestrators.failover import fail_over
from orchestrators.follow_jobs import follow_jobs
from orchestrators.protect import protect_vm
from orchestrators.sweep import sweep
from orchestrators.waves import fail_over_waves

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
"""A file for each kept history, named after what happens in it."""

ORCHESTRATORS: dict[str, Any] = {
    "protect_vm": protect_vm,
    "fail_over": fail_over,
    "fail_over_waves": fail_over_waves,
    "drill": drill,
    "drill_vm": drill_vm,
    "sweep": sweep,
    "follow_jobs": follow_jobs,
}

ARRIVING = {
    "orchestratorStarted",
    "executionStarted",
    "taskCompleted",
    "taskFailed",
    "timerFired",
    "eventRaised",
    "entityOperationCompleted",
    "entityOperationFailed",
}
"""Events that a turn is given; all others are what it did."""


def read(address: str, instance: str) -> list[pb.HistoryEvent]:
    """The history of an instance in the task hub at this address."""
    with grpc.insecure_channel(address) as channel:
        stub = TaskHubSidecarServiceStub(channel)
        chunks = stub.StreamInstanceHistory(pb.StreamInstanceHistoryRequest(instanceId=instance))
        return [event for chunk in chunks for event in chunk.events]


def keep(name: str, events: Sequence[pb.HistoryEvent]) -> None:
    """Write a history, one event in each line; stacks in it name the files of no particular machine."""
    lines = (json.dumps(MessageToDict(event), sort_keys=True).replace(f"{ROOT}/", "") for event in events)
    (GOLDEN / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def kept(name: str) -> list[pb.HistoryEvent]:
    """A kept history."""
    lines = (GOLDEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [ParseDict(json.loads(line), pb.HistoryEvent()) for line in lines]


def turns(events: Sequence[pb.HistoryEvent]) -> Iterator[tuple[list[pb.HistoryEvent], list[pb.HistoryEvent]]]:
    """For each turn of the orchestrator, what came before it and what is its own."""
    starts = [place for place, event in enumerate(events) if event.HasField("orchestratorStarted")]
    for start, end in zip(starts, [*starts[1:], len(events)], strict=True):
        yield list(events[:start]), list(events[start:end])


def done(turn: Sequence[pb.HistoryEvent]) -> list[tuple[str, ...]]:
    """What the history says that a turn did."""
    return sorted(told for event in turn if (told := _of_event(event)))


def replayed(before: Sequence[pb.HistoryEvent], turn: Sequence[pb.HistoryEvent]) -> list[tuple[str, ...]]:
    """What the code of now does in this turn."""
    arriving = [event for event in turn if event.WhichOneof("eventType") in ARRIVING]
    started = next(event.executionStarted for event in (*before, *turn) if event.HasField("executionStarted"))
    instance = started.orchestrationInstance.instanceId
    request = pb.OrchestratorRequest(instanceId=instance, pastEvents=before, newEvents=arriving)
    encoded = base64.b64encode(request.SerializeToString()).decode()
    answer = DurableFunctionsWorker().execute_orchestration_request(ORCHESTRATORS[started.name], encoded)
    response = pb.OrchestratorResponse()
    response.ParseFromString(base64.b64decode(answer))
    return sorted(_of_action(action) for action in response.actions)


EVENTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "taskScheduled": ("activity", ("name", "input")),
    "timerCreated": ("timer", ("fireAt",)),
    "eventSent": ("event", ("instanceId", "name")),
    "entityOperationCalled": ("call", ("targetInstanceId", "operation", "input")),
    "entityOperationSignaled": ("signal", ("targetInstanceId", "operation", "input")),
    "executionCompleted": ("end", ("result",)),
}
"""What an event of the history says that a turn did, and the fields that tell what exactly."""

ACTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "scheduleTask": EVENTS["taskScheduled"],
    "createTimer": EVENTS["timerCreated"],
    "sendEvent": ("event", ("instance.instanceId", "name")),
    "entityOperationCalled": EVENTS["entityOperationCalled"],
    "entityOperationSignaled": EVENTS["entityOperationSignaled"],
    "completeOrchestration": EVENTS["executionCompleted"],
}
"""The same of an action that a turn answers."""


def _of_event(event: pb.HistoryEvent) -> tuple[str, ...] | None:
    name = event.WhichOneof("eventType")
    return _told(EVENTS[name], getattr(event, name)) if name in EVENTS else None


def _of_action(action: pb.OrchestratorAction) -> tuple[str, ...]:
    name, message = action.WhichOneof("orchestratorActionType"), action
    if name == "sendEntityMessage":
        message = action.sendEntityMessage
        name = message.WhichOneof("EntityMessageType")
    return _told(ACTIONS[name], getattr(message, name))


def _told(kind: tuple[str, tuple[str, ...]], message: object) -> tuple[str, ...]:
    parts = [attrgetter(field)(message) for field in kind[1]]
    return kind[0], *(str(getattr(part, "value", part)) for part in parts)
