"""What lasts about a VM as the fleet shows it: what others are told of when it begins, and when it is over. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from asr.codec import encode
from asr.model.announcement import EventSeverity, EventType
from asr.model.objective import ObjectiveState
from asr.model.outcome import Reason
from asr.planning.fleet_rows import Member
from asr.planning.fleet_state import FleetState
from asr.planning.objectives import breach

MOST_DIFFERENCES = 20
"""Differences that one event tells."""

_TOLD = ("field", "wished", "present", "decision")

_UNHEALTHY = frozenset({FleetState.UNHEALTHY, FleetState.FAILED})
_ORPHANED = frozenset({"ProtectedVmGone", "ProtectedVmReplaced"})


@dataclass(frozen=True, slots=True)
class Lasting:
    """Something that lasts about a VM."""

    severity: EventSeverity
    reasons: tuple[Reason, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sameness(self) -> object:
        """What two of them have in common that say the same; figures within reasons may differ."""
        return frozenset(reason.code for reason in self.reasons), self.facts.get("differences")


def lasting_in(member: Member | None) -> Iterator[tuple[EventType, Lasting]]:
    """All that lasts about it; nothing about a VM that the fleet does not show."""
    if member is None or member.row.item is None:
        return
    condition, rpo = member.condition, member.row.rpo
    if is_orphan(member):
        yield EventType.ORPHANED, Lasting(EventSeverity.ERROR, condition.reasons)
    elif condition.state in _UNHEALTHY:
        yield EventType.UNHEALTHY, Lasting(EventSeverity.CRITICAL, condition.reasons)
    if member.row.drifts:
        differences = map(encode, member.row.drifts[:MOST_DIFFERENCES])
        shown = [{name: one[name] for name in _TOLD} for one in differences]
        yield EventType.DRIFTED, Lasting(EventSeverity.WARNING, facts={"differences": shown})
    if rpo is not None and rpo.state is ObjectiveState.BREACHED:
        lag = {"rpo_seconds": member.row.item.rpo_seconds, "objective_seconds": rpo.minutes * 60}
        yield EventType.RPO_BREACHED, Lasting(EventSeverity.ERROR, breach(rpo), lag)


def is_orphan(member: Member) -> bool:
    """Whether the item's VM is gone or another one; also while its protection is being ended."""
    codes = {reason.code for reason in member.condition.reasons}
    return member.row.item is not None and (member.row.machine is None or bool(codes & _ORPHANED))


def is_unknown(member: Member | None) -> bool:
    """Whether nobody can tell how the objective stands: what was said of it before is neither true nor over."""
    return member is not None and member.row.rpo is not None and member.row.rpo.state is ObjectiveState.UNKNOWN


def is_met_again(member: Member | None) -> bool:
    """Whether the objective is met, and was not in these months."""
    rpo = member.row.rpo if member else None
    return rpo is not None and rpo.state is ObjectiveState.MET and any(month.breached for month in rpo.months.values())
