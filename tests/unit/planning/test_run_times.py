"""How long a run will still take: by what was, as a range, and by nothing where too little was."""

from datetime import datetime, timedelta

import pytest

from asr.codec import decode, encode
from asr.model.run import CONVERGE, PROTECT, UNPROTECT, Cause, RequestedBy, RunEntry, VmState
from asr.model.run_times import PastRun, RunTimes, SecondsLeft
from asr.planning.run_times import KEPT, LEAST, noted, seconds_left

BEGAN = datetime.fromisoformat("2026-11-22T12:00:00+00:00")
WHO = RequestedBy("ada", verified=False)


def entry(run: str, seconds: float, kind: str = PROTECT, state: str | None = "enabling", count: int = 1) -> RunEntry:
    """A run that took so long; the later its name, the later it was."""
    last = BEGAN + timedelta(hours=int(run), seconds=seconds)
    first = BEGAN + timedelta(hours=int(run))
    return RunEntry(run, kind, Cause.HTTP, WHO, first.isoformat(), last.isoformat(), count, state)


def times(*seconds: float) -> RunTimes:
    """Runs that took so long."""
    return noted(None, [VmState("/vm", runs=tuple(entry(str(place), one) for place, one in enumerate(seconds)))])


def left(known: RunTimes, elapsed: float, kind: str = PROTECT) -> SecondsLeft | None:
    """What is told of a run that has taken so long."""
    return seconds_left(known, kind, BEGAN.isoformat(), BEGAN + timedelta(seconds=elapsed))


def test_the_range_is_of_the_runs_that_took_longer_than_this_one() -> None:
    """Whoever has run for a minute is none of those that ended at once."""
    known = times(0.2, 0.3, 60, 70, 80, 90, 100)

    assert left(known, 0) == SecondsLeft(0.2, 100, 7)
    assert left(known, 30) == SecondsLeft(30, 70, 5)


def test_the_ends_that_are_rare_are_left_out() -> None:
    """One run of twenty that took a day makes no range useless."""
    known = times(*range(100, 120), 86_400)

    assert left(known, 90) == SecondsLeft(12, 28, 21)


@pytest.mark.parametrize(
    ("known", "elapsed", "kind"),
    [
        (RunTimes(), 0, PROTECT),
        (times(*[60] * (LEAST - 1)), 0, PROTECT),
        (times(*[60] * 20), 60, PROTECT),
        (times(*[60] * 20), 0, UNPROTECT),
    ],
    ids=["nothing was", "too few were", "it takes longer than all", "others were"],
)
def test_too_little_tells_nothing(known: RunTimes, elapsed: float, kind: str) -> None:
    """A number that nothing stands behind is worse than none."""
    assert left(known, elapsed, kind) is None


def test_what_a_tag_asks_for_takes_as_long_as_what_a_person_asks_for() -> None:
    """Both are the same steps."""
    assert left(times(*[60] * 5), 0, CONVERGE) == SecondsLeft(60, 60, 5)


def test_only_runs_of_their_own_that_have_ended_are_remembered_and_only_once() -> None:
    """Sweeps tell of the same runs again and again; a folded line tells of no single run."""
    runs = (
        entry("1", 5),
        entry("2", 6, state=None),
        entry("3", 7, CONVERGE, count=9),
        entry("4", 8, CONVERGE),
        entry("5", 9, state="superseded"),
    )
    once = noted(None, [VmState("/vm", runs=runs)])

    assert {kind: [(one.run, one.seconds) for one in past] for kind, past in once.kinds.items()} == {
        PROTECT: [("4", 8.0), ("1", 5.0)]
    }
    assert noted(once, [VmState("/vm", runs=runs)]) == once
    assert decode(RunTimes, encode(once)) == once


def test_the_latest_are_remembered() -> None:
    """What Azure was like a year ago tells nothing of today."""
    known = times(*range(KEPT + 10))

    assert len(known.kinds[PROTECT]) == KEPT
    assert known.kinds[PROTECT][0] == PastRun("69", (BEGAN + timedelta(hours=69, seconds=69)).isoformat(), 69.0)
