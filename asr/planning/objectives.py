"""How far a VM's recovery points may lag behind, and whether they do: the objective `rpoMinutes`. Pure.

What counts is the age of the newest recovery point. Site Recovery's own figure (`rpoInSeconds`) may be better than
that, and says nothing once it is old: then the objective is `unknown`, which is not good.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from asr.model.objective import ObjectiveState, RpoMonth, RpoRecord
from asr.model.outcome import Reason
from asr.model.vm_facts import ProtectedItem
from asr.reasons import reason

FRESH = timedelta(minutes=15)
"""How old Site Recovery's figure may be to tell anything; it measures each minute as a rule."""

LONGEST_GAP = timedelta(hours=2)
"""Time between two readings beyond this counts as unknown: nobody looked."""

MONTHS_KEPT = 3


def measured(
    item: ProtectedItem, minutes: int, at: str, newest_point: str | None = None, before: RpoRecord | None = None
) -> RpoRecord:
    """How the objective stands at this time, and the time since `before` credited to how it stands.

    `newest_point` is the newest recovery point's time if the points were read now; else the last that is known stands,
    and Site Recovery's figure decides.
    """
    known = newest_point or (before.newest_point if before else None)
    state = _state(item, timedelta(minutes=minutes), _time(at), newest_point)
    same = before is not None and before.state is state
    return RpoRecord(
        minutes,
        state,
        since=before.since if before is not None and same else at,
        at=at,
        newest_point=known,
        months=_months(before, state, at),
    )


def worth_reading(item: ProtectedItem, minutes: int, at: str, before: RpoRecord | None) -> bool:
    """Whether the points themselves have to be read: the figure is old or nears the objective, or that was missed."""
    if before is not None and before.state is not ObjectiveState.MET:
        return True
    if not _is_fresh(item, _time(at)) or item.rpo_seconds is None:
        return True
    return item.rpo_seconds * 2 > minutes * 60


def attainment(records: Iterable[RpoRecord], month: str) -> float | None:
    """The share of the time that was looked at in this month (`2026-11`) in which objectives were met."""
    months = [record.months[month] for record in records if month in record.months]
    seen = sum(one.met + one.breached for one in months)
    return round(sum(one.met for one in months) / seen, 6) if seen else None


def breach(rpo: RpoRecord | None) -> tuple[Reason, ...]:
    """Why the VM is not as well as it should be, if its objective is not met."""
    if rpo is None or rpo.state is not ObjectiveState.BREACHED:
        return ()
    newest = f"of {rpo.newest_point}" if rpo.newest_point else "not known"
    return (reason("RpoBreached", minutes=rpo.minutes, since=rpo.since, newest=newest),)


def standstill(item: ProtectedItem, since: str | None) -> tuple[Reason, ...]:
    """That initial replication has not moved since then, which is too long; nothing if that is not so."""
    if since is None:
        return ()
    percent = "an unknown part" if item.percent is None else f"{item.percent} %"
    return (reason("ReplicationStuck", state=item.state, percent=percent, since=since),)


def _state(item: ProtectedItem, objective: timedelta, at: datetime, newest_point: str | None) -> ObjectiveState:
    if newest_point is not None:
        return ObjectiveState.BREACHED if at - _time(newest_point) > objective else ObjectiveState.MET
    if not _is_fresh(item, at) or item.rpo_seconds is None:
        return ObjectiveState.UNKNOWN
    return ObjectiveState.BREACHED if timedelta(seconds=item.rpo_seconds) > objective else ObjectiveState.MET


def _is_fresh(item: ProtectedItem, at: datetime) -> bool:
    return item.rpo_at is not None and at - _time(item.rpo_at) <= FRESH


def _months(before: RpoRecord | None, state: ObjectiveState, at: str) -> Mapping[str, RpoMonth]:
    known = dict(before.months) if before else {}
    elapsed = _time(at) - _time(before.at) if before else timedelta()
    month = known.get(at[:7], RpoMonth())
    counted = max(min(elapsed, LONGEST_GAP), timedelta())
    unseen = (elapsed - counted).total_seconds() if elapsed > LONGEST_GAP else 0.0
    seconds = counted.total_seconds()
    match state:
        case ObjectiveState.MET:
            month = replace(month, met=month.met + seconds)
        case ObjectiveState.BREACHED:
            month = replace(month, breached=month.breached + seconds)
        case ObjectiveState.UNKNOWN:
            month = replace(month, unknown=month.unknown + seconds)
    known[at[:7]] = replace(month, unknown=month.unknown + unseen)
    return {name: known[name] for name in sorted(known)[-MONTHS_KEPT:]}


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
