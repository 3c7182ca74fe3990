"""What others are told: what has changed about a VM between two outcomes of its runs, or two readings of the fleet.
Pure.

Runs tell how they ended, sweeps what nobody's run brought about; no change is told by both. What lasts is told when
it begins, again when its reasons change, and when it ends.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asr.model.announcement import Announcement, EventSeverity, EventState, EventType
from asr.model.outcome import Outcome, State
from asr.model.resource_id import same
from asr.model.run import VmState
from asr.planning.fleet_rows import Member, outcome_of
from asr.planning.lasting import Lasting, is_met_again, is_orphan, is_unknown, lasting_in
from asr.planning.run_index import codes_of
from asr.planning.states import Phase, phase

UNREPORTED = "RunEndedWithoutReport"
"""The code of an outcome that no run could tell itself."""

_LASTING: Mapping[State, tuple[EventType, EventSeverity]] = {
    State.REFUSED: (EventType.PROTECTION_REFUSED, EventSeverity.WARNING),
    State.FAILED: (EventType.PROTECTION_FAILED, EventSeverity.ERROR),
    State.WAITING: (EventType.PROTECTION_FAILED, EventSeverity.WARNING),
}
"""Outcomes that stand until a run ends in another way. What waits for a person is told as what failed is."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """How the last run of a VM ended, and when."""

    outcome: Outcome | None = None
    at: str | None = None


def last_run_of(state: VmState | None) -> LastRun:
    """The same, of what the VM's entity knows."""
    last = state.last if state and state.last else {}
    at = last.get("at")
    return LastRun(outcome_of(last), at if isinstance(at, str) else None)


def news_of_run(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, Any] | None:
    """What a run has to tell of the outcome before its own: a little record for `of_run`; None if there is nothing.

    `before` is the outcome that the VM's entity recorded last, empty if there was none.
    """
    told = {
        "state": before.get("state"),
        "codes": list(codes_of(dict(before))),
        "at": before.get("at"),
        "item_id": before.get("item_id"),
    }
    return told if any(_of_outcomes(told, after, "", "", "")) else None


def of_run(
    before: Mapping[str, object], after: Mapping[str, object], vm_id: str, run: str, at: str
) -> tuple[Announcement, ...]:
    """What is to be told now that this run has ended so. `before` is what `news_of_run` made."""
    return tuple(_of_outcomes(before, after, vm_id, run, at))


def _of_outcomes(
    before: Mapping[str, object], after: Mapping[str, object], vm_id: str, run: str, at: str
) -> Iterator[Announcement]:
    outcome = outcome_of(after)
    if outcome is None or outcome.state is State.SUPERSEDED:
        return
    was, now = _lasting(before.get("state")), _lasting(outcome.state)
    if was is not None and (now is None or was[0] != now[0]):
        yield Announcement(was[0], EventState.RESOLVED, was[1], vm_id, f"{before.get('at')}", at, run, outcome.item_id)
    codes = list(codes_of(dict(after)))
    if now is not None and (was != now or before.get("codes") != codes):
        yield Announcement(now[0], EventState.OPEN, now[1], vm_id, at, at, run, outcome.item_id, outcome.reasons)
    if outcome.state is State.UNPROTECTED and before.get("state") != State.UNPROTECTED:
        yield _happened(EventType.UNPROTECTED, vm_id, at, at, run, outcome.item_id or _text(before.get("item_id")))
    if outcome.state is State.ENABLING and outcome.item_id and not _is_same(before.get("item_id"), outcome.item_id):
        yield _happened(EventType.PROTECTION_ENABLED, vm_id, at, at, run, outcome.item_id)


def _is_same(known: object, item_id: str) -> bool:
    """Whether it is the item that was known: Site Recovery answers ids in another casing than they are asked by."""
    return isinstance(known, str) and same(known, item_id)


