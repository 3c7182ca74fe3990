"""Who waits for jobs of a vault, who is told, and when somebody has to ask by himself."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.model.step import JobState
from asr.planning import job_waiters
from asr.planning.job_waiters import SILENT_SECONDS, UNLISTED_SECONDS, Ask, Waiter, Waiters

NOW = 1_000_000.0


def ask(run: str, *, now: float = NOW, again: bool = False) -> Ask:
    """This run waits for the job of its own name."""
    return Ask(run, "/vault", f"job-{run}", now, now, lost_minutes=90, again=again)


def waiting(*runs: str) -> Waiters:
    """These runs have come one after the other; the second brought a follower along."""
    state = Waiters()
    for number, run in enumerate(runs):
        state, _ = job_waiters.wait(state, ask(run), f"follower-{number}")
    return state


def test_the_first_asks_by_itself_and_the_second_brings_a_follower_for_both() -> None:
    """A follower for one would cost as much as it saves."""
    alone, first = job_waiters.wait(Waiters(), ask("a"), "f-1")
    both, second = job_waiters.wait(alone, ask("b"), "f-2")
    _, third = job_waiters.wait(both, ask("c"), "f-3")

    assert (first.told, first.start) == (False, None)
    assert (second.told, second.ask, second.start) == (True, False, "f-2")
    assert (third.told, third.ask, third.start) == (True, False, None)


def test_a_run_that_was_told_and_does_not_know_it_asks() -> None:
    """Its event was lost: the others still have their follower."""
    state = job_waiters.told(waiting("a", "b", "c"), "follower-1", NOW, {"a": "job-a"})

    _, lost = job_waiters.wait(state, ask("a", again=True), "f")
    _, known = job_waiters.wait(state, ask("b", again=True), "f")

    assert (lost.told, lost.ask) == (True, True)
    assert (known.told, known.ask) == (True, False)


def test_a_follower_that_is_not_heard_of_has_a_successor() -> None:
    """And ends, should it go on after all."""
    state = waiting("a", "b")
    later = NOW + SILENT_SECONDS + 1

    state, answer = job_waiters.wait(state, ask("a", now=later, again=True), "f-2")

    assert (answer.ask, answer.start) == (True, "f-2")
    assert not job_waiters.is_needed(state, "follower-1")
    assert job_waiters.is_needed(state, "f-2")
    assert job_waiters.over(state, "follower-1") == state


def test_a_waiter_whose_run_is_long_over_is_forgotten() -> None:
    """It would make the list that is read as long as its job is old."""
    state, answer = job_waiters.wait(waiting("a"), ask("b", now=NOW + 91 * 60), "f")

    assert set(state.waiters) == {"b"}
    assert answer.told is False


def test_what_is_told_of_an_earlier_job_does_not_end_the_waiting_for_the_next() -> None:
    """A run may wait for several jobs in turn."""
    state = replace(waiting("a", "b"), waiters={"a": Waiter("job-2", NOW)})

    assert job_waiters.told(state, "follower-1", NOW, {"a": "job-a"}).waiters == state.waiters
    assert job_waiters.leave(state, "a", "job-2").waiters == {}


@pytest.mark.parametrize(
    ("jobs", "age", "expected"),
    [
        ({"job-a": JobState.RUNS}, 60.0, {}),
        ({"job-a": JobState.SUCCEEDED}, 0.0, {"a": True}),
        ({"job-a": JobState.OTHER}, 0.0, {"a": False}),
        ({}, UNLISTED_SECONDS - 1, {}),
        ({}, UNLISTED_SECONDS + 1, {"a": False}),
        (None, 0.0, {"a": False}),
    ],
)
def test_only_success_is_taken_at_its_word(jobs: dict[str, JobState] | None, age: float, expected: object) -> None:
    """About everything else the run asks its own operation; a job that began a moment ago may not be listed yet."""
    assert job_waiters.ended_of(waiting("a"), jobs, NOW + age) == expected


@given(st.lists(st.tuples(st.sampled_from(("wait", "told", "leave", "next")), st.sampled_from("abcd")), max_size=40))
def test_whoever_is_told_to_wait_has_a_follower(steps: list[tuple[str, str]]) -> None:
    """Whatever happens in whatever order: nobody waits to be told by nobody."""
    state, counting_on = Waiters(), set[str]()
    for number, (what, run) in enumerate(steps):
        match what:
            case "wait":
                state, answer = job_waiters.wait(state, ask(run), f"f-{number}")
                counting_on = counting_on | {run} if answer.told else counting_on - {run}
            case "told" if state.follower is not None:
                state = job_waiters.told(state, state.follower, NOW, {run: f"job-{run}"})
                counting_on -= {run}
            case "leave":
                state = job_waiters.leave(state, run, f"job-{run}")
                counting_on -= {run}
            case "next" if state.follower is not None and not job_waiters.is_needed(state, state.follower):
                state = job_waiters.over(state, state.follower)
        assert counting_on <= set(state.waiters)
        assert not counting_on or state.follower is not None
