"""What of the task hub cannot be seen over HTTP in good time: the engine itself, driven without a worker."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import durabletask.internal.orchestrator_service_pb2 as pb
import pytest
from durabletask.internal import helpers

from local.host.hub.alarms import AlarmClock
from local.host.hub.calls import LocalCall
from local.host.hub.taskhub import TaskHub

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
        response = pb.OrchestratorResponse(instanceId="endless", actions=[timer], completionToken=item.completionToken)
        hub.CompleteOrchestratorTask(response, LocalCall())
        state = hub.GetInstance(pb.GetInstanceRequest(instanceId="endless"), LocalCall()).orchestrationState
        if state.orchestrationStatus != pb.ORCHESTRATION_STATUS_RUNNING:
            stream.cancel()

    assert turns < LONGEST
    assert state.orchestrationStatus == pb.ORCHESTRATION_STATUS_FAILED
    assert state.failureDetails.errorType == "HistoryTooLong"
    assert f"more than {LONGEST} events" in state.failureDetails.errorMessage


def test_a_timer_in_the_far_future_keeps_nobody_else_waiting() -> None:
    """Further ahead than a thread can wait at once."""
    clock = AlarmClock()
    rung = [threading.Event(), threading.Event()]
    clock.call_at(datetime.max.replace(tzinfo=UTC), rung[0].set)
    clock.call_at(datetime.now(UTC), rung[1].set)

    assert rung[1].wait(60)
    clock.call_at(datetime.now(UTC), rung[0].set)
    assert rung[0].wait(60)
    clock.stop()


def test_an_entity_at_its_first_operation_is_not_tidied_away(hub: TaskHub) -> None:
    """It has no state yet, and nobody would hear of the operation's end."""
    cleaning = pb.CleanEntityStorageRequest(removeEmptyEntities=True, releaseOrphanedLocks=True)
    account = pb.SignalEntityRequest(instanceId="@account@a", name="add")
    hub.SignalEntity(account, LocalCall())
    item = next(hub.work_items(LocalCall()))

    assert hub.CleanEntityStorage(cleaning, LocalCall()).emptyEntitiesRemoved == 0

    done = pb.EntityBatchResult(completionToken=item.completionToken)
    done.entityState.value = "1"
    hub.CompleteEntityTask(done, LocalCall())
    assert hub.GetEntity(pb.GetEntityRequest(instanceId=account.instanceId), LocalCall()).exists
