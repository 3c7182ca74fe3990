"""A difference that comes back is meant by somebody, and left after its third time."""

from dataclasses import replace

from asr.model.drift import Drift, DriftDecision
from asr.model.fleet import FleetRow
from asr.model.outcome import Outcome, State
from asr.planning.contest import contested, reverted
from asr.reasons import reason
from tests.unit.planning.contoso import VM_ID

NAME = Drift("recoveryName", "web-0", "by-hand", DriftDecision.FIX, in_place=True)
DISK = Drift("dataDisks", "new at LUN 3", "not replicated", DriftDecision.FIX, in_place=True)
CHURN = Drift("highChurn", "true", "false", DriftDecision.PROPOSE)


def at(minute: int, day: int = 1) -> str:
    """A time."""
    return f"2026-11-{day:02}T12:{minute:02}:00+00:00"


def swept(before: FleetRow | None, *found: Drift, minute: int, day: int = 1, fixed_at: str | None = None) -> FleetRow:
    """The row after a sweep; a run put the name right at `fixed_at`."""
    outcome = Outcome(State.PROTECTED, facts={"fixed": ["recoveryName"]}) if fixed_at else None
    known = reverted(before, found, outcome, fixed_at, at(minute, day))
    return FleetRow(VM_ID, "eastasia", None, item_at=at(minute, day), drifts=found, reverted=known, outcome_at=fixed_at)


def test_what_comes_back_a_third_time_is_contested() -> None:
    """Gone in between, as far as sweeps saw."""
    row = None
    for minute in (0, 2, 4):
        assert contested(row.reverted if row else {}) == frozenset()
        row = swept(row, NAME, minute=minute)
        row = swept(row, minute=minute + 1)

    assert row is not None
    assert contested(row.reverted) == {"recoveryName"}


def test_who_is_faster_than_the_sweep_is_found_by_what_runs_say() -> None:
    """Each sweep sees the difference, and each run has put it right."""
    row = swept(None, NAME, minute=0)
    row = swept(row, NAME, minute=2, fixed_at=at(1))
    row = swept(row, NAME, minute=4, fixed_at=at(3))

    assert contested(row.reverted) == {"recoveryName"}


def test_what_only_persists_is_not_contested() -> None:
    """A fix that fails is put off, not given up; an outcome of before counts once."""
    row = swept(None, NAME, minute=0)
    for minute in range(1, 9):
        row = swept(row, NAME, minute=minute, fixed_at=at(0))

    assert row.reverted["recoveryName"].times == 1


def test_another_choice_begins_anew_and_a_week_forgets() -> None:
    """What is asked for now was not refused by anybody yet."""
    row = None
    for minute in (0, 2, 4):
        row = swept(swept(row, NAME, minute=minute), minute=minute + 1)
    other = swept(row, replace(NAME, wished="dr-0"), minute=9)
    later = swept(row, NAME, minute=9, day=9)

    assert contested(other.reverted) == contested(later.reverted) == frozenset()


def test_what_takes_a_new_beginning_and_disks_are_not_counted() -> None:
    """Nobody sets them back."""
    row = swept(swept(swept(None, DISK, CHURN, minute=0), minute=1), DISK, CHURN, minute=2)

    assert row.reverted == {}


def test_an_azure_that_says_it_changed_and_did_not_is_not_asked_for_ever() -> None:
    """Three times it has said so: then people are told, and POST /api/drift may still try."""
    untaken = Outcome(State.FAILED, (reason("ChangeNotTaken", item="/i", what=["recoveryAzureVMName"]),))
    row = None
    for minute in (0, 2, 4):
        known = reverted(row, (NAME,), untaken if row else None, at(minute - 1) if row else None, at(minute))
        row = FleetRow(
            VM_ID, "eastasia", None, drifts=(NAME,), reverted=known, outcome_at=at(minute - 1) if row else None
        )

    assert row is not None
    assert contested(row.reverted) == {"recoveryName"}
