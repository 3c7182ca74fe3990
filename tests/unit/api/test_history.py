"""The steps of a run, out of the calls of its activities."""

from datetime import UTC, datetime, timedelta
from typing import Any

from asr.reporting.history import Called, steps

BEGAN = datetime(2026, 11, 26, 10, tzinfo=UTC)
OPERATION = {"url": "https://azure.example/op", "style": "status", "after_seconds": 1.0, "job": None}


def called(second: int, activity: str, request: dict[str, Any], answer: dict[str, Any]) -> Called:
    """One call that took a second."""
    at = BEGAN + timedelta(seconds=second)
    return Called(activity, request, at, at + timedelta(seconds=1), answer, None)


def test_who_polls_a_steps_operation_works_for_the_step() -> None:
    """Three activity calls are one step, which lasts from the first to the last of them."""
    [step] = steps(
        [
            called(0, "ensure_fabric", {"region": "eastasia"}, {"status": "wait", "operation": OPERATION}),
            called(2, "poll_operation", OPERATION, {"status": "ended", "reason": None}),
            called(4, "ensure_fabric", {"region": "eastasia"}, {"status": "ready", "change": "create", "id": "/f"}),
        ],
        "asr-",
    )

    assert (step["step"], step["result"], step["detail"]) == ("ensure_fabric eastasia", "create", "/f")
    assert (step["calls"], step["seconds"]) == (3, 5.0)
