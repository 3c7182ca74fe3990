"""What others are told by a sweep: what has changed about a VM between two readings of the fleet. Pure.

Runs tell how they ended (`asr.planning.run_news`), sweeps what nobody's run brought about; no change is told by both.
What lasts is told when it begins, again when its reasons change, and when it ends.
"""

from collections.abc import Iterator

from asr.model.announcement import Announcement, EventSeverity, EventState, EventType
from asr.model.outcome import State
from asr.planning.fleet_rows import Member
from asr.planning.lasting import Lasting, is_met_again, is_orphan, is_unknown, lasting_in
from asr.planning.run_news import BESIDE, LastRun, finished_beside, happened, lasting
from asr.planning.states import Phase, phase

UNREPORTED = "RunEndedWithoutReport"
"""The code of an outcome that no run could tell itself."""


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
        if last.kind in BESIDE and last.kind is not None:
            yield finished_beside(last.kind, last.outcome, vm_id, None, last.at)
            return
        if was is not None and before is not None:
            yield from _resolved(was.state, vm_id, before.row.outcome_at, at, unless=State.FAILED)
        told = lasting(State.FAILED)
        if told is not None:
            yield Announcement(told[0], EventState.OPEN, told[1], vm_id, last.at, at, reasons=last.outcome.reasons)
    elif after is None and same_run:
        yield from _resolved(last.stands.get("state"), vm_id, f"{last.stands.get('at')}", at)


def _resolved(
    state: object, vm_id: str, mark: str | None, at: str, *, unless: State | None = None
) -> Iterator[Announcement]:
    was = lasting(state)
    if was is not None and was != lasting(unless):
        yield Announcement(was[0], EventState.RESOLVED, was[1], vm_id, f"{mark}", at)


def _changes(before: Member | None, after: Member | None, last: LastRun, mark: str, at: str) -> Iterator[Announcement]:
    """What happened, and does not last."""
    if after is not None and _is_sound(after) and not (before is not None and _is_sound(before)):
        yield happened(EventType.PROTECTED, after.row.vm_id, mark, at, None, _item_id(after))
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
    """Whether the VM could be failed over, and the run that has enabled its item has told so first."""
    item = member.row.item
    told = not member.row.awaited
    return item is not None and told and phase(item.state) is Phase.PROTECTED and not is_orphan(member)


def _item_id(member: Member) -> str | None:
    return member.row.item.id if member.row.item else None