def of_readings(
    before: Member | None, after: Member | None, last: LastRun, *, first: bool, mark: str, at: str
) -> tuple[Announcement, ...]:
    """What is to be told of a VM whose row was so in the last reading of the fleet, and is so now.

    None: the fleet does not show it. `last` is how its last run ended. `first`: there was no reading before, so that
    nothing has changed, and only what lasts is told. `mark` names the reading before, at which both were compared.
    """
    known = after or before
    if known is None:
        return ()
    standing, stood = dict(lasting_in(after)), dict(lasting_in(before))
    found = [
        _opened(known, type_, about, mark, at)
        for type_, about in standing.items()
        if type_ not in stood or stood[type_].sameness != about.sameness
    ]
    found += [
        Announcement(type_, EventState.RESOLVED, about.severity, known.row.vm_id, mark, at, item_id=_item_id(known))
        for type_, about in stood.items()
        if type_ not in standing and not (type_ is EventType.RPO_BREACHED and is_unknown(after))
    ]
    if EventType.RPO_BREACHED not in stood and is_unknown(before) and is_met_again(after):
        severity = EventSeverity.ERROR
        found.append(Announcement(EventType.RPO_BREACHED, EventState.RESOLVED, severity, known.row.vm_id, mark, at))
    found += _outcomes_nobody_told(before, after, last, at, first=first)
    if not first:
        found += _changes(before, after, last, mark, at)
    return tuple(found)


def _opened(member: Member, type_: EventType, about: Lasting, mark: str, at: str) -> Announcement:
    return Announcement(
        type_,
        EventState.OPEN,
        about.severity,
        member.row.vm_id,
        mark,
        at,
        item_id=_item_id(member),
        reasons=about.reasons,
        facts=about.facts,
    )


def _outcomes_nobody_told(
    before: Member | None, after: Member | None, last: LastRun, at: str, *, first: bool
) -> Iterator[Announcement]:
    """Of a run that was terminated, how it ended; of a VM that left the fleet, that what stood against it is over.

    The events are those that a run would have told, so none is another event if one does after all.
    """
    known = after or before
    if known is None or last.outcome is None or last.at is None:
        return
    vm_id, codes = known.row.vm_id, {reason.code for reason in last.outcome.reasons}
    was = before.row.outcome if before else None
    same_run = before is not None and before.row.outcome_at == last.at
    if UNREPORTED in codes and not same_run and not first:
        if was is not None and before is not None:
            yield from _resolved(_lasting(was.state), vm_id, before.row.outcome_at, at, unless=State.FAILED)
        failed, severity = _LASTING[State.FAILED]
        yield Announcement(failed, EventState.OPEN, severity, vm_id, last.at, at, reasons=last.outcome.reasons)
    elif after is None and same_run:
        yield from _resolved(_lasting(last.outcome.state), vm_id, last.at, at)


def _resolved(
    was: tuple[EventType, EventSeverity] | None,
    vm_id: str,
    mark: str | None,
    at: str,
    *,
    unless: State | None = None,
) -> Iterator[Announcement]:
    if was is not None and was != _lasting(unless):
        yield Announcement(was[0], EventState.RESOLVED, was[1], vm_id, f"{mark}", at)


def _changes(before: Member | None, after: Member | None, last: LastRun, mark: str, at: str) -> Iterator[Announcement]:
    """What happened, and does not last."""
    if after is not None and _is_sound(after) and not (before is not None and _is_sound(before)):
        yield _happened(EventType.PROTECTED, after.row.vm_id, mark, at, None, _item_id(after))
    if before is None or before.row.item is None or (after is not None and after.row.item is not None):
        return
    if last.outcome is not None and last.outcome.state is State.UNPROTECTED and last.at != before.row.outcome_at:
        return  # the run that has ended it has told so
    lost = after is not None and after.row.asks
    yield Announcement(
        EventType.UNPROTECTED,
        EventState.OPEN if lost else EventState.RESOLVED,
        EventSeverity.ERROR if lost else EventSeverity.INFO,
        before.row.vm_id,
        mark,
        at,
        item_id=_item_id(before),
    )


def _is_sound(member: Member) -> bool:
    """Whether the VM could be failed over."""
    item = member.row.item
    return item is not None and phase(item.state) is Phase.PROTECTED and not is_orphan(member)


def _happened(type_: EventType, vm_id: str, mark: str, at: str, run: str | None, item_id: str | None) -> Announcement:
    return Announcement(type_, EventState.RESOLVED, EventSeverity.INFO, vm_id, mark, at, run, item_id)


def _lasting(state: object) -> tuple[EventType, EventSeverity] | None:
    return next((told for outcome, told in _LASTING.items() if outcome == state), None)


def _item_id(member: Member) -> str | None:
    return member.row.item.id if member.row.item else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
