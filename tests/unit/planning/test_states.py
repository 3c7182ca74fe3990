"""What a state means."""

import pytest

from asr.planning import states
from asr.planning.states import Phase, item_facts, phase
from asr.reasons.render import progress
from tests.unit.planning.contoso import item


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
        ("UnplannedFailoverCommitPendingStatesBegin", Phase.FAILED_OVER),
        ("PlannedFailoverNeverSeen", Phase.FAILED_OVER),
        ("EnablingFailed", Phase.FAILED),
        ("", Phase.ENABLING),
        ("NeverSeen", Phase.ENABLING),
    ],
)
def test_a_state_belongs_to_a_phase(state: str, expected: Phase) -> None:
    """An unknown one is looked at again, unless it speaks of a failover."""
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
    assert progress(item_facts(protected)) == sentence  # type: ignore[arg-type]
