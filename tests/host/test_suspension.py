"""Suspending and resuming, and when there is nothing to suspend or resume."""

from collections.abc import Callable

import pytest

from tests.host.conftest import DURABLE, Operator, until


@pytest.fixture
def steer(operator: Operator, key: str) -> Callable[[str], int]:
    """Ask something of an orchestration that waits for an approval; the status code."""
    operator.start("wait_for_approval", instance_id=key)
    url = f"{DURABLE}/instances/{key}"
    return lambda action: operator.http.post(f"{url}/{action}", json="granted").status_code


def test_what_is_not_suspended_cannot_be_resumed(operator: Operator, key: str, steer: Callable[[str], int]) -> None:
    """The refusal does it no harm."""
    assert [steer("resume"), steer("raiseEvent/approval")] == [412, 202]
    assert operator.finished(key)["output"] == "granted"


def test_what_is_suspended_cannot_be_suspended(operator: Operator, key: str, steer: Callable[[str], int]) -> None:
    """Whether it has seen the first suspension or not; one resumption is enough."""
    assert [steer("suspend"), steer("suspend")] == [202, 412]
    until(lambda: operator.status(key)["runtimeStatus"] == "Suspended")
    assert [steer("suspend"), steer("resume"), steer("raiseEvent/approval")] == [412, 202, 202]
    assert operator.finished(key)["output"] == "granted"


def test_what_arrives_in_between_waits_for_the_last_resumption(
    operator: Operator, key: str, steer: Callable[[str], int]
) -> None:
    """Suspended, resumed, suspended: the event waits."""
    for action in ("suspend", "resume", "suspend", "raiseEvent/approval"):
        steer(action)
    until(lambda: operator.status(key)["runtimeStatus"] == "Suspended")
    steer("resume")
    assert operator.finished(key)["output"] == "granted"
