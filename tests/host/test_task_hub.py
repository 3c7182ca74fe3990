"""What of the task hub cannot be seen over HTTP in good time: the engine itself, driven without a worker."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import durabletask.internal.orchestrator_service_pb2 as pb
import pytest
from durabletask.internal import helpers

from local.host.hub.calls import LocalCall
from local.host.hub.taskhub import TaskHub
from local.host.hub.timer_queue import TimerQueue

LONGEST = 20


@pytest.fixture
def hub() -> Iterator[TaskHub]:
    """A hub whose histories may have twenty events."""
    hub = TaskHub(max_history_size=LONGEST)
    yield hub
    hub.stop()


def test_an_orchestration_whose_history_grows_too_long_fails_with_the_reason(hub: TaskHub) -> None:
    """It asks for one more timer in every turn, and would for ever."""
    hub.StartInstance(pb.CreateInstanceRequest(instanceId="endless", name="endless"), LocalCall())

    turns = 0
    stream = LocalCall()
    for item in hub.work_items(stream):
        turns += 1
        timer = helpers.new_create_timer_action(turns, item.orchestratorRequest.newEvents[0].timestamp.ToDatetime())
        _complete(hub, item, timer)
        state = hub.GetInstance(pb.GetInstanceRequest(instanceId="endless"), LocalCall()).orchestrationState
        if state.orchestrationStatus != pb.ORCHESTRATION_STATUS_RUNNING:
            stream.cancel()

    assert turns < LONGEST
    assert state.orchestrationStatus == pb.ORCHESTRATION_STATUS_FAILED
    assert state.failureDetails.errorType == "HistoryTooLong"
    assert f"more than {LONGEST} events" in state.failureDetails.errorMessage


def test_a_timer_in_the_far_future_keeps_nobody_else_waiting() -> None:
    """Further ahead than a thread can wait at once."""
    clock = TimerQueue()
    rung = [threading.Event(), threading.Event()]
    clock.call_at(datetime.max.replace(tzinfo=UTC), rung[0].set)
    clock.call_at(datetime.now(UTC), rung[1].set)

    assert rung[1].wait(60)
    clock.call_at(datetime.now(UTC), rung[0].set)
    assert rung[0].wait(60)
    clock.stop()


def test_of_what_arrives_in_the_last_turn_of_an_execution_only_messages_go_on(hub: TaskHub) -> None:
    """A result would answer another question of the next execution; an event is for whoever takes it."""
    hub.StartInstance(pb.CreateInstanceRequest(instanceId="again", name="again"), LocalCall())
    items = hub.work_items(LocalCall())
    asking = helpers.new_schedule_task_action(1, "greet", None, None)
    _complete(hub, next(items), asking)
    activity = next(items)
    hub.RaiseEvent(pb.RaiseEventRequest(instanceId="again", name="begin"), LocalCall())
    last_turn = next(items)

    result = pb.ActivityResponse(instanceId="again", taskId=1, completionToken=activity.completionToken)
    hub.CompleteActivityTask(result, LocalCall())
    hub.RaiseEvent(pb.RaiseEventRequest(instanceId="again", name="letter"), LocalCall())
    again = pb.ORCHESTRATION_STATUS_CONTINUED_AS_NEW
    _complete(hub, last_turn, helpers.new_complete_orchestration_action(2, again, None))

    kinds = [event.WhichOneof("eventType") for event in next(items).orchestratorRequest.newEvents]
    assert kinds == ["orchestratorStarted", "executionStarted", "eventRaised"]


def _complete(hub: TaskHub, turn: pb.WorkItem, action: pb.OrchestratorAction) -> None:
    instance_id = turn.orchestratorRequest.instanceId
    response = pb.OrchestratorResponse(instanceId=instance_id, actions=[action], completionToken=turn.completionToken)
    hub.CompleteOrchestratorTask(response, LocalCall())


def test_entities_that_go_between_two_pages_hide_no_other(hub: TaskHub) -> None:
    """A page begins after the last id of the one before, not at a number."""
    for name in "abcd":
        hub.SignalEntity(pb.SignalEntityRequest(instanceId=f"@account@{name}", name="add"), LocalCall())
    items = hub.work_items(LocalCall())
    for _ in "abcd":
        _set_state(hub, next(items), "1")
    query = pb.QueryEntitiesRequest()
    query.query.pageSize.value = 2
    first = hub.QueryEntities(query, LocalCall())

    hub.SignalEntity(pb.SignalEntityRequest(instanceId="@account@a", name="delete"), LocalCall())
    _set_state(hub, next(items), "")
    query.query.continuationToken.CopyFrom(first.continuationToken)
    second = hub.QueryEntities(query, LocalCall())

    assert [one.instanceId for one in [*first.entities, *second.entities]] == [f"@account@{name}" for name in "abcd"]
    assert not second.continuationToken.value


def _set_state(hub: TaskHub, batch: pb.WorkItem, state: str) -> None:
    done = pb.EntityBatchResult(completionToken=batch.completionToken)
    done.entityState.value = state
    hub.CompleteEntityTask(done, LocalCall())
