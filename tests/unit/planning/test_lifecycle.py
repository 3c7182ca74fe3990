"""Runs of one VM: one at a time, requests to converge become one, commands keep their order, none is lost."""

import json
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.codec import decode, encode_compact
from asr.model.run import Choices, RunRequest, VmState
from asr.planning.lifecycle import (
    MOST_QUEUED,
    SCHEDULING_TIME,
    Place,
    Start,
    abandoned,
    asked,
    began,
    finished,
    is_forgettable,
    is_full,
    is_needed,
    is_overdue,
    place,
    run_id,
)
from asr.planning.run_index import KEPT_RUNS
from tests.unit.planning.requests import KEY, START, VM, at, command, converge, swept

FRESH = VmState(VM)
REFUSED: dict[str, object] = {"state": "refused", "reasons": [{"code": "Off"}]}


def ask(state: VmState, *requests: RunRequest) -> VmState:
    """The state after these have come."""
    for request in requests:
        state, _ = asked(state, request, KEY)
    return state


def end(state: VmState, outcome: dict[str, object] | str = "enabling", seconds: float = 0) -> VmState:
    """The state after the active run has reported."""
    assert state.active is not None
    outcome = {"state": outcome} if isinstance(outcome, str) else outcome
    return finished(state, state.active.run, outcome, at(seconds), KEY)[0]


def test_the_first_request_starts_a_run() -> None:
    """Its id is the VM's key and a mark of the request."""
    state, start = asked(FRESH, converge("a"), KEY)

    assert start == Start(run_id(KEY, "a"), converge("a"))
    assert (start.orchestrator, state.active and state.active.run, state.count) == ("protect_vm", start.run, 1)


def test_requests_to_converge_during_a_run_become_one_more_run() -> None:
    """Twenty events, two runs; the second begins when the first has reported, and is the latest of them."""
    state = ask(FRESH, *(converge(str(number)) for number in range(21)))
    state, start = finished(state, run_id(KEY, "0"), {"state": "protected"}, at(1), KEY)

    assert start is not None
    assert start.run == run_id(KEY, "20")
    assert (end(state).active, end(state).count) == (None, 2)


def test_commands_run_in_their_order_and_before_a_converging_run() -> None:
    """Two operators, with other choices, and an event: each has its run, and the converging one sees what they made."""
    state = ask(FRESH, converge("a"), command("b", "gold"), converge("c"), command("d", "silver"))
    runs = list[tuple[str, Choices | None]]()
    while state.active is not None:
        state, start = finished(state, state.active.run, {"state": "protected"}, at(), KEY)
        runs += [(start.run, start.request.choices)] if start else []

    assert runs == [
        (run_id(KEY, "b"), Choices("gold")),
        (run_id(KEY, "d"), Choices("silver")),
        (run_id(KEY, "c"), None),
    ]
    assert [entry.choices for entry in state.runs] == [None, Choices("gold"), Choices("silver"), None]


def test_a_ninth_command_is_turned_away_and_a_later_one_is_not() -> None:
    """Who asked can read it; posted again when there is a place, it is a command like any other."""
    state = ask(FRESH, *(command(str(number)) for number in range(MOST_QUEUED + 2)))
    ninth = run_id(KEY, str(MOST_QUEUED + 1))

    assert is_full(state)
    assert [place(state, run_id(KEY, str(n)), KEY) for n in range(MOST_QUEUED + 2)] == [
        *(Place(n) for n in range(MOST_QUEUED + 1)),
        Place(None),
    ]
    state = ask(end(state), command(str(MOST_QUEUED + 1)))
    assert place(state, ninth, KEY) == Place(MOST_QUEUED)
    assert place(state, run_id(KEY, "never asked"), KEY) is None


def test_a_command_posted_again_is_the_same_one() -> None:
    """While it runs, while it waits, and after it has run."""
    state = ask(FRESH, command("a"), command("b"))
    assert ask(state, command("a"), command("b")) == state
    done = end(end(state))

    assert ask(done, command("a"), command("b")) == done
    assert place(done, run_id(KEY, "a"), KEY) == Place(0)


