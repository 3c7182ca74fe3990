"""Orchestrations on the real SDK, started and followed over HTTP."""

import threading
from datetime import datetime

from tests.host.conftest import DURABLE, Operator, until


def test_a_sequence_of_activities_completes_with_its_output_and_custom_status(operator: Operator) -> None:
    """Inputs, results and the custom status travel through worker and hub unchanged."""
    status = operator.run("greet_all", ["Ada", "Grace"])

    assert status["runtimeStatus"] == "Completed"
    assert status["output"] == ["Hello Ada!", "Hello Grace!"]
    assert status["customStatus"] == {"greeted": 2}
    assert status["input"] == ["Ada", "Grace"]


def test_children_return_to_their_parents(operator: Operator) -> None:
    """A chain of three sub-orchestrations, each with an id that its parent chose."""
    payload = operator.start("family", 3)

    top = payload["id"]
    assert operator.finished(top)["output"] == [top, f"{top}-3", f"{top}-3-2", f"{top}-3-2-1"]


def test_a_failing_child_fails_its_parent_with_the_reason(operator: Operator) -> None:
    """The failure of the innermost activity is readable at the top."""
    status = operator.run("family", 13)

    assert status["runtimeStatus"] == "Failed"
    assert "no such child" in status["output"]


def test_an_exception_in_an_activity_keeps_its_type_and_message(operator: Operator) -> None:
    """Retry filters and outcomes are decided by the type of the failure."""
    status = operator.run("failing", "boom")

    assert status["runtimeStatus"] == "Failed"
    assert status["customStatus"] == {"type": "ValueError", "message": "boom"}


def test_an_exception_without_a_message_is_still_a_failure(operator: Operator) -> None:
    """The hub takes an empty message for success, so an empty one never reaches it."""
    status = operator.run("failing", "")

    assert status["runtimeStatus"] == "Failed"
    assert status["customStatus"] == {"type": "ValueError", "message": "ValueError"}


def test_an_activity_that_does_not_exist_fails_the_task_with_its_name(operator: Operator) -> None:
    """A misspelt activity is an answer, not a hang."""
    assert "'nobody' doesn't exist" in operator.run("unknown_activity")["output"]


def test_an_orchestrator_that_does_not_exist_fails_the_instance(operator: Operator) -> None:
    """A client may start any name; the instance then says what is wrong."""
    assert "'nowhere' doesn't exist" in operator.run("nowhere")["output"]


def test_a_durable_timer_fires_after_its_time(operator: Operator) -> None:
    """Not before the time, and soon after it."""
    status = operator.run("wait_a_while", 300, showHistory=True)

    fired = next(row for row in status["historyEvents"] if row["EventType"] == "TimerFired")
    assert status["output"] == "awake"
    assert datetime.fromisoformat(fired["Timestamp"]) >= datetime.fromisoformat(fired["FireAt"])


def test_continue_as_new_starts_over_and_forgets_the_timers_of_earlier_rounds(operator: Operator) -> None:
    """A timer of an earlier round has the id of one of this round, and must not fire for it."""
    payload = operator.start("eternal", {"rounds": 3})
    instance_id = payload["id"]
    until(lambda: operator.status(instance_id)["input"] == {"rounds": 0})
    until(lambda: _fired(operator, instance_id))

    operator.http.post(payload["sendEventPostUri"].format(eventName="finish"), json="")
    status = operator.finished(instance_id, showHistory=True)

    assert status["output"] == "finished"
    assert [row["EventType"] for row in status["historyEvents"]].count("TimerFired") == 1


def _fired(operator: Operator, instance_id: str) -> bool:
    rows = operator.status(instance_id, showHistory=True)["historyEvents"]
    return any(row["EventType"] == "TimerFired" for row in rows)


def test_a_finished_instance_id_can_be_started_again_and_a_running_one_cannot(operator: Operator, key: str) -> None:
    """The default of `overridableExistingInstanceStates` is NonRunningStates."""
    operator.finished(operator.start("greet_all", ["first"], instance_id=key)["id"])
    again = operator.http.post(f"{DURABLE}/orchestrators/wait_for_approval/{key}")
    refused = operator.http.post(f"{DURABLE}/orchestrators/wait_for_approval/{key}")

    assert again.status_code == 202
    assert refused.status_code == 409
    assert operator.status(key)["name"] == "wait_for_approval"


def test_a_large_payload_passes(operator: Operator) -> None:
    """More than gRPC's and any socket buffer's default."""
    name = "x" * 4_500_000

    status = operator.run("greet_all", [name], within=30)

    assert status["output"] == [f"Hello {name}!"]


def test_five_hundred_waiting_families_need_no_thread_each(operator: Operator) -> None:
    """Timers and children in flight cost memory, not threads: the host's threads stay bounded."""
    payload = operator.start("many_waiting", {"count": 500, "milliseconds": 2500})
    until(lambda: len(_waiting_children(operator, payload["id"])) == 500, within=30)

    assert threading.active_count() < 100
    assert operator.finished(payload["id"], within=40)["output"] == {"awake": 500}


def _waiting_children(operator: Operator, parent: str) -> list[dict]:
    query = {"instanceIdPrefix": parent, "runtimeStatus": "Running", "showInput": "false", "top": "1000"}
    children: list[dict] = operator.http.get(f"{DURABLE}/instances", params=query).json()
    return [child for child in children if child["name"] == "wait_a_while"]
