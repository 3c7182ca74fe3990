"""Failovers and drills that were told before, in words: lines as a plan's, a sign and a thing each. Pure."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from asr.reporting.answers.failover_plans import ForecastPoint
from asr.reporting.answers.reasons import Reason
from asr.reporting.plan_text import row

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def heading(vm_id: str, what: str, wave: int | None, *, possible: bool) -> str:
    """A machine, what would be done to it, and in which of several waves."""
    number = "" if wave is None else f", wave {wave}"
    return f"{vm_id.rpartition('/')[2]}: {what}{number}{'' if possible else ': would be refused'}"


def point_row(point: ForecastPoint, most_minutes: float | None = None) -> str:
    """The recovery point with its age, against the RPO that is aimed at."""
    late = most_minutes is not None and point.age_seconds > most_minutes * _MINUTE
    against = "" if most_minutes is None else f"; target {lasting(most_minutes * _MINUTE)}{': too old' if late else ''}"
    consistent = "app-consistent" if point.app_consistent else "crash-consistent"
    age = f"{consistent}, {lasting(point.age_seconds)} old{against}"
    return row("!" if late else "=", "recovery point", _moment(point.at), age)


def reason_rows(reasons: Iterable[Reason]) -> Iterator[str]:
    """What stands against it, each with what mends it; and what is worth knowing."""
    for one in reasons:
        stops = one.severity == "error"
        yield f"  {'!' if stops else 'note'} {one.code}: {one.sentence}"
        if stops:
            yield f"    fix: {one.fix}"


def summary(what: str, machines: int, *, possible: bool) -> str:
    """`Drill of 2 machines: can be begun`."""
    many = "1 machine" if machines == 1 else f"{machines:,} machines"
    return f"{what} of {many}: {'can be begun' if possible else 'would be refused'}"


def text_of(machines: Iterable[Iterable[str]], of_all: Iterable[str], last: Iterable[str]) -> str:
    """The whole answer as text."""
    return "\n".join((*(line for one in machines for line in (*one, "")), *of_all, *last, ""))


def lasting(seconds: float) -> str:
    """A duration as `42s`, `5m`, `3h` or `12d`: two parts at most."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    units = (_MINUTE, "m", 1, "s"), (_HOUR, "h", _MINUTE, "m"), (_DAY, "d", _HOUR, "h")
    large, name, small, small_name = next(one for one in reversed(units) if whole >= one[0])
    rest = whole % large // small
    return f"{whole // large}{name}{f'{rest}{small_name}' if rest else ''}"


def _moment(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
