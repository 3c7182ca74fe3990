"""The fleet in another order than by id, page by page. Pure."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from asr.errors import BadRequest
from asr.model.resource_id import parse
from asr.planning.fleet_rows import Member
from asr.planning.fleet_state import FleetState
from asr.reporting.drilled import Drills
from asr.reporting.paging import place_in, token_of

type FleetSort = Literal[
    "name", "-name", "state", "-state", "health", "-health", "rpo", "-rpo", "drill", "-drill",
    "region", "-region", "resourceGroup", "-resourceGroup",
]  # fmt: skip
"""What the fleet can be ordered by; with `-` the other way round."""

type Value = str | None
"""What is compared, as text; numbers are padded."""

URGENCY = (
    FleetState.FAILED,
    FleetState.REFUSED,
    FleetState.UNHEALTHY,
    FleetState.ORPHANED,
    FleetState.WAITING,
    FleetState.GRACE,
    FleetState.UNASKED,
    FleetState.FAILED_OVER,
    FleetState.PENDING,
    FleetState.DISABLING,
    FleetState.ENABLING,
    FleetState.PROTECTED,
    FleetState.NOT_REQUESTED,
    FleetState.UNPROTECTED,
)
"""Every state, those that need somebody first."""

_HEALTH: Mapping[str, str] = {"critical": "0", "warning": "1", "normal": "2"}


def sorted_page(
    members: Iterable[Member], sort: str, drills: Drills, top: int, continuation: str | None
) -> tuple[tuple[Member, ...], str | None]:
    """At most `top` members in this order after the continuation, and the continuation of the next page.

    What is not known comes last in either direction; what is equal is ordered by id. A continuation names a place, so
    it stays good when others come and go.

    Raises:
        BadRequest: the continuation is none of this order.
    """
    value_of, backwards = _values(drills)[sort.removeprefix("-")], sort.startswith("-")
    after = _after(continuation, sort) if continuation else None
    placed = [(value_of(member), member) for member in members]
    if after is not None:
        placed = [one for one in placed if _follows((one[0], one[1].place), after, backwards=backwards)]
    placed.sort(key=lambda one: one[1].place)
    known = sorted((one for one in placed if one[0] is not None), key=lambda one: one[0] or "", reverse=backwards)
    shown = [*known, *(one for one in placed if one[0] is None)][:top]
    following = None
    if len(placed) > top:
        value, last = shown[-1]
        following = token_of(json.dumps([sort, value, last.place]))
    return tuple(member for _, member in shown), following


def _values(drills: Drills) -> Mapping[str, Callable[[Member], Value]]:
    return {
        "name": lambda member: parse(member.place).name,
        "resourceGroup": lambda member: parse(member.place).resource_group,
        "region": lambda member: member.row.region or None,
        "state": lambda member: f"{URGENCY.index(member.condition.state):02}",
        "health": lambda member: _HEALTH.get(member.row.item.health.lower(), "3") if member.row.item else None,
        "rpo": _rpo,
        "drill": lambda member: _passed(drills, member),
    }


def _rpo(member: Member) -> Value:
    seconds = member.row.item.rpo_seconds if member.row.item else None
    return None if seconds is None else f"{seconds:020}"


def _passed(drills: Drills, member: Member) -> Value:
    """When it last passed a drill; before all times if it never did; None if it has nothing to drill."""
    shown = drills.shown(member.row)
    return (shown.passed_at or "") if shown else None


def _follows(one: tuple[Value, str], after: tuple[Value, str], *, backwards: bool) -> bool:
    (value, place), (passed, last) = one, after
    if value == passed:
        return place > last
    if value is None or passed is None:
        return value is None
    return value < passed if backwards else value > passed


def _after(continuation: str, sort: str) -> tuple[Value, str]:
    try:
        of, value, place = json.loads(place_in(continuation))
    except (TypeError, ValueError, RecursionError):
        of, value, place = None, None, None
    if of != sort or not isinstance(place, str) or not (value is None or isinstance(value, str)):
        raise BadRequest(
            "continuation", f"it is none of the order {sort!r}; give back what an answer gave, or leave it out"
        )
    return value, place
