"""The steps of a run, out of the calls of its activities."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from asr.codec import encode
from asr.model.outcome import Outcome, State
from asr.planning.keys import name_in
from asr.reasons import reason
from asr.reporting.history import Called, steps

BEGAN = datetime(2026, 11, 26, 10, tzinfo=UTC)
OPERATION = {"url": "https://azure.example/op", "style": "status", "after_seconds": 1.0}

REFUSED = encode(Outcome(State.REFUSED, (reason("RecoveryRegionUnsuitable", source="here", because="so"),)))


def called(second: int, activity: str, request: dict[str, Any], answer: dict[str, Any]) -> Called:
    """One call that took a second."""
    at = BEGAN + timedelta(seconds=second)
    return Called(activity, request, at, at + timedelta(seconds=1), answer, None)


def test_who_polls_a_steps_operation_works_for_the_step() -> None:
    """Three activity calls are one step, which lasts from the first to the last of them."""
    [step] = steps(
        [
            called(0, "ensure_fabric", {"key": "fabric:eastasia"}, {"status": "wait", "operation": OPERATION}),
            called(2, "poll_operation", OPERATION, {"status": "ended", "reason": None}),
            called(4, "ensure_fabric", {"key": "fabric:eastasia"}, {"status": "ready", "change": "create", "id": "/f"}),
        ],
        "asr-",
    )

    assert (step.step, step.result, step.detail) == ("ensure_fabric eastasia", "create", "/f")
    assert (step.calls, step.seconds) == (3, 5.0)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        ({"action": "protect", "foundation": {"needed": [{}, {}]}}, "protect: on a foundation of 2 things"),
        ({"action": "completion", "completion": {}}, "completion"),
        ({"action": "refuse", "outcome": REFUSED}, "refuse: No recovery region asked for suits a VM in here: so."),
        ({}, None),
    ],
)
def test_a_decision_says_what_it_is(answer: dict[str, Any], detail: str | None) -> None:
    """The action, and why nothing is to be done or how much it takes."""
    [step] = steps([called(0, "decide_protection", {}, {"status": "ready", **answer})], "asr-")

    assert (step.result, step.detail) == ("done", detail)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("group:eastasia>japaneast:contoso-app-asr~0123456789", "contoso-app-asr"),
        ("container:eastasia:zones", "eastasia zones"),
        ("container-mapping:eastasia>japaneast:24-hour-retention-policy", "24-hour-retention-policy"),
        ("network-mapping:eastasia>japaneast:contoso-vnet~0123456789:reverse", "contoso-vnet reverse"),
        ("network:eastasia>japaneast:contoso-vnet~0123456789>dr~0123456789", "contoso-vnet"),
    ],
)
def test_a_step_is_called_by_the_thing_that_it_makes_true(key: str, name: str) -> None:
    """Not by its whole key, which the history of the task hub has for those who want it."""
    assert name_in(key) == name