def test_an_unfinished_command_stands_where_no_tag_asks() -> None:
    """A converging run carries its choices, an event in between ends nothing, and its completion does."""
    state = end(ask(FRESH, command("a", "gold")))
    state, start = asked(state, converge("b"), KEY)
    assert start is not None
    assert start.request.choices == Choices("gold")
    state = end(state, "not_requested")
    assert state.standing == Choices("gold")

    assert end(ask(state, swept("c", "protected", by_name=True)), "protected").standing is None


@pytest.mark.parametrize(
    ("last", "request_", "starts"),
    [
        (None, swept("s", "enabling"), True),
        ("enabling", swept("s", "enabling", "already_protected"), False),
        ("enabling", swept("s", "protected"), True),
        ("refused", swept("s"), True),
        ("enabling", converge("s"), True),
        ("enabling", swept("s", "protected", by_name=True), False),
    ],
)
def test_a_sweep_asks_only_where_the_last_outcome_is_another(
    last: str | None, request_: RunRequest, starts: bool
) -> None:
    """An event asks always; what nobody asked for by name is not completed by name."""
    state = VmState(VM, last={"state": last} if last else None)

    assert (asked(state, request_, KEY)[1] is not None) is starts
    if not starts:
        assert asked(state, request_, KEY) == (state, None)


def test_a_sweep_does_not_disturb_a_run() -> None:
    """What it saw is what the run is about to change."""
    state = ask(FRESH, converge("a"))

    assert ask(state, swept("s")) == state


@pytest.mark.parametrize(
    ("said", "expected"), [("refused", [1, 2, 4, 8, 16, 24, 24]), ("failed", [1, 2, *[4] * 23]), ("enabling", [1] * 96)]
)
def test_equal_refusals_are_one_entry_and_put_runs_off_further_and_further(said: str, expected: list[int]) -> None:
    """A sweep each quarter of an hour, for a day; six hours are the longest pause, one for a failure."""
    outcome: dict[str, object] = {**REFUSED, "state": said}
    state, seconds = end(ask(FRESH, swept("0")), outcome), 0.0
    known = [seconds]
    for number in range(1, 97):
        seconds = number * 900.0
        state, start = asked(state, swept(str(number), seconds=seconds), KEY)
        if start:
            state = end(state, outcome, seconds)
            known.append(seconds)
    pauses = [round((after - before) / 900) for before, after in pairwise(known)]

    assert pauses == expected
    (entry,) = state.runs
    assert (entry.count, entry.first, entry.last, entry.codes) == (len(known), at(0), at(known[-1]), ("Off",))


def test_what_is_put_off_is_not_when_something_has_changed() -> None:
    """Another fingerprint, an event, a person, or another outcome."""
    state = end(ask(FRESH, swept("a", fingerprint="x")), REFUSED)
    state = end(ask(state, swept("b", seconds=60, fingerprint="x")), REFUSED, 60)
    again = {"seconds": 90.0}
    assert asked(state, swept("c", fingerprint="x", **again), KEY)[1] is None

    assert asked(state, swept("c", fingerprint="y", **again), KEY)[1] is not None
    assert asked(state, converge("c", at=at(90)), KEY)[1] is not None
    assert asked(state, command("c", at=at(90)), KEY)[1] is not None
    other = end(ask(state, converge("c", at=at(90))), {"state": "refused", "reasons": [{"code": "Other"}]}, 90)
    assert is_needed(other, swept("d").finding, at(91))  # type: ignore[arg-type]
    assert [entry.count for entry in other.runs] == [2, 1]


def test_an_abandoned_run_ends_and_the_next_begins() -> None:
    """Its outcome says why; when it asks or reports after all, it is not the active one."""
    state = ask(FRESH, command("a"), command("b"))
    gone = run_id(KEY, "a")
    state, start = abandoned(state, gone, at(5), KEY)
    assert start is not None
    assert start.run == run_id(KEY, "b")
    assert state.last is not None
    assert (state.last["state"], state.runs[0].codes) == ("failed", ("RunEndedWithoutReport",))

    assert began(state, gone) == (state, False)
    late, none = finished(state, gone, {"state": "protected"}, at(9), KEY)
    assert (late.active, late.last, late.runs[0].state, none) == (state.active, state.last, "protected", None)
    assert abandoned(state, gone, at(9), KEY) == (state, None)


