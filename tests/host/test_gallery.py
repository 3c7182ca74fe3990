"""What the Durable SDK offers beyond the ordinary, on an app of several modules."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.host.conftest import Operator, until

PREFIX = "/gallery/v1"


@pytest.fixture
def flows(gallery: Operator) -> Operator:
    """An operator of the gallery."""
    return gallery


def _raise(operator: Operator, payload: dict[str, str], name: str, content: object) -> None:
    answer = operator.http.post(payload["sendEventPostUri"].format(eventName=name), json=content)
    assert answer.status_code == 202


def test_events_that_are_early_are_kept_in_the_order_of_their_arrival(flows: Operator) -> None:
    """Raised before anybody awaits them, two of one name among them."""
    payload = flows.start("collect_events", ["second", "first", "first"])
    for name, content in [("first", 1), ("second", 2), ("first", 3)]:
        _raise(flows, payload, name, content)

    assert flows.finished(payload["id"])["output"] == [2, 1, 3]


def test_the_first_of_event_and_timer_decides(flows: Operator) -> None:
    """The loser changes nothing."""
    in_time = flows.start("event_or_timeout", 60_000)
    _raise(flows, in_time, "approval", "yes")

    assert flows.finished(in_time["id"])["output"] == "yes"
    assert flows.run("event_or_timeout", 20)["output"] == "timeout"


def test_a_child_that_continues_as_new_is_still_its_parents_child(flows: Operator) -> None:
    """It knows its parent in the last generation, and reports to it."""
    payload = flows.start("parent_of_restless")

    assert flows.finished(payload["id"])["output"] == payload["id"]


def test_a_result_for_an_earlier_generation_of_the_parent_is_not_taken_for_a_later_one(flows: Operator) -> None:
    """The first child reports to a parent that has begun again and waits for another child."""
    assert flows.run("forgetful_parent", 1)["output"] == "sleeper 2"


def test_activities_and_children_are_retried(flows: Operator, tmp_path: Path) -> None:
    """With back-off; the third attempt succeeds."""
    assert flows.run("retried", {"folder": str(tmp_path), "succeed_at": 3})["output"] == ["attempt 3", "attempt 3"]


def test_a_rewind_reaches_the_grandchild_that_failed(flows: Operator, tmp_path: Path) -> None:
    """Parents are rewound with it; it may be rewound again."""
    given = {"folder": str(tmp_path), "succeed_at": 3, "depth": 2}
    payload = flows.start("generations_of_attempts", given)
    assert flows.finished(payload["id"])["runtimeStatus"] == "Failed"
    for _ in range(2):
        assert (
            flows.http.post(payload["purgeHistoryDeleteUri"].replace("?", "/rewind?reason=again&")).status_code == 202
        )
        status = flows.finished(payload["id"])

    assert status["output"] == "attempt 3"


def test_replays_see_the_same_time_and_the_same_identifiers(flows: Operator) -> None:
    """The clock moves from turn to turn, and never between replays of one."""
    output = flows.run("deterministic")["output"]

    assert output["told"] == output["again"]
    assert output["told"][1] < output["told"][3]


def test_durable_http_calls_post_poll_and_report_refusals(flows: Operator) -> None:
    """A 202 with `Location` is polled until it is done; a 404 is an answer."""
    output = flows.run("http_calls", str(flows.http.base_url).rstrip("/") + PREFIX)["output"]

    assert json.loads(output["posted"]) == {"header": "yes", "body": {"a": 1}}
    assert output["polled"] == [200, "done"]
    assert output["refused"] == 404


def test_entities_signal_each_other_and_start_orchestrations(flows: Operator, key: str) -> None:
    """A class signals a function entity, which starts an audit."""
    flows.http.post(f"{PREFIX}/accounts/{key}/add_and_tell", json={"amount": 7, "bank": key})

    bank = until(lambda: flows.http.get(f"{PREFIX}/banks/{key}").json())
    assert bank["moved"] == 7
    assert flows.finished(bank["audits"][0])["output"] == 7


def test_a_delayed_signal_comes_in_its_time(flows: Operator, key: str) -> None:
    """Not at once."""
    flows.http.post(f"{PREFIX}/accounts/{key}/add_later", json=5)

    assert flows.http.get(f"{PREFIX}/accounts/{key}").json() is None
    assert until(lambda: flows.http.get(f"{PREFIX}/accounts/{key}").json()) == 5


def test_locks_of_two_entities_neither_deadlock_nor_race(flows: Operator, key: str) -> None:
    """Transfers in both directions at once; each sees a balance that nobody else changes meanwhile."""
    left, right = f"{key}-left", f"{key}-right"
    orders = [{"from": left, "to": right}, {"from": right, "to": left}] * 8
    with ThreadPoolExecutor(8) as clients:
        payloads = list(clients.map(lambda order: flows.start("transfer", order), orders))

    assert {flows.finished(payload["id"], within=30)["output"] for payload in payloads} == {True}
    assert [flows.http.get(f"{PREFIX}/accounts/{account}").json() for account in (left, right)] == [0, 0]


def test_a_lock_waits_for_the_operations_that_came_before_it(flows: Operator, key: str) -> None:
    """Five signals, then the lock: the section sees all five."""
    assert flows.run("signal_then_lock", key)["output"] == 5


def test_an_exception_in_a_critical_section_releases_the_lock(flows: Operator, key: str) -> None:
    """The next one gets it."""
    assert flows.run("fail_in_section", key)["runtimeStatus"] == "Failed"
    assert flows.run("fail_in_section", key)["runtimeStatus"] == "Failed"
    assert flows.http.get(f"{PREFIX}/accounts/{key}").json() == 2


def test_a_terminated_orchestration_leaves_the_line_of_a_lock(flows: Operator, key: str) -> None:
    """It never gets the lock, so the one behind it does."""
    first, second, third = (flows.start("wait_in_line", key) for _ in range(3))
    until(lambda: flows.status(first["id"])["customStatus"] == "locked")
    httpx.post(second["terminatePostUri"].format(text="tired"))
    flows.finished(second["id"])

    _raise(flows, first, "leave", "")

    assert until(lambda: flows.status(third["id"])["customStatus"] == "locked")
    _raise(flows, third, "leave", "")
    assert flows.finished(third["id"])["runtimeStatus"] == "Completed"
