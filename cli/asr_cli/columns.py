"""The columns of the fleet and of single machines, and how a state is coloured."""

from collections.abc import Iterator
from typing import Any

from asr_cli.table import Column
from asr_cli.words import name_of, plain, seconds_shown, when, without_ids

_COLOURS = {
    "protected": "green",
    "enabling": "cyan",
    "pending": "cyan",
    "refused": "red",
    "failed": "red",
    "unhealthy": "red",
    "orphaned": "yellow",
    "failed_over": "magenta",
    "unasked": "yellow",
    "grace": "yellow",
    "waiting": "yellow",
    "disabling": "cyan",
    "not_requested": "dim",
    "unprotected": "dim",
    "normal": "green",
    "warning": "yellow",
    "critical": "red",
    "passed": "green",
    "cancelled": "yellow",
    "running": "cyan",
    "healthy": "green",
    "degraded": "yellow",
    "protectable": "cyan",
    "not_protectable": "red",
    "already_protected": "green",
}
_BAD_FIRST = {"error": 0, "warning": 1, "info": 2}


def colour_of(state: str) -> str:
    """The style of a state's or health's word."""
    return _COLOURS.get(state.lower(), "")


_NO_DRILL_YET = "161011"
"""Azure's notice that no test failover has passed; the column of the last drill tells the same."""


def first_reason(entry: dict[str, Any]) -> dict[str, Any] | None:
    """The reason that matters most: an error before a warning."""
    reasons = _reasons(entry)
    return min(reasons, key=lambda one: _BAD_FIRST.get(str(one.get("severity")), 3), default=None)


def why(entry: dict[str, Any]) -> str:
    """One sentence on why a machine stands as it does; how many more reasons there are is told."""
    told = [one for one in _reasons(entry) if one.get("code") != _NO_DRILL_YET]
    reason = first_reason({"reasons": told})
    if reason is None:
        deadline = entry.get("deadline")
        return f"ends at {when(deadline)}" if deadline else ""
    more = len(told) - 1
    return without_ids(plain(reason.get("sentence"))) + (f" (+{more})" if more else "")


def _reasons(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in entry.get("reasons") or () if isinstance(one, dict)]


def _direction(row: dict[str, Any]) -> str:
    source, target = plain(row.get("region")), plain(row.get("recoveryRegion"))
    return f"{source} -> {target}" if target else source


def _drilled(row: dict[str, Any]) -> str:
    drill = row.get("drill") or {}
    state, age = plain(drill.get("state")), drill.get("ageSeconds")
    if not drill or state == "never":
        return state
    return f"{seconds_shown(age).split('h')[0]}{'h' if 'h' in seconds_shown(age) else ''} {state}".strip()


def _percent(row: dict[str, Any]) -> object:
    if row.get("percent") is not None:
        return row["percent"]
    return 100 if row.get("state") in {"protected", "unhealthy"} else None


def not_read(told: dict[str, Any]) -> Iterator[str]:
    """What could not be read for an answer, a line each: its name, why, and from when it is known."""
    for one in told.get("problems") or ():
        if isinstance(one, dict):
            known = f" It is shown as of {when(one['lastRead'])}." if one.get("lastRead") else ""
            yield f"not read: {name_of(one.get('id'))}: {without_ids(plain(one.get('sentence')))}{known}"


FLEET = (
    Column("VM", lambda row: row.get("name"), weight=1, least=10),
    Column("GROUP", lambda row: row.get("resourceGroup"), weight=2, least=8),
    Column("REGION -> TARGET", _direction, weight=4, least=13),
    Column("STATE", lambda row: row.get("state"), style=colour_of),
    Column("%", _percent, right=True),
    Column("HEALTH", lambda row: row.get("health"), style=colour_of),
    Column("RPO", lambda row: seconds_shown(row.get("rpoSeconds")), right=True),
    Column("LAST DRILL", _drilled, weight=3, least=6),
    Column("WHY", why, below=True),
)
"""Of `asr fleet`."""

UNPROTECTED = (
    Column("VM", lambda row: row.get("name"), weight=1, least=10),
    Column("GROUP", lambda row: row.get("resourceGroup"), weight=2, least=8),
    Column("REGION", lambda row: row.get("region"), weight=1, least=8),
    Column("STATE", lambda row: row.get("state"), style=colour_of),
    Column("WHY", lambda row: why(row) or "nobody asks for it", below=True),
)
"""Of `asr fleet --unprotected`."""

STATUS = (
    Column("VM", lambda told: told.get("name") or name_of(told.get("vmId")), weight=1, least=10),
    Column("STATE", lambda told: told.get("state"), style=colour_of),
    Column("PERCENT", lambda told: (told.get("protectedItem") or {}).get("percent"), right=True),
    Column("HEALTH", lambda told: (told.get("protectedItem") or {}).get("health"), style=colour_of),
    Column("RPO", lambda told: seconds_shown((told.get("protectedItem") or {}).get("rpoSeconds")), right=True),
    Column("ID", lambda told: told.get("vmId"), spare=True),
    Column("WHY", why, below=True),
)
"""Of `asr status` of several machines, and as TSV."""