def test_a_run_that_does_not_exist_was_purged_if_it_had_begun_or_had_the_time_to() -> None:
    """A run that its entity has scheduled a moment ago need not exist yet."""
    state = ask(FRESH, converge("a"))
    begun, is_active = began(state, run_id(KEY, "a"))
    assert state.active is not None
    assert begun.active is not None

    assert is_active
    assert is_overdue(begun.active, START)
    assert not is_overdue(state.active, START + SCHEDULING_TIME)
    assert is_overdue(state.active, START + SCHEDULING_TIME + timedelta(seconds=1))


def test_who_asks_for_nothing_is_forgotten() -> None:
    """A VM that lost its tag before it was protected, or is gone; not one with an item, a command, or a refusal."""
    known = ask(FRESH, converge("a"))

    assert is_forgettable(FRESH)
    assert not is_forgettable(known)
    assert is_forgettable(end(known, "not_requested"))
    assert is_forgettable(end(known, "gone"))
    assert not is_forgettable(end(known, "refused"))
    protected = end(known, {"state": "protected", "item_id": "/item"})
    assert not is_forgettable(end(ask(protected, converge("b")), "not_requested"))
    assert not is_forgettable(end(ask(known, command("b")), "not_requested"))


def test_a_long_life_stays_small() -> None:
    """Hundreds of runs by the longest choices that a request may make, which are kept until they are completed."""
    long = Choices("p" * 256, {f"choice-{number}": "v" * 2000 for number in range(4)})
    state = FRESH
    for number in range(300):
        state = ask(state, *(command(f"{number}.{n}", choices=long) for n in range(4)), converge(f"{number}"))
        for _ in range(5):
            state = end(state, f"state {number}") if state.active else state

    assert len(state.runs) == KEPT_RUNS
    assert len(json.dumps(encode_compact(state))) < 30_000
    quiet = FRESH
    for number in range(300):
        quiet = end(ask(quiet, converge(str(number))), ("protected", "failed")[number % 2])
    assert len(json.dumps(encode_compact(quiet))) < 6_000


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(["converge", "sweep", "command", "again", "begin", "finish", "abandon", "late"]), max_size=80
    )
)
def test_nothing_is_lost_or_doubled(moves: list[str]) -> None:
    """Whatever the order: commands run once each, as they were accepted, one run at a time, and the VM converges."""
    state, starts, accepted, owed = FRESH, list[Start](), list[str](), False

    def apply(after: tuple[VmState, Start | None]) -> None:
        nonlocal state, owed
        idle = state.active is None
        ended = state.active is not None and (after[0].active is None or after[0].active.run != state.active.run)
        state = after[0]
        if after[1] is not None:
            assert idle or ended, "a run starts while another is active"
            assert state.active is not None
            assert state.active.run == after[1].run
            starts.append(after[1])
            owed = owed and after[1].request.kind != "converge"
        assert decode(VmState, encode_compact(state)) == state

    for number, move in enumerate([*moves, *["finish"] * 12]):
        match move:
            case "converge":
                owed = owed or state.active is not None
                apply(asked(state, converge(f"converge {number}"), KEY))
            case "sweep":
                apply(asked(state, swept(f"sweep {number}"), KEY))
            case "command":
                full = is_full(state)
                apply(asked(state, command(f"command {number}"), KEY))
                accepted += [] if full else [run_id(KEY, f"command {number}")]
            case "again" if "command" in moves[:number]:
                before = state
                first = run_id(KEY, f"command {moves.index('command')}")
                apply(asked(state, command(f"command {moves.index('command')}"), KEY))
                assert state == before or place(before, first, KEY) == Place(None)
            case "begin" if state.active:
                apply((began(state, state.active.run)[0], None))
            case "finish" if state.active:
                apply(finished(state, state.active.run, {"state": "enabling"}, at(number), KEY))
            case "abandon" if state.active:
                apply(abandoned(state, state.active.run, at(number), KEY))
            case "late" if starts:
                active = state.active
                if active is None or starts[0].run != active.run:
                    apply(finished(state, starts[0].run, {"state": "protected"}, at(number), KEY))
                    assert state.active == active
    assert state.active is None
    assert not owed, "a look was not served"
    assert [start.run for start in starts if start.request.kind == "protect"] == accepted
    assert len({start.run for start in starts}) == len(starts) == state.count
