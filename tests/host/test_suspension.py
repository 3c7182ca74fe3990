"""Suspending and resuming, also when there is nothing to suspend or resume."""

from collections.abc import Callable

import pytest

from tests.host.conftest import DURABLE, Operator, until


@pytest.fixture
def steer(operator: Operator, key: str) -> Callable[[str], int]:
    """Ask something of an orchestration that waits for an approval; the status code."""
    operator.start("wait_for_approval", instance_id=key)
    url = f"{DURABLE}/instances/{key}"
    return lambda action: operator.http.post(f"{url}/{action}", json="granted").status_code


def test_resuming_what_is_not_suspended_changes_nothing(
    operator: Operator, key: str, steer: Callable[[str], int]
) -> None:
    """Not even when it is asked for twice, and first before the orchestration has begun."""
    assert [steer("resume"), steer("resume"), steer("raiseEvent/approval")] == [202, 202, 202]
    assert operator.finished(key)["output"] == "granted"


@pytest.mark.parametrize("times", [2, 3])
def test_one_resumption_ends_every_suspension(
    operator: Operator, key: str, steer: Callable[[str], int], times: int
) -> None:
    """However often it was asked for, seen by the orchestration or not."""
    for _ in range(times):
        steer("suspend")
    steer("resume")
    steer("raiseEvent/approval")
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
