"""What one look at a machine comes to, and how it is drawn."""

import io
import re
from typing import Any

import pytest
from rich.console import Console

from local.demo.progress import WAITING, Progress, progress_of
from local.demo.screen import Screen
from local.demo.story import CAST

ITEM = {"state": "Protected", "percent": 100}
BEGUN = {"state": "UnprotectedStatesBegin", "percent": 40}
REASON = {"code": "AzureVmIsNotInDesiredPowerState", "sentence": "The VM is deallocated.", "fix": "Start the VM."}
ENSURING = {"customStatus": {"step": "foundation", "ensuring": ["vault:x", "group:y", "storage:z"]}}


@pytest.mark.parametrize(
    ("status", "seen"),
    [
        ({}, WAITING),
        ({"activeRun": {"id": "run"}}, Progress("starting")),
        ({"activeRun": ENSURING}, Progress("building the foundation: group and 2 more")),
        ({"activeRun": {"customStatus": {"step": "enable"}}}, Progress("enabling replication")),
        ({"activeRun": {"customStatus": {"step": "something new"}}}, Progress("something new")),
        ({"protectedItem": BEGUN, "lastOutcome": {"state": "enabling"}}, Progress("initial replication", 40.0)),
        ({"protectedItem": ITEM, "lastOutcome": {"state": "enabling"}}, Progress("initial replication", 100.0)),
        ({"protectedItem": ITEM, "lastOutcome": {"state": "protected"}}, Progress("Protected", 100.0, ended=True)),
        ({"lastOutcome": {"state": "refused"}, "activeRun": {"id": "run"}}, Progress("starting")),
        (
            {"lastOutcome": {"state": "refused", "reasons": [REASON]}},
            Progress(
                "refused",
                ended=True,
                reasons=("AzureVmIsNotInDesiredPowerState",),
                told=("The VM is deallocated. Start the VM.",),
            ),
        ),
    ],
)
def test_a_status_is_told_in_a_few_words(status: dict[str, Any], seen: Progress) -> None:
    """A machine has come to rest only when no run is active."""
    assert progress_of(status) == seen


def test_a_terminal_of_eighty_by_twenty_four_shows_everything() -> None:
    """The longest that a machine can be doing, for all of them at once, without anything cut."""
    longest = "building the foundation: container-mapping and 12 more"
    console = Console(file=io.StringIO(), force_terminal=True, width=80, height=24, color_system=None)
    with Screen(console) as screen:
        screen.show({machine.name: Progress(longest, 42.0) for machine in CAST}, 75.0)

    assert isinstance(console.file, io.StringIO)
    # The table is drawn once more as the screen closes; control codes lie between.
    drawn = re.split(r"\x1b\[[0-9;?]*[A-Za-z]", console.file.getvalue())
    frame = max(drawn, key=len)
    assert "\u2026" not in frame
    assert [frame.count(machine.name) for machine in CAST] == [1] * len(CAST)
    assert (frame.count("42 %"), frame.count("and 12 more")) == (len(CAST), len(CAST))
    assert "75 s" in frame
    assert len(frame.splitlines()) < 24
    assert max(map(len, frame.splitlines())) <= 80


def test_without_a_terminal_there_is_a_line_for_each_change() -> None:
    """And none for a look that saw nothing new."""
    out = io.StringIO()
    with Screen.on(out) as screen:
        for seconds, percent in enumerate((0.0, 0.0, 50.0), 1):
            screen.show({"db-0": Progress("initial replication", percent)}, seconds)
        screen.columns([("provider", "reads"), ("microsoft.compute", "7")])

    assert out.getvalue().splitlines() == [
        "   1.0 s  db-0      initial replication 0 %",
        "   3.0 s  db-0      initial replication 50 %",
        "provider           reads",
        "microsoft.compute  7",
    ]
