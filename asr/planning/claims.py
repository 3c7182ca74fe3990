"""Who builds what of a foundation: each thing by one run at a time, and no run waits longer than it must. Pure.

The `Foundation` entity holds a `Claims` and applies these functions to it. Times are seconds since 1970, as the
orchestrations' clock tells them: the entity has no clock of its own.

Nobody waits in a circle: a thing is built from things of earlier stages only, a run builds what it has claimed as soon
as those are there, and while it holds a claim it is woken by each thing that it waits for.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

MOST_KEPT = 1000
"""Things that a foundation remembers; of more the oldest are asked of Azure again when somebody needs them."""

MOST_FAILURES = 50
"""Failures that are remembered, for those who waited while they happened."""

MOST_WOKEN = 20
"""Waiters that one answer names. Each of them takes the next ones from its own answer, so nobody's history is long."""

SHORTLY = 900.0
"""Seconds for which a failure is remembered, and at least also what is there: longer than a waiter sleeps."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Something that is there, under this Azure id; `at` is when Azure was last asked."""

    id: str
    at: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A run builds it; `at` is when the run was last heard of."""

    run: str
    at: float


@dataclass(frozen=True, slots=True)
class Failure:
    """It could not be built: the step and the reason, as JSON values."""

    problem: Mapping[str, object]
    at: float


@dataclass(frozen=True, slots=True)
class Waiter:
    """A run waits for what others build; it may hold claims of its own."""

    keys: tuple[str, ...]
    at: float


@dataclass(frozen=True, slots=True)
class Claims:
    """What a foundation holds, by key, and who waits, by run. `due` are waiters that somebody is still to wake."""

    ready: Mapping[str, Ready] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)
    waiters: Mapping[str, Waiter] = field(default_factory=dict)
    due: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A run needs these keys. `began` is when it began to need them.

    What was asked of Azure up to `trust_hours` before that is trusted, and kept for `keep_hours`: 0 hours still trust
    what runs that began at the same time ensure. A claim, or a waiter, not heard of for `claim_minutes` is nobody's.
    """

    run: str
    keys: tuple[str, ...]
    now: float
    began: float
    trust_hours: float
    keep_hours: float
    claim_minutes: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What is there, what the run is to build, what another run builds, and what failed while the run waited for it.

    `wake` are runs that whoever gets this answer sends an event to.
    """

    ready: Mapping[str, str] = field(default_factory=dict)
    build: tuple[str, ...] = ()
    wait: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    wake: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a run has made, key to Azure id, and what it could not make. A run that failed holds nothing any more."""

    run: str
    now: float
    made: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def claim(state: Claims, ask: Ask) -> tuple[Claims, Answer]:
    """Answer what of the keys is there, and claim what nobody builds; the run is heard of.

    If something failed that the run waited for, nothing is claimed and what it held is free.
    """
    state = _heard_of(_tidied(state, ask), ask.run, ask.now)
    ready = {key: kept.id for key in ask.keys if (kept := state.ready.get(key)) and _is_trusted(kept, ask)}
    missing = tuple(key for key in ask.keys if key not in ready)
    failed = {key: failure.problem for key in missing if (failure := _shared_failure(state, key, ask))}
    if failed:
        state, wake = _woken(_without(state, ask.run))
        return state, Answer(ready, failed=failed, wake=wake)
    wait = {key: held.run for key in missing if (held := state.claims.get(key)) and held.run != ask.run}
    build = tuple(key for key in missing if key not in wait)
    waiters = {run: waiter for run, waiter in state.waiters.items() if run != ask.run}
    if wait:
        waiters[ask.run] = Waiter(tuple(wait), ask.now)
    claims = {**state.claims, **{key: Claim(ask.run, ask.now) for key in build}}
    state, wake = _woken(replace(state, claims=claims, waiters=waiters))
    return state, Answer(ready, build, wait, wake=wake)


