"""What is told while a run is under way."""

from typing import Any

import pytest

from asr_cli.waiting import left_of, progress_of

UNDER_WAY: dict[str, Any] = {"runtimeStatus": "Running", "customStatus": {"step": "enabling"}}


@pytest.mark.parametrize(
    ("left", "told"),
    [
        ({"low": 42, "high": 130, "runs": 7}, ", 42s to 2m10s left"),
        ({"low": 60, "high": 60, "runs": 5}, ", 1m left"),
        (None, ""),
        ({}, ""),
        ({"low": None, "high": "soon"}, ""),
        (42, ""),
    ],
)
def test_how_long_it_will_still_take_is_a_range_or_nothing(left: object, told: str) -> None:
    """As the API tells it, beside the step; an answer without it, or with something else, tells nothing."""
    run = {**UNDER_WAY, "secondsLeft": left}

    assert left_of(run) == told
    assert progress_of(run)[1] == f"enabling{told}"


def test_a_run_that_waits_for_its_turn_has_no_step() -> None:
    """Its status says nothing yet."""
    assert progress_of({"runtimeStatus": "Pending"}) == (0, "waiting for its turn")
