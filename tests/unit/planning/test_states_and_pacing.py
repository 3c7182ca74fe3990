"""What a state means, and how long to wait before looking again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.planning import pacing, states
from asr.planning.pacing import Pacing, pause
from asr.planning.states import Phase, phase, progress
from tests.unit.planning.contoso import item

SLOW = Pacing(poll_seconds=30, retry_seconds=5, retry_attempts=8)


def test_every_state_has_one_meaning() -> None:
    """The sets do not overlap."""
    sets = (states.ENABLING_STATES, states.PROTECTED_STATES, states.FAILED_OVER_STATES, states.FAILED_STATES)

    assert len(frozenset().union(*sets)) == sum(map(len, sets))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("InitialReplicationRecoveryCompletionPending", Phase.ENABLING),
        ("Protected", Phase.PROTECTED),
        ("UnplannedFailoverCommitted", Phase.FAILED_OVER),
        ("UnplannedFailoverFailed", Phase.FAILED_OVER),
        ("EnablingFailed", Phase.FAILED),
        ("", Phase.ENABLING),
        ("NeverSeen", Phase.ENABLING),
    ],
)
def test_a_state_belongs_to_a_phase(state: str, expected: Phase) -> None:
    """An unknown one is looked at again."""
    assert phase(state) is expected


@pytest.mark.parametrize(
    ("protected", "sentence"),
    [
        (item("Protected", rpo_seconds=None), "Protected; replication health Normal, no recovery point measured yet."),
        (item("X", state_description="", percent=0), "X (X, 0 %)."),
        (item("X", state_description="Waiting", percent=None), "Waiting (X)."),
    ],
)
def test_progress_invents_no_figures(protected: object, sentence: str) -> None:
    """What Azure does not tell is not told."""
    assert progress(protected) == sentence  # type: ignore[arg-type]


def test_azures_wish_comes_first() -> None:
    """Retry-After is honoured, upwards and downwards; without it the setting counts."""
    assert pause(None, SLOW) == 30
    assert pause(2, SLOW) == 2
    assert pause(90, SLOW) == 90


@given(st.one_of(st.none(), st.floats(allow_nan=False)), st.floats(0, 1e6))
def test_a_pause_is_never_nothing_and_never_for_ever(after: float | None, poll: float) -> None:
    """Whatever a header or a setting says."""
    assert pacing.SHORTEST_PAUSE <= pause(after, Pacing(poll, 1, 1)) <= pacing.LONGEST_PAUSE
