"""Durable entities: state, order, locks."""

import json
from concurrent.futures import ThreadPoolExecutor

from tests.host.conftest import Operator, until


def _value(operator: Operator, key: str) -> int | None:
    answer = operator.http.get(f"/api/counters/{key}")
    return None if answer.status_code == 404 else answer.json()


def _signal(operator: Operator, key: str, operation: str, given: object) -> None:
    assert operator.http.post(f"/api/counters/{key}/{operation}", content=json.dumps(given)).status_code == 202


def test_signals_add_up(operator: Operator, key: str) -> None:
    """Signals that arrive together are all applied, one after the other."""
    with ThreadPoolExecutor(8) as clients:
        list(clients.map(lambda _: _signal(operator, key, "add", 1), range(40)))

    assert until(lambda: _value(operator, key) == 40)


def test_an_operation_that_raises_changes_nothing(operator: Operator, key: str) -> None:
    """The state is rolled back, and the entity goes on."""
    _signal(operator, key, "add", 5)
    _signal(operator, key, "fail", "no")
    _signal(operator, key, "add", 1)

    assert until(lambda: _value(operator, key) == 6)


def test_a_locked_entity_keeps_everybody_else_waiting(operator: Operator, key: str) -> None:
    """A signal during the critical section is applied after it, not inside it."""
    payload = operator.start("hold_lock", key)
    until(lambda: operator.status(payload["id"])["customStatus"] == "locked")
    _signal(operator, key, "add", 7)

    operator.http.post(payload["sendEventPostUri"].format(eventName="leave"), json="")

    assert operator.finished(payload["id"])["output"] == 100
    assert until(lambda: _value(operator, key) == 107)


def test_a_terminated_orchestration_gives_back_its_lock(operator: Operator, key: str) -> None:
    """What waited for the lock's release is applied."""
    payload = operator.start("hold_lock", key)
    until(lambda: operator.status(payload["id"])["customStatus"] == "locked")
    _signal(operator, key, "add", 1)

    operator.http.post(payload["terminatePostUri"].format(text="gone"))

    assert operator.finished(payload["id"])["runtimeStatus"] == "Terminated"
    assert until(lambda: _value(operator, key) == 101)
