"""What a run answered, as the status of the run shows it."""

from typing import Any

import pytest

from asr.codec import encode
from asr.model.outcome import Outcome, State
from asr.reasons import reason
from asr.reporting.outcome import output_shown

WHY = reason("RecoveryRegionUnsuitable", source="here", because="so")


def test_an_outcome_is_told_in_words() -> None:
    """By the names that the API uses, without the facts that it was recorded with."""
    shown = output_shown(encode(Outcome(State.REFUSED, (WHY,))), "dr-")

    assert set(shown) == {"state", "sentence", "reasons", "itemId"}
    assert "dr-recovery-region" in shown["reasons"][0]["fix"]


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        (None, None),
        ("terminated by ada", "terminated by ada"),
        ({"looked_at": 3, "pages": [{"read_at": "now"}]}, {"lookedAt": 3, "pages": [{"readAt": "now"}]}),
    ],
)
def test_whatever_else_is_told_as_it_is_in_one_casing(recorded: Any, shown: Any) -> None:
    """A sweep's counts, say, or why somebody ended a run."""
    assert output_shown(recorded, "asr-") == shown


def test_the_reasons_of_a_sweep_are_told_in_words() -> None:
    """Wherever they stand."""
    [problem] = output_shown({"problems": [encode(WHY)]}, "asr-")["problems"]

    assert (problem["code"], problem["severity"]) == (WHY.code, "error")
    assert problem["sentence"]
