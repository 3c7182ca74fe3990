"""What a run tells others by how it ended, compared with how the run before it did. Pure.

Runs that fail over or drill tell of themselves alone: that one was refused does not mean that the VM cannot be
protected, and what stood about its protection before still stands after it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from asr.model.announcement import Announcement, EventSeverity, EventState, EventType
from asr.model.failover import FailoverAction
from asr.model.outcome import Outcome, State
from asr.model.resource_id import same
from asr.model.run import DRILL, VmState
from asr.planning.fleet_rows import outcome_of
from asr.planning.run_index import codes_of

BESIDE = frozenset({DRILL, *(action.value for action in FailoverAction)})
"""Kinds of runs whose outcome says nothing of whether the VM can be protected."""

_LASTING: Mapping[State, tuple[EventType, EventSeverity]] = {
    State.REFUSED: (EventType.PROTECTION_REFUSED, EventSeverity.WARNING),
    State.FAILED: (EventType.PROTECTION_FAILED, EventSeverity.ERROR),
    State.WAITING: (EventType.PROTECTION_FAILED, EventSeverity.WARNING),
}
"""Outcomes that stand until a run ends in another way. What waits for a person is told as what failed is."""

_MATTERS: Mapping[str, str] = {
    FailoverAction.TEST: "test",
    FailoverAction.CLEAN_UP: "test",
    FailoverAction.PLANNED: "failover",
    FailoverAction.UNPLANNED: "failover",
    FailoverAction.FAIL_BACK: "failover",
}
"""Actions that succeed in each other's place; every other one is a matter of its own."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """How the last run of a VM ended, and when. `kind` is told of those of `BESIDE` alone; `stands` is what was told of
    the VM's protection before one of them.
    """

    outcome: Outcome | None = None
    at: str | None = None
    kind: str | None = None
    stands: Mapping[str, object] = field(default_factory=dict)


def last_run_of(state: VmState | None) -> LastRun:
    """The same, of what the VM's entity knows."""
    last = state.last if state and state.last else {}
    return LastRun(outcome_of(last), _text(last.get("at")), _text(last.get("kind")), _stands(last))


def recorded(before: Mapping[str, object] | None, outcome: Mapping[str, object], kind: str | None) -> dict[str, object]:
    """The outcome as the VM's entity keeps it: with the kind of a run of `BESIDE`, and what stood before that."""
    if kind not in BESIDE:
        return dict(outcome)
    return {**outcome, "kind": kind, "stands": _stands(before or {})}


def news_of_run(
    before: Mapping[str, object], after: Mapping[str, object], kind: str | None = None
) -> dict[str, Any] | None:
    """What a run has to tell of the outcome before its own: a little record for `of_run`; None if there is nothing.

    `before` is the outcome that the VM's entity recorded last, empty if there was none; `kind` is that of the run.
    """
    told = {**_stands(before), "item_id": before.get("item_id")}
    if kind in BESIDE:
        told["kind"] = kind
    return told if any(_of_outcomes(told, after, "", "", "")) else None


def of_run(
    before: Mapping[str, object], after: Mapping[str, object], vm_id: str, run: str, at: str
) -> tuple[Announcement, ...]:
    """What is to be told now that this run has ended so. `before` is what `news_of_run` made."""
    return tuple(_of_outcomes(before, after, vm_id, run, at))


def lasting(state: object) -> tuple[EventType, EventSeverity] | None:
    """What is told of a run that ended so, as long as that stands."""
    return next((told for outcome, told in _LASTING.items() if outcome == state), None)


def finished_beside(kind: str, outcome: Outcome, vm_id: str, run: str | None, at: str) -> Announcement:
    """That a run which fails over or drills has ended: open if it was refused or failed."""
    drills = kind == DRILL
    return Announcement(
        EventType.DRILL_FINISHED if drills else EventType.FAILOVER_FINISHED,
        EventState.OPEN if lasting(outcome.state) else EventState.RESOLVED,
        EventSeverity.WARNING if drills else EventSeverity.ERROR,
        vm_id,
        at,
        at,
        run,
        outcome.item_id,
        outcome.reasons,
        _drill_facts(outcome) if drills else _failover_facts(kind, outcome),
        None if drills else _MATTERS.get(kind, kind),
    )


def happened(type_: EventType, vm_id: str, mark: str, at: str, run: str | None, item_id: str | None) -> Announcement:
    """Something that does not last."""
    return Announcement(type_, EventState.RESOLVED, EventSeverity.INFO, vm_id, mark, at, run, item_id)


def _of_outcomes(
    before: Mapping[str, object], after: Mapping[str, object], vm_id: str, run: str, at: str
) -> Iterator[Announcement]:
    outcome, kind = outcome_of(after), _text(before.get("kind"))
    if outcome is None or outcome.state is State.SUPERSEDED:
        return
    if kind is not None:
        yield finished_beside(kind, outcome, vm_id, run, at)
    else:
        yield from _of_protection(before, outcome, list(codes_of(dict(after))), vm_id, run, at)
    if outcome.state is State.ENABLING and outcome.item_id and not _is_same(before.get("item_id"), outcome.item_id):
        yield happened(EventType.PROTECTION_ENABLED, vm_id, at, at, run, outcome.item_id)


def _of_protection(
    before: Mapping[str, object], outcome: Outcome, codes: list[str], vm_id: str, run: str, at: str
) -> Iterator[Announcement]:
    was, now = lasting(before.get("state")), lasting(outcome.state)
    if was is not None and (now is None or was[0] != now[0]):
        yield Announcement(was[0], EventState.RESOLVED, was[1], vm_id, f"{before.get('at')}", at, run, outcome.item_id)
    if now is not None and (was != now or before.get("codes") != codes):
        yield Announcement(now[0], EventState.OPEN, now[1], vm_id, at, at, run, outcome.item_id, outcome.reasons)
    if outcome.state is State.UNPROTECTED and before.get("state") != State.UNPROTECTED:
        yield happened(EventType.UNPROTECTED, vm_id, at, at, run, outcome.item_id or _text(before.get("item_id")))


def _stands(last: Mapping[str, object]) -> dict[str, object]:
    """What was told of the VM's protection by this outcome, or before it."""
    if last.get("kind") in BESIDE:
        stands = last.get("stands")
        return dict(stands) if isinstance(stands, dict) else {}
    return {"state": last.get("state"), "codes": list(codes_of(dict(last))), "at": last.get("at")}


def _failover_facts(kind: str, outcome: Outcome) -> dict[str, Any]:
    told = _section(outcome, "failover")
    return {
        "action": kind,
        "recovered_vm_id": told.get("vm"),
        "recovery_point": told.get("point"),
        "lost_seconds": told.get("lost_seconds"),
    }


def _drill_facts(outcome: Outcome) -> dict[str, Any]:
    told = _section(outcome, "drill")
    facts = {name: told.get(name) for name in ("status", "rto_seconds", "rpo_seconds")}
    return {"drill_id": told.get("drill"), **facts}


def _section(outcome: Outcome, name: str) -> Mapping[str, Any]:
    found = outcome.facts.get(name)
    return found if isinstance(found, dict) else {}


def _is_same(known: object, item_id: str) -> bool:
    """Whether it is the item that was known: Site Recovery answers ids in another casing than they are asked by."""
    return isinstance(known, str) and same(known, item_id)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
