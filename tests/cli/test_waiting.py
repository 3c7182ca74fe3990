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


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"step": "foundation"}, "building the foundation"),
        ({"step": "foundation", "ensuring": ["network-mapping:x"]}, "building network mapping"),
        (
            {"step": "foundation", "ensuring": ["vault:x", "group:y"], "waiting": ["fabric:z"]},
            "building vault and 1 more",
        ),
        ({"step": "foundation", "waiting": ["vault:x", "group:y"]}, "waiting for vault and 1 more"),
        ({"step": "disable_protection"}, "ending the protection"),
        ({"step": "something_new"}, "something new"),
        ({}, "under way"),
    ],
)
def test_a_step_is_told_in_a_few_words(told: dict[str, Any], words: str) -> None:
    """What a run builds itself, and what it waits for because another run builds it."""
    assert progress_of({"runtimeStatus": "Running", "customStatus": told})[1] == words
