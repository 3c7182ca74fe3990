"""What the seeds of `make chaos` are made of."""

from tests.chaos.plan import plan
from tests.chaos.troubles import CLASSES, KINDS


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
        "capacity", "clock", "command", "delete", "drill", "end", "event", "failover", "faults", "kill_host",
        "kill_worker", "look", "neighbour", "power", "sweep", "switch", "tag", "troubles",
    }  # fmt: skip
