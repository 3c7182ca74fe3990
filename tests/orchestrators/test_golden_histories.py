"""Runs that began under the code that wrote these histories go on under the code of now."""

import copy
import json

import pytest

from tests.orchestrators.histories import GOLDEN, done, kept, replayed, turns
from tests.orchestrators.record import STORIES, SWEEPS

pytestmark = pytest.mark.filterwarnings("ignore:azure.functions df_loads")
"""The SDK wants the types of answers for a check that it does not make yet; an error would end the replay."""


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.jsonl")))
def test_every_turn_does_what_the_history_says(name: str) -> None:
    """The app may be deployed anew in the middle of a run, at whatever turn."""
    for before, turn in turns(kept(name)):
        assert replayed(before, turn) == done(turn)


def test_every_story_is_kept() -> None:
    """`python -m tests.orchestrators.record NAME` writes what is missing; of an older version more may be kept."""
    assert STORIES.keys() | SWEEPS.keys() <= {path.stem for path in GOLDEN.glob("*.jsonl")}


def test_a_changed_recipe_is_found() -> None:
    """A history in which another activity was called is not what the code does."""
    events = copy.deepcopy(kept("first_vm"))
    next(event for event in events if event.HasField("taskScheduled")).taskScheduled.name = "gather_facts"

    assert any(replayed(before, turn) != done(turn) for before, turn in turns(events))


def test_a_run_of_an_unknown_version_says_so_and_ends() -> None:
    """After a roll-back nobody guesses how newer code would go on: the run reports, and the next one begins anew."""
    events = copy.deepcopy(kept("first_vm"))
    started = next(event for event in events if event.HasField("executionStarted")).executionStarted
    started.input.value = json.dumps(json.loads(started.input.value) | {"version": 99})
    _, second, *_ = turns(events)
    [(kind, _, operation, report)] = replayed(*second)

    assert (kind, operation) == ("call", "finish")
    outcome = json.loads(report)["outcome"]
    assert (outcome["state"], outcome["reasons"][0]["code"]) == ("failed", "RunVersionUnknown")
