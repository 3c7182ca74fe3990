"""What an app may rely on between its orchestrations, entities and clients, on the real SDK."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.host.conftest import DURABLE, Operator, until


def _send(operator: Operator, targets: list[str]) -> None:
    assert operator.run("send_to_all", {"targets": targets, "data": {"a": 1}})["output"] == len(targets)


def _event(operator: Operator, instance_id: str, name: str, content: object) -> None:
    answer = operator.http.post(f"{DURABLE}/instances/{instance_id}/raiseEvent/{name}", json=content)
    assert answer.status_code == 202, answer.text


def _told(operator: Operator, instance_id: str, what: str) -> Any:
    return operator.http.post(f"/api/instances/{instance_id}/{what}").raise_for_status().json()


def _queue(operator: Operator, key: str) -> Any:
    return operator.http.get(f"/api/queues/{key}").raise_for_status().json()


def _signal(operator: Operator, key: str, operation: str, given: object) -> None:
    operator.http.post(f"/api/queues/{key}", params={"op": operation}, json=given).raise_for_status()


# Events between orchestrations.


def test_an_event_wakes_the_orchestration_it_is_sent_to(operator: Operator, key: str) -> None:
    """Long before its timer."""
    waiting = operator.start("wait_until_ready", key)["id"]

    _send(operator, [waiting])

    assert operator.finished(waiting)["output"] == {"a": 1}


def test_events_to_nobody_and_to_what_is_over_are_dropped(operator: Operator, key: str) -> None:
    """The sender goes on; who starts under that id later gets nothing."""
    over = operator.run("greet_all", [])["instanceId"]

    _send(operator, [key, over])
    waiting = operator.start("wait_until_ready", key, instance_id=key)["id"]
    until(lambda: _queue(operator, key) == [key])

    assert operator.status(waiting)["runtimeStatus"] == "Running"
    assert operator.status(over)["output"] == []


def test_an_event_that_is_sent_to_a_suspended_orchestration_waits_for_its_resumption(
    operator: Operator, key: str
) -> None:
    """It is not lost."""
    payload = operator.start("wait_until_ready", key)
    operator.http.post(payload["suspendPostUri"].format(text=""))
    until(lambda: operator.status(payload["id"])["runtimeStatus"] == "Suspended")

    _send(operator, [payload["id"]])
    operator.http.post(payload["resumePostUri"].format(text=""))

    assert operator.finished(payload["id"])["output"] == {"a": 1}


def test_everybody_in_a_queue_is_woken(operator: Operator, key: str) -> None:
    """Two hundred wait for one builder, who is given their ids by an entity."""
    with ThreadPoolExecutor(8) as clients:
        ids = list(clients.map(lambda _: operator.start("wait_until_ready", key)["id"], range(200)))
    until(lambda: len(_queue(operator, key) or []) == len(ids))

    builder = operator.run("wake_queue", key)

    assert builder["output"] == len(ids)
    assert {operator.finished(one)["output"] for one in ids} == {builder["instanceId"]}
    assert _queue(operator, key) is None


@pytest.mark.parametrize(("keep", "received"), [(True, "early"), (False, "late")])
def test_continue_as_new_keeps_early_events_on_request(
    operator: Operator, key: str, *, keep: bool, received: str
) -> None:
    """With `save_events` the next execution gets what nobody has awaited; without, only what comes later."""
    operator.start("begin_again", {"first": True, "keep": keep}, instance_id=key)
    _event(operator, key, "letter", "early")
    _event(operator, key, "begin", "")
    # A kept event ends the instance at once.
    until(lambda: operator.status(key)["customStatus"] == "second")
    if not keep:
        _event(operator, key, "letter", "late")

    assert operator.finished(key)["output"] == received


def test_answers_to_an_earlier_execution_do_not_reach_the_next(operator: Operator) -> None:
    """Results of activities and of entities; the last execution gets its own."""
    status = operator.run("leave_questions_behind", 20)

    assert status["output"] == ["round 0", "Hello 0!"]


def test_a_thousand_activities_at_once(operator: Operator) -> None:
    """One fan-out."""
    assert operator.run("fan_out", 1000, within=60)["output"] == 1000


# Entities.


def test_an_entity_without_state_is_gone_for_every_reader_and_can_come_again(operator: Operator, key: str) -> None:
    """For the client, its queries and the HTTP API."""
    for number in range(5):
        _signal(operator, f"{key}-{number}", "join", "somebody")
    until(lambda: len(_listed(operator, key)) == 5)
    _signal(operator, f"{key}-1", "leave_all", "")
    _signal(operator, f"{key}-3", "delete", "")

    assert until(lambda: len(_listed(operator, key)) == 3)
    assert set(_listed(operator, key)) == {f"{key}-{number}" for number in (0, 2, 4)}
    assert _queue(operator, f"{key}-1") is None
    assert operator.http.get(f"{DURABLE}/entities/queue/{key}-3").status_code == 404

    _signal(operator, f"{key}-1", "join", "again")
    assert until(lambda: _queue(operator, f"{key}-1")) == ["again"]


def _listed(operator: Operator, prefix: str) -> dict[str, list[str]]:
    answer: dict[str, list[str]] = operator.http.get("/api/queues", params={"prefix": prefix}).raise_for_status().json()
    return answer


# Instances.


def test_clients_find_instances_by_prefix_and_state(operator: Operator, key: str) -> None:
    """With their inputs."""
    for number in range(3):
        operator.start("wait_until_ready", f"{key}-{number}", instance_id=f"{key}-{number}")
    operator.finished(operator.start("greet_all", [], instance_id=f"{key}-over")["id"])

    def found(state: str) -> Any:
        return operator.http.get("/api/instances", params={"prefix": key, "state": state}).json()

    assert until(lambda: len(found("RUNNING")) == 3)
    assert found("RUNNING") == {f"{key}-{number}": f"{key}-{number}" for number in range(3)}
    assert found("COMPLETED") == {f"{key}-over": []}


def test_an_instance_that_was_terminated_and_purged_is_unknown_and_its_id_is_free(operator: Operator, key: str) -> None:
    """Whatever still comes for it."""
    operator.start("wait_until_ready", key, instance_id=key)
    until(lambda: _queue(operator, key))
    assert _told(operator, key, "purge") == 0, "what is not over is not purged"

    assert _told(operator, key, "terminate") is None
    assert operator.finished(key)["runtimeStatus"] == "Terminated"
    assert _told(operator, key, "event") == "FAILED_PRECONDITION"
    assert _told(operator, key, "history")[-1] == "ExecutionCompletedEvent"
    assert _told(operator, key, "purge") == 1

    assert _told(operator, key, "state") is None
    assert _told(operator, key, "event") == "NOT_FOUND"
    assert _told(operator, key, "history") == "NOT_FOUND"
    assert _told(operator, key, "terminate") == "NOT_FOUND"
    operator.start("wait_until_ready", key, instance_id=key)
    _send(operator, [key])
    assert operator.finished(key)["output"] == {"a": 1}
