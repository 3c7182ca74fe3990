"""Apps in the style of Durable Functions 1.x, scheduled work, and what the host says it cannot do."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
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


def test_scheduled_tasks_start_orchestrations_again_and_again(classic: Operator, key: str) -> None:
    """The SDK's schedule entity signals itself with a delay; a synchronous client created it."""
    assert classic.http.get(f"/schedules/{key}").status_code == 201

    beats = f"{DURABLE}/entities/account/beats"
    assert until(lambda: classic.http.get(beats).status_code == 200 and classic.http.get(beats).json() >= 2)


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


def test_cleaning_the_storage_leaves_live_locks_alone(operator: Operator, key: str) -> None:
    """The engine would take every lock for orphaned; a terminated orchestration's lock is released by itself."""
    dead, alive = (operator.start("hold_lock", f"{key}-{name}") for name in ("dead", "alive"))
    assert until(lambda: operator.status(dead["id"])["customStatus"] == "locked")
    assert until(lambda: operator.status(alive["id"])["customStatus"] == "locked")
    httpx.post(dead["terminatePostUri"].format(text="gone"))
    operator.finished(dead["id"])
    for name in ("dead", "alive"):
        operator.http.post(f"/api/counters/{key}-{name}/add", content=json.dumps(1))

    assert operator.http.post("/api/clean").json() == {"released": 0}

    assert until(lambda: operator.http.get(f"/api/counters/{key}-dead").json() == 101)
    assert operator.http.get(f"/api/counters/{key}-alive").json() == 100
    httpx.post(alive["sendEventPostUri"].format(eventName="leave"), json="")
    assert operator.finished(alive["id"])["output"] == 100


def test_cleaning_the_storage_releases_a_lock_whose_orchestration_was_replaced(classic: Operator, key: str) -> None:
    """Nobody can unlock for it any more: its id belongs to another orchestration now."""
    _begin(classic, "lock_up", key, id=key)
    until(lambda: classic.status(key)["customStatus"] == "locked")
    _begin(classic, "sleeper", None, id=key)
    until(lambda: classic.status(key)["name"] == "sleeper")
    account = f"{DURABLE}/entities/account/{key}"
    assert classic.http.post(account, params={"op": "add"}, json=3).status_code == 202
    assert classic.http.get(account).status_code == 404

    assert classic.http.get("/clean").text == "1"

    assert until(lambda: classic.http.get(account).status_code == 200 and classic.http.get(account).json()) == 3
    assert classic.http.get("/clean").text == "0"


def test_a_thrown_away_folder_is_no_app(tmp_path: Path) -> None:
    """The context manager raises what the command would print."""
    with pytest.raises(Exception, match="no function_app"), FunctionsHost(tmp_path):
        pass
