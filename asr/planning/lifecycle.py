"""The rules of runs: one at a time per VM, one more after a burst of requests, none forgotten. Pure.

The `VirtualMachine` entity holds a `Watch` and applies these functions to it.
"""

from dataclasses import dataclass, field, replace

from asr.model.outcome import State
from asr.planning.outcomes import unreported

KEPT_RUNS = 50
"""How many run ids the audit index keeps; the durable instances themselves stay until they are purged."""

KEPT_TICKETS = 20
"""How many callers' tickets are remembered: each lives for the seconds until its caller has read the run's id."""


COMPLETE = frozenset({State.PROTECTED, State.ALREADY_PROTECTED, State.REFUSED, State.GONE})
"""Outcomes after which nothing is left to do of what an operator asked for by name."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What an operator chose for one run, on top of the VM's tags: a profile, and overrides named as the tags are.

    `plan_hash` is the plan that the operator agreed to; a run by plan asks Azure, as the plan did, and not its memory.
    """

    profile: str | None = None
    overrides: dict[str, str] = field(default_factory=dict)
    plan_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A request to look at a VM and make true what its tags ask for.

    `cause` says who asks (`event`, `sweep`, `http`, `burst`). `expects` lets a sweep ask only when the last outcome is
    none of these states and no run is active; with `by_name` it asks of a VM only if an operator once did, and with
    that operator's choices. `ticket` is a caller's own token, under which it finds the id of the run that serves it.
    `choices` mean that an operator asks by name.
    """

    vm_id: str
    cause: str
    pacing: dict[str, float]
    expects: tuple[str, ...] | None = None
    ticket: str | None = None
    choices: Choices | None = None
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class RunNote:
    """One run in the audit index. `state` is None while it is active."""

    id: str
    cause: str
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """What is known of one VM between runs.

    `active` is the id of the run that is under way. `choices` are those of the operator who asked last by name, until
    a run has said how that ended: what one run began, a later one completes by the same choices, whatever runs that
    events started in between found no tag to go by.
    """

    vm_id: str
    count: int = 0
    active: str | None = None
    waiting: Look | None = None
    runs: tuple[RunNote, ...] = ()
    last: dict[str, object] | None = None
    tickets: tuple[tuple[str, str], ...] = ()
    choices: Choices | None = None


@dataclass(frozen=True, slots=True)
class Start:
    """A run to schedule, under a durable instance id that was never used before."""

    run: str
    look: Look


def asked(watch: Watch, look: Look, vm_key: str) -> tuple[Watch, Start | None]:
    """A look was asked for: it starts a run, waits behind the active one, or is not needed."""
    if look.expects is not None and (watch.active or (watch.last or {}).get("state") in look.expects):
        return watch, None
    if look.by_name:
        if watch.choices is None:
            return watch, None
        look = replace(look, choices=watch.choices)
    if watch.active is not None:
        choices = look.choices or (watch.waiting.choices if watch.waiting else None)
        waiting = replace(look, ticket=None, choices=choices)
        return _with_ticket(replace(watch, waiting=waiting), look, watch.active), None
    return _start(watch, look, vm_key)


def finished(watch: Watch, run: str, outcome: dict[str, object], vm_key: str) -> tuple[Watch, Start | None]:
    """A run reports its outcome. A run that is not the active one (it was given up) changes the index only."""
    runs = tuple(replace(note, state=str(outcome.get("state"))) if note.id == run else note for note in watch.runs)
    if watch.active != run:
        return replace(watch, runs=runs), None
    choices = None if outcome.get("state") in COMPLETE else watch.choices
    rested = replace(watch, active=None, waiting=None, runs=runs, last={**outcome, "run": run}, choices=choices)
    if watch.waiting is None:
        return rested, None
    return _start(rested, replace(watch.waiting, cause="burst"), vm_key)


def given_up(watch: Watch, run: str, vm_key: str) -> tuple[Watch, Start | None]:
    """A run ended without a report (terminated or purged by an operator): it must not block the VM for ever."""
    if watch.active != run:
        return watch, None
    return finished(watch, run, unreported(run), vm_key)


def run_id(vm_key: str, number: int) -> str:
    """The durable instance id of a VM's n-th run, counted from 1."""
    return f"{vm_key}-{number}"


def _start(watch: Watch, look: Look, vm_key: str) -> tuple[Watch, Start]:
    number = watch.count + 1
    run = run_id(vm_key, number)
    notes = (*watch.runs, RunNote(run, look.cause))[-KEPT_RUNS:]
    choices = look.choices or watch.choices
    started = replace(watch, vm_id=look.vm_id, count=number, active=run, runs=notes, choices=choices)
    return _with_ticket(started, look, run), Start(run, look)


def _with_ticket(watch: Watch, look: Look, run: str) -> Watch:
    if look.ticket is None:
        return watch
    return replace(watch, tickets=(*watch.tickets, (look.ticket, run))[-KEPT_TICKETS:])
