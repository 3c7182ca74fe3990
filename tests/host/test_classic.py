"""Apps in the style of Durable Functions 1.x, scheduled starts, and what the host says it cannot do."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from local.host.server import FunctionsHost
from tests.host.conftest import APPS, DURABLE, Operator, operator_of, until


@pytest.fixture(scope="module")
def classic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator of a host of the classic app."""
    records = tmp_path_factory.mktemp("records")
    with FunctionsHost(APPS / "classic") as host:
        operator = operator_of(host, records)
        with operator.http:
            yield operator


def _begin(operator: Operator, name: str, given: Any, **query: str) -> str:
    answer = operator.http.post(f"/begin/{name}", content=json.dumps(given), params=query)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def test_one_argument_orchestrators_function_entities_and_retry_options_work(classic: Operator, key: str) -> None:
    """The compatibility layer of the SDK runs on this host as it is; the route prefix is empty."""
    status = classic.finished(_begin(classic, "chain", {"account": key, "amount": 5}))

    assert status["output"] == {"total": 5, "attempts": 3}


def test_activities_keep_to_the_width_that_host_json_gives_them(classic: Operator) -> None:
    """`maxConcurrentActivityFunctions` is 2 here."""
    assert classic.finished(_begin(classic, "crowd", None))["output"] == 2


def test_any_state_lets_a_running_instance_be_replaced(classic: Operator, key: str) -> None:
    """`overridableExistingInstanceStates` is AnyState here."""
    _begin(classic, "sleeper", 1, id=key)
    until(lambda: classic.status(key)["runtimeStatus"] == "Running")

    _begin(classic, "sleeper", 2, id=key)

    assert until(lambda: classic.status(key)["input"] == 2)
    assert until(lambda: classic.status(key)["runtimeStatus"] == "Running")


def test_a_scheduled_start_waits_for_its_time(classic: Operator) -> None:
    """Pending until then."""
    planned = classic.http.get("/later", params={"seconds": "0.7"}).json()

    assert classic.status(planned["id"])["runtimeStatus"] == "Pending"
    done = classic.finished(planned["id"], showHistory="true")
    assert datetime.fromisoformat(done["historyEvents"][-1]["Timestamp"]) >= datetime.fromisoformat(planned["due"])


def test_what_is_terminated_before_its_time_never_runs(classic: Operator) -> None:
    """It is over at once, its history says why, and its id is free."""
    planned = classic.http.get("/later", params={"seconds": "3600"}).json()["id"]

    assert classic.http.post(f"{DURABLE}/instances/{planned}/terminate?reason=changed").status_code == 202
    ended = classic.status(planned, showHistory="true")
    assert (ended["runtimeStatus"], ended["output"]) == ("Terminated", "changed")
    assert [event["EventType"] for event in ended["historyEvents"]] == [
        "ExecutionStarted",
        "ExecutionTerminated",
        "ExecutionCompleted",
    ]
    assert classic.http.post(f"{DURABLE}/instances/{planned}/terminate").status_code == 410


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("enqueue", "the output binding 'message' (queue) is not served"),
        ("blob", "the input binding 'content' (blob) is not served"),
    ],
)
def test_a_binding_that_is_not_served_fails_the_call(
    classic: Operator, caplog: pytest.LogCaptureFixture, place: str, reason: str
) -> None:
    """A message that nobody will ever see is no success, and a value that nobody fetched is none; the log says it."""
    assert classic.http.get(f"/{place}").status_code == 500
    assert reason in caplog.text


def test_functions_whose_trigger_is_not_served_are_listed(classic: Operator) -> None:
    """They are there, they only never run."""
    listed = {function["name"] for function in classic.http.get("/admin/functions").json()}

    assert "on_message" in listed
