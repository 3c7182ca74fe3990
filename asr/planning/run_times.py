"""How long a run will still take, by how long runs of its kind took here; few runs tell nothing. Pure."""

from collections.abc import Iterable
from datetime import datetime
from math import ceil, floor

from asr.model.outcome import State
from asr.model.run import CONVERGE, PROTECT, VmState
from asr.model.run_times import PastRun, RunTimes, SecondsLeft

KEPT = 60
"""Runs of each kind that are remembered: what they tell follows how Azure is these days."""

LEAST = 5
"""So many runs have to have taken longer than this one has taken, else nothing is told."""

MIDDLE = 0.1, 0.9
"""The range leaves out the tenth of those runs that ended soonest, and the tenth that ended last."""

_ALIKE = {CONVERGE: PROTECT}
"""What is asked by a tag is done as what is asked by name."""


def noted(before: RunTimes | None, states: Iterable[VmState]) -> RunTimes:
    """What was remembered, with the runs of which the VMs' indexes tell; those that are one line there tell no time."""
    found = {kind: {one.run: one for one in runs} for kind, runs in (before.kinds if before else {}).items()}
    for state in states:
        for entry in state.runs:
            if entry.count == 1 and entry.state is not None and entry.state != State.SUPERSEDED:
                past = PastRun(entry.run, entry.last, round(_between(entry.first, entry.last), 1))
                found.setdefault(_ALIKE.get(entry.kind, entry.kind), {})[entry.run] = past
    return RunTimes({kind: _latest(runs.values()) for kind, runs in sorted(found.items())})


def seconds_left(times: RunTimes, kind: str, since: str, now: datetime) -> SecondsLeft | None:
    """How long a run of this kind that began then will still take; None where too few runs took as long as it has."""
    elapsed = (now - datetime.fromisoformat(since)).total_seconds()
    past = times.kinds.get(_ALIKE.get(kind, kind), ())
    left = sorted(one.seconds - elapsed for one in past if one.seconds > elapsed)
    if len(left) < LEAST:
        return None
    soon, late = (share * (len(left) - 1) for share in MIDDLE)
    return SecondsLeft(round(left[floor(soon)], 1), round(left[ceil(late)], 1), len(left))


def _between(first: str, last: str) -> float:
    return max(0.0, (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds())


def _latest(runs: Iterable[PastRun]) -> tuple[PastRun, ...]:
    return tuple(sorted(runs, key=lambda one: (one.ended, one.run), reverse=True)[:KEPT])
