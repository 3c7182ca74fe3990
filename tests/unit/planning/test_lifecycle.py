"""Runs of one VM: one at a time, one more after a burst, none forgotten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.codec import decode, encode
from asr.planning.lifecycle import KEPT_RUNS, KEPT_TICKETS, Choices, Look, Start, Watch, asked, finished, given_up

PACING = {"poll_seconds": 1.0}
FRESH = Watch("vm")


def look(cause: str = "event", **changes: object) -> Look:
    """A request to look at the VM."""
    return Look("vm", cause, PACING, **changes)  # type: ignore[arg-type]


def test_the_first_look_starts_the_first_run() -> None:
    """Its id is the VM's key and a number."""
    watch, start = asked(FRESH, look(), "key")

    assert start == Start("key-1", look())
    assert (watch.active, watch.count) == ("key-1", 1)


def test_a_burst_during_a_run_becomes_one_more_run() -> None:
    """Twenty events, two runs; the second begins when the first has reported."""
    watch, _ = asked(FRESH, look(), "key")
    for _ in range(20):
        watch, start = asked(watch, look(), "key")
        assert start is None
    watch, start = finished(watch, "key-1", {"state": "enabling"}, "key")

    assert start is not None
    assert (start.run, start.look.cause) == ("key-2", "burst")
    watch, start = finished(watch, "key-2", {"state": "enabling"}, "key")
    assert (start, watch.active) == (None, None)
    assert [note.state for note in watch.runs] == ["enabling", "enabling"]


@pytest.mark.parametrize(
    ("last", "expects", "starts"),
    [
        (None, ("enabling",), True),
        ("enabling", ("enabling", "already_protected"), False),
        ("enabling", ("protected",), True),
        ("refused", (), True),
        ("enabling", None, True),
    ],
)
def test_a_sweep_asks_only_where_the_last_outcome_is_another(
    last: str | None, expects: tuple[str, ...] | None, starts: bool
) -> None:
    """An event asks always."""
    watch = Watch("vm", last={"state": last} if last else None)

    assert (asked(watch, look("sweep", expects=expects), "key")[1] is not None) is starts


def test_a_sweep_does_not_disturb_a_run() -> None:
    """What it saw is what the run is about to change."""
    watch, _ = asked(FRESH, look(), "key")

    assert asked(watch, look("sweep", expects=()), "key") == (watch, None)


def test_what_an_operator_began_is_completed_by_the_same_choices() -> None:
    """The sweep tells what it found of an untagged VM: an operator's run left it enabling, and then came events.

    Once it is complete it is left alone.
    """
    gold = Choices("gold")
    watch, _ = asked(FRESH, look("http", choices=gold), "key")
    watch, _ = finished(watch, "key-1", {"state": "enabling"}, "key")
    watch, _ = asked(watch, look(), "key")
    watch, _ = finished(watch, "key-2", {"state": "not_requested"}, "key")
    found = look("sweep", expects=("protected",), by_name=True)
    watch, start = asked(watch, found, "key")

    assert start is not None
    assert start.look.choices == gold
    watch, _ = finished(watch, "key-3", {"state": "protected"}, "key")
    assert asked(watch, found, "key") == (watch, None)
    watch, _ = asked(watch, look(), "key")
    watch, _ = finished(watch, "key-4", {"state": "not_requested"}, "key")
    assert asked(watch, found, "key") == (watch, None)


def test_what_nobody_asked_for_by_name_is_not_completed() -> None:
    """A VM that lost its tag, or one that others protected under a name like ours."""
    found = look("sweep", expects=("protected",), by_name=True)
    watch, _ = asked(FRESH, look(), "key")
    watch, _ = finished(watch, "key-1", {"state": "enabling"}, "key")

    assert asked(FRESH, found, "key") == (FRESH, None)
    assert asked(watch, found, "key") == (watch, None)


def test_choices_are_not_lost_to_a_later_event() -> None:
    """An operator asked by name while a run was active; then an event came."""
    gold = Choices("gold", {"vault": "v"})
    watch, _ = asked(FRESH, look(), "key")
    watch, _ = asked(watch, look("http", choices=gold), "key")
    watch, _ = asked(watch, look(), "key")
    _, start = finished(watch, "key-1", {"state": "enabling"}, "key")

    assert start is not None
    assert start.look.choices == gold


def test_a_ticket_finds_its_run() -> None:
    """Also one that came while a run was active; old ones make room."""
    watch = FRESH
    for number in range(KEPT_TICKETS + 5):
        watch, _ = asked(watch, look("http", ticket=f"t{number}"), "key")

    assert len(watch.tickets) == KEPT_TICKETS
    assert dict(watch.tickets)[f"t{KEPT_TICKETS + 4}"] == "key-1"


def test_a_run_that_is_not_active_changes_nothing_but_the_index() -> None:
    """It was given up, and reports late."""
    watch, _ = asked(FRESH, look(), "key")
    watch, _ = given_up(watch, "key-1", "key")
    assert watch.last is not None
    assert watch.last["state"] == "failed"
    assert watch.last["reasons"]
    watch, _ = asked(watch, look(), "key")
    late, start = finished(watch, "key-1", {"state": "protected"}, "key")

    assert (late.active, late.last, start) == ("key-2", watch.last, None)
    assert given_up(late, "key-1", "key") == (late, None)


@given(st.lists(st.sampled_from(["event", "sweep", "report", "give up"]), max_size=60))
def test_no_request_is_forgotten_and_no_id_used_twice(moves: list[str]) -> None:
    """Whatever the order: after the last request a run starts, and only one runs at a time."""
    watch, started, unserved = FRESH, list[str](), False
    for move in moves:
        before = watch.active
        match move:
            case "event":
                watch, start = asked(watch, look(), "key")
                unserved = start is None
            case "sweep":
                watch, start = asked(watch, look("sweep", expects=()), "key")
            case _:
                ends = finished if move == "report" else lambda watch, run, _, key: given_up(watch, run, key)
                watch, start = ends(watch, before or "key-0", {"state": "enabling"}, "key")
        if start is not None:
            assert before is None or move in ("report", "give up")
            started.append(start.run)
            unserved = unserved and move not in ("report", "give up")
        assert unserved is (watch.waiting is not None)
        assert decode(Watch, encode(watch)) == watch
    assert len(set(started)) == len(started) == watch.count
    assert len(watch.runs) <= KEPT_RUNS
