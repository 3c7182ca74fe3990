"""Which runs wait for jobs of one vault, and who tells them: one that is alone asks by itself, several are told. Pure.

The `JobWaiters` entity holds a `Waiters` and applies these functions to it. Times are seconds since 1970, as the
orchestrations' clock tells them: the entity has no clock of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from asr.model.step import JobState

SILENT_SECONDS = 300.0
"""A follower not heard of for so long, or for half the time that a step may take, is over.

One that Azure has only held up finds that it has a successor, and ends.
"""

UNLISTED_SECONDS = 15.0
"""How long a job may be missing in the vault's list after it was begun."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """A run waits for this job, by its name, which began at `since` or a little before.

    `last`: if it succeeds, the run needs its documents no more.
    """

    job: str
    since: float
    last: bool = False


@dataclass(frozen=True, slots=True)
class Waiters:
    """The waiters of one vault by run. `follower` is the orchestration that tells them, `heard` when it last did."""

    vault: str = ""
    waiters: Mapping[str, Waiter] = field(default_factory=dict)
    follower: str | None = None
    heard: float = 0.0


@dataclass(frozen=True, slots=True)
class Ask:
    """A run waits for a job of this vault. `again`: it has asked before, and has not been told for long. `last`: the
    job is the last thing that it needs its documents for.

    Whoever has waited for `lost_minutes` is over.
    """

    run: str
    vault: str
    job: str
    since: float
    now: float
    lost_minutes: float
    again: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """`told`: the run will be told; with `ask` it asks by itself once before. `start`: this follower begins now."""

    told: bool
    ask: bool = False
    start: str | None = None


def wait(state: Waiters, ask: Ask, follower: str) -> tuple[Waiters, Answer]:
    """Take the run in. `follower` is the name that a new follower would have: one not used before.

    Who waits alone is not told: to follow one job takes as many requests as to follow all.
    """
    known = ask.run in state.waiters
    oldest = ask.now - ask.lost_minutes * 60
    waiters = {run: one for run, one in state.waiters.items() if one.since >= oldest}
    waiters[ask.run] = Waiter(ask.job, ask.since, ask.last)
    state = replace(state, vault=ask.vault, waiters=waiters)
    lost = ask.now - state.heard > min(SILENT_SECONDS, ask.lost_minutes * 30)
    if state.follower is not None and not lost:
        return state, Answer(told=True, ask=ask.again and not known)
    if len(waiters) == 1:
        return replace(state, follower=None), Answer(told=False)
    return replace(state, follower=follower, heard=ask.now), Answer(told=True, ask=ask.again, start=follower)


def told(state: Waiters, follower: str, now: float, ended: Mapping[str, str]) -> Waiters:
    """The follower has read the vault's jobs, and told these runs about these jobs."""
    heard = max(state.heard, now) if state.follower == follower else state.heard
    return replace(_without(state, ended), heard=heard)


def leave(state: Waiters, run: str, job: str) -> Waiters:
    """The run has found out by itself what became of the job."""
    return _without(state, {run: job})


def is_needed(state: Waiters, follower: str) -> bool:
    """Whether this follower goes on: it is the one, and somebody waits."""
    return state.follower == follower and bool(state.waiters)


def over(state: Waiters, follower: str) -> Waiters:
    """This follower ends."""
    return replace(state, follower=None) if state.follower == follower else state


def is_forgettable(state: Waiters) -> bool:
    """Whether nothing of it is needed any more."""
    return not state.waiters and state.follower is None


def ended_of(state: Waiters, jobs: Mapping[str, JobState] | None, now: float) -> dict[str, bool]:
    """The runs that can go on, each with whether its job is known to have succeeded; if not, the run has to ask.

    Without `jobs` everybody has to. A job that is not listed may have begun a moment ago.
    """
    ended: dict[str, bool] = {}
    for run, waiter in state.waiters.items():
        known = None if jobs is None else jobs.get(waiter.job)
        is_new = jobs is not None and known is None and now - waiter.since < UNLISTED_SECONDS
        if known is not JobState.RUNS and not is_new:
            ended[run] = known is JobState.SUCCEEDED
    return ended


def event_of(job: str) -> str:
    """The name of the event that tells a run of this job: `{"succeeded", "forgotten"?}`. A run may wait for several in
    turn. `forgotten`: its documents have been deleted, as it wanted.
    """
    return f"job-{job}"


def earliest(waiters: Iterable[Waiter]) -> float:
    """When the oldest of the jobs began."""
    return min(waiter.since for waiter in waiters)


def _without(state: Waiters, ended: Mapping[str, str]) -> Waiters:
    """A run that waits for another job meanwhile stays."""
    kept = {run: one for run, one in state.waiters.items() if ended.get(run) != one.job}
    return replace(state, waiters=kept)
