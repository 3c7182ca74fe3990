"""The rules of a VM's runs: one at a time, requests to converge become one, commands keep their order, none is
forgotten. Pure.

The `VirtualMachine` entity holds a `VmState` and applies these functions to it. A function that may start a run answers
the new state and what to start.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from asr.model.outcome import State
from asr.model.run import KINDS, PROTECT, ActiveRun, RunRequest, SweepFinding, VmState
from asr.planning.outcomes import unreported
from asr.planning.run_index import KEPT_RUNS, codes_of, entry_of, folded, kind_of
from asr.planning.run_news import recorded

KEPT_ANSWERS = 40
"""Commands whose run ids are remembered, so that one that is posted again is known."""

MOST_QUEUED = 8
"""Commands that may wait behind the active run of one VM."""

LONGEST_BACK_OFF = {
    State.REFUSED: timedelta(hours=6),
    State.FAILED: timedelta(hours=1),
    State.WAITING: timedelta(hours=1),
}
"""A sweep starts a run at least this often for a VM whose runs end so, in the same way each time.

What refuses a VM is its own; what fails may be mended without a change to it.
"""

SCHEDULING_TIME = timedelta(minutes=5)
"""A run that its entity has scheduled has begun within this time; one that does not even exist then was purged."""

COMPLETE = frozenset({State.PROTECTED, State.ALREADY_PROTECTED, State.GONE, State.UNPROTECTED})
"""Outcomes after which nothing is left to do of what an operator asked for by name."""

_TRACELESS = frozenset({State.NOT_REQUESTED, State.GONE})
"""Outcomes after which a VM that has no protected item needs not be remembered."""


@dataclass(frozen=True, slots=True)
class Start:
    """A run to schedule, under a durable instance id that was never used before."""

    run: str
    request: RunRequest

    @property
    def orchestrator(self) -> str:
        """The name of the orchestrator that carries it."""
        return KINDS[self.request.kind].orchestrator


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command stands: `queued` runs are to end before its own begins. None: there was no place for it."""

    queued: int | None


def run_id(vm_key: str, request_id: str) -> str:
    """The durable instance id of the run that carries a request: who asks knows it before the entity answers."""
    return f"{vm_key}-{sha256(request_id.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def asked(state: VmState, request: RunRequest, vm_key: str) -> tuple[VmState, Start | None]:
    """A request has come: it starts a run, waits for its turn, or is not needed. One that came before changes nothing.

    A request to converge that waits is replaced by the next one. A command waits behind those before it, and is turned
    away when `MOST_QUEUED` of them do.
    """
    run = run_id(vm_key, request.request_id)
    if _is_known(state, run):
        return state, None
    if request.finding and not is_needed(state, request.finding, request.at, named=request.choices is not None):
        return state, None
    if not KINDS[request.kind].is_command:
        return (replace(state, dirty=request), None) if state.active else _started(state, request, vm_key, request.at)
    if state.active is None:
        return _started(_answered(state, run), request, vm_key, request.at)
    if len(state.queue) >= MOST_QUEUED:
        return replace(state, turned_away=(*state.turned_away, run)[-MOST_QUEUED:]), None
    return replace(_answered(state, run), queue=(*state.queue, request)), None


def place(state: VmState, run: str, vm_key: str) -> Place | None:
    """Where the command stands whose run is this; None when the entity has not heard of it (or forgotten it)."""
    waiting = [run_id(vm_key, request.request_id) for request in state.queue]
    if run in waiting:
        return Place(waiting.index(run) + 1)
    if run in state.answered:
        return Place(0)
    return Place(None) if run in state.turned_away else None


def is_full(state: VmState) -> bool:
    """Whether the next command would be turned away."""
    return len(state.queue) >= MOST_QUEUED


def is_needed(state: VmState, finding: SweepFinding, at: str, *, named: bool = False) -> bool:
    """Whether a sweep that found this at this time has a reason to start a run.

    What a run is about to change, or has just said, is no reason. Equal refusals put runs off further and further.
    `named`: the sweep brings the choices of a request by name with it, which the store remembers.
    """
    if state.active is not None or (state.last or {}).get("state") in finding.expects:
        return False
    if finding.by_name and state.standing is None and not named:
        return False
    changed = state.fingerprint is not None and finding.fingerprint not in (None, state.fingerprint)
    return changed or state.retry_at is None or _time(at) >= _time(state.retry_at)


def began(state: VmState, run: str) -> tuple[VmState, bool]:
    """A run asks in its first step whether it is the active one. If not, it was found ended before it began."""
    if state.active is None or state.active.run != run:
        return state, False
    return replace(state, active=replace(state.active, begun=True)), True


