"""A few seeds of trouble in every run of the tests; `make chaos` runs as many as one likes."""

from pathlib import Path

import pytest

from tests.chaos.perform import perform
from tests.chaos.plan import plan
from tests.chaos.troubles import CLASSES, KINDS

SEEDS = (0, 3, 4, 5, 8)
"""Three stories, one copy of the app and two, every kind of blow."""


@pytest.mark.parametrize("seed", SEEDS)
def test_everything_converges_whatever_goes_wrong(seed: int, tmp_path: Path) -> None:
    """The invariants hold; if they do not, the replay is `make chaos SEED=<seed> COUNT=1`."""
    report = perform(seed, tmp_path)

    assert not report.wrong, f"replay: make chaos SEED={seed} COUNT=1\n" + "\n".join(report.wrong)
    assert report.faults_struck


def test_a_seed_is_a_plan() -> None:
    """The same one each time, and another one for each seed."""
    plans = [str(plan(seed)) for seed in range(20)]

    assert plans == [str(plan(seed)) for seed in range(20)]
    assert len(set(plans)) == 20


def test_plans_leave_nothing_out() -> None:
    """In two hundred seeds every class of fault strikes at every kind of request, nearly, and every blow falls."""
    actions = [action for seed in range(200) for action in plan(seed).actions]
    about = {fault["about"] for action in actions if action.what == "faults" for fault in action.details["faults"]}

    assert len(about) > 0.9 * len(CLASSES) * len(KINDS)
    assert {action.what for action in actions} == {
        "capacity", "clock", "command", "event", "faults", "kill_host", "kill_worker", "look", "power", "sweep", "tag",
        "troubles",
    }  # fmt: skip