def report(state: Claims, told: Report) -> tuple[Claims, tuple[str, ...]]:
    """What a run made is ready for all, what failed for nobody; the runs to wake are answered."""
    state = _heard_of(state, told.run, told.now)
    claims = {key: held for key, held in state.claims.items() if held.run != told.run or key not in told.made}
    ready = {**state.ready, **{key: Ready(id_, told.now) for key, id_ in told.made.items()}}
    failures = {key: failure for key, failure in state.failures.items() if key not in told.made}
    failures |= {key: Failure(problem, told.now) for key, problem in told.failed.items()}
    state = replace(
        state,
        claims=claims,
        ready=_youngest(ready, MOST_KEPT, lambda kept: kept.at),
        failures=_youngest(failures, MOST_FAILURES, lambda failure: failure.at),
    )
    return _woken(_without(state, told.run) if told.failed else state)


def release(state: Claims, run: str) -> tuple[Claims, tuple[str, ...]]:
    """The run is over: what it held is free, and it waits for nothing; the runs to wake are answered."""
    return _woken(_without(state, run))


def forget(state: Claims, keys: Iterable[str], before: float) -> Claims:
    """Something remembered may be wrong: those of the keys that are older are asked of Azure again.

    Younger ones were asked a moment ago: many VMs that fail at once make it one reading, not one each.
    """
    doubted = frozenset(keys)
    ready = {key: kept for key, kept in state.ready.items() if key not in doubted or kept.at >= before}
    return replace(state, ready=ready)


def forget_all(state: Claims) -> Claims:
    """Nothing that is remembered counts any more."""
    return replace(state, ready={})


def _is_trusted(kept: Ready, ask: Ask) -> bool:
    return kept.at >= ask.began - ask.trust_hours * 3600


def _shared_failure(state: Claims, key: str, ask: Ask) -> Failure | None:
    """A failure of another run counts for those who waited meanwhile: else each of them would try the same in turn."""
    failure = state.failures.get(key)
    return failure if failure and failure.at >= ask.began and key not in state.claims else None


def _tidied(state: Claims, ask: Ask) -> Claims:
    """Without what is too old to count: things, failures, claims and waiters of runs that were not heard of."""
    oldest, lost = ask.now - max(ask.keep_hours * 3600, SHORTLY), ask.now - ask.claim_minutes * 60
    return replace(
        state,
        ready={key: kept for key, kept in state.ready.items() if kept.at >= oldest},
        claims={key: held for key, held in state.claims.items() if held.at >= lost or held.run == ask.run},
        failures={key: one for key, one in state.failures.items() if one.at >= ask.now - SHORTLY},
        waiters={run: waiter for run, waiter in state.waiters.items() if waiter.at >= lost},
    )


def _heard_of(state: Claims, run: str, now: float) -> Claims:
    claims = {key: replace(held, at=now) if held.run == run else held for key, held in state.claims.items()}
    waiters = {one: replace(waiter, at=now) if one == run else waiter for one, waiter in state.waiters.items()}
    return replace(state, claims=claims, waiters=waiters, due=tuple(one for one in state.due if one != run))


def _without(state: Claims, run: str) -> Claims:
    return replace(
        state,
        claims={key: held for key, held in state.claims.items() if held.run != run},
        waiters={one: waiter for one, waiter in state.waiters.items() if one != run},
        due=tuple(one for one in state.due if one != run),
    )


def _woken(state: Claims) -> tuple[Claims, tuple[str, ...]]:
    """Take out the waiters that can go on; as many as one answer names are answered, the others stay due."""
    holders = {held.run for held in state.claims.values()}
    going = [run for run, waiter in state.waiters.items() if _can_go_on(state, run, waiter, holds=run in holders)]
    due = tuple(dict.fromkeys((*state.due, *going)))
    waiters = {run: waiter for run, waiter in state.waiters.items() if run not in going}
    return replace(state, waiters=waiters, due=due[MOST_WOKEN:]), due[:MOST_WOKEN]


def _can_go_on(state: Claims, run: str, waiter: Waiter, *, holds: bool) -> bool:
    """One that holds claims goes on with each thing that it waits for, one that only waits when all are there.

    A failure ends the waiting at once.
    """
    open_ = [key not in state.claims or state.claims[key].run == run for key in waiter.keys]
    if any(key in state.failures and free for key, free in zip(waiter.keys, open_, strict=True)):
        return True
    return any(open_) if holds else all(open_)


def _youngest[T](things: Mapping[str, T], most: int, at: Callable[[T], float]) -> dict[str, T]:
    if len(things) <= most:
        return dict(things)
    kept = sorted(things, key=lambda key: at(things[key]))[-most:]
    return {key: things[key] for key in kept}