def finished(
    state: VmState, run: str, outcome: dict[str, object], at: str, vm_key: str
) -> tuple[VmState, Start | None]:
    """A run reports its outcome; the next command begins, or the converging run that waits.

    A run that is not the active one (it was abandoned) changes the index only.
    """
    codes = codes_of(outcome)
    said = str(outcome.get("state"))
    runs = tuple(
        replace(entry, state=said, codes=codes, last=at) if entry.run == run else entry for entry in state.runs
    )
    if state.active is None or state.active.run != run:
        return replace(state, runs=runs), None
    rested = replace(
        state,
        active=None,
        runs=folded(runs),
        last=state.last
        if _says_less(state, said)
        else {**recorded(state.last, outcome, kind_of(state, run)), "run": run, "at": at},
        standing=None if said in COMPLETE else state.standing,
        item_id=None if said == State.UNPROTECTED else _text(outcome.get("item_id")) or state.item_id,
        retry_at=_retry_at(state, said, codes, at),
    )
    if rested.queue:
        first, *others = rested.queue
        return _started(replace(rested, queue=tuple(others)), first, vm_key, at)
    if rested.dirty is not None:
        return _started(replace(rested, dirty=None), rested.dirty, vm_key, at)
    return rested, None


def abandoned(state: VmState, run: str, at: str, vm_key: str) -> tuple[VmState, Start | None]:
    """A run was found ended without a report (terminated, purged): it must not block the VM for ever."""
    if state.active is None or state.active.run != run:
        return state, None
    return finished(state, run, unreported(run), at, vm_key)


def has_seen(state: VmState | None, happened: datetime | None) -> bool:
    """Whether a run that began after this has read it: then nothing is left to be noticed."""
    if state is None or happened is None or not state.runs:
        return False
    return _time(state.runs[-1].first) > happened and state.runs[-1].count == 1


def is_overdue(active: ActiveRun, now: datetime) -> bool:
    """Whether a run that does not exist should: it has begun, or has had the time to. Then it was purged."""
    return active.begun or now - _time(active.at) > SCHEDULING_TIME


def is_forgettable(state: VmState) -> bool:
    """Whether the VM needs no trace: nobody asks for it, nothing of ours protects it, and nothing is under way."""
    idle = state.active is None and state.dirty is None and not state.queue and state.standing is None
    said = (state.last or {}).get("state")
    return idle and state.item_id is None and (said in _TRACELESS or said is None)


def _says_less(state: VmState, said: str) -> bool:
    """Whether a look found nothing to do about a VM whose protection was ended: that stays what is told of it."""
    return (state.last or {}).get("state") == State.UNPROTECTED and said in _TRACELESS


def _is_known(state: VmState, run: str) -> bool:
    return run in state.answered or any(entry.run == run for entry in state.runs)


def _answered(state: VmState, run: str) -> VmState:
    return replace(
        state,
        answered=(*state.answered, run)[-KEPT_ANSWERS:],
        turned_away=tuple(one for one in state.turned_away if one != run),
    )


def _started(state: VmState, request: RunRequest, vm_key: str, at: str) -> tuple[VmState, Start]:
    """A converging run goes by the choices that still stand, or that the store remembered of a request by name when the
    entity did not; those of a request to protect stand from now on, and other commands leave them as they are.
    """
    run = run_id(vm_key, request.request_id)
    if request.kind == PROTECT:
        standing = request.choices
    elif KINDS[request.kind].is_command:
        standing = state.standing
    else:
        standing = state.standing or request.choices
        request = replace(request, choices=standing)
    started = replace(
        state,
        vm_id=request.vm_id,
        count=state.count + 1,
        active=ActiveRun(run, at),
        runs=(*state.runs, entry_of(run, request, at))[-KEPT_RUNS:],
        standing=standing,
        fingerprint=request.finding.fingerprint if request.finding else state.fingerprint,
    )
    return started, Start(run, request)


def _retry_at(state: VmState, said: str, codes: tuple[str, ...], at: str) -> str | None:
    """When a sweep may start a run again: after twice the time that lay between this outcome and an equal one before
    it.
    """
    last = state.last or {}
    before = last.get("at")
    longest = next((pause for state_, pause in LONGEST_BACK_OFF.items() if state_ == said), None)
    if longest is None or last.get("state") != said or codes_of(last) != codes or not isinstance(before, str):
        return None
    pause = min(2 * (_time(at) - _time(before)), longest)
    return (_time(at) + pause).isoformat()


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
