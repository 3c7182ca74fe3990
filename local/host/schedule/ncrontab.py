"""NCRONTAB expressions, as Azure Functions timer triggers use them.

Six fields, seconds first; with five, the second is 0. Unlike cron, a day must satisfy both of its fields: day of
month and day of week. Every occurrence lies strictly after the time it is asked from.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from local.host.timespans import read_span

_FIELDS = ("second", "minute", "hour", "day", "month", "day of week")
_BOUNDS = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_MONTHS = {month.lower(): number for number, month in enumerate(calendar.month_abbr) if month}
# The calendar begins with Monday, cron with Sunday.
_DAYS = {day.lower(): (number + 1) % 7 for number, day in enumerate(calendar.day_abbr)}
_NAMES: tuple[dict[str, int], ...] = ({}, {}, {}, {}, _MONTHS, _DAYS)
_PART = re.compile(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>\d+))?")
# Four years hold every date there is; a longer search looks for the 30th of February.
_HORIZON = timedelta(days=4 * 366)


class ScheduleError(ValueError):
    """An expression that is no schedule; the message says which field and why."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A parsed expression: the values that each field admits."""

    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def next_after(self, moment: datetime) -> datetime:
        """The first occurrence after `moment`, in its time zone.

        Raises:
            ScheduleError: there is none.
        """
        candidate = moment.replace(microsecond=0) + timedelta(seconds=1)
        limit = moment + _HORIZON
        while candidate < limit:
            if candidate.month not in self.months or not self._is_day(candidate):
                candidate = candidate.replace(hour=0, minute=0, second=0) + timedelta(days=1)
            elif candidate.hour not in self.hours:
                candidate = candidate.replace(minute=0, second=0) + timedelta(hours=1)
            elif candidate.minute not in self.minutes:
                candidate = candidate.replace(second=0) + timedelta(minutes=1)
            elif candidate.second not in self.seconds:
                candidate += timedelta(seconds=1)
            else:
                return candidate
        raise ScheduleError("no date satisfies the schedule")

    def _is_day(self, moment: datetime) -> bool:
        return moment.day in self.days and moment.isoweekday() % 7 in self.weekdays


@dataclass(frozen=True, slots=True)
class Every:
    """A constant interval, written as a .NET time span."""

    interval: timedelta

    def next_after(self, moment: datetime) -> datetime:
        """`moment` plus the interval."""
        return moment + self.interval


type Schedule = Cron | Every


def parse(expression: str) -> Schedule:
    """Read an NCRONTAB expression or a time span (`hh:mm:ss`).

    Raises:
        ScheduleError: it is neither.
    """
    span = read_span(expression)
    if span:
        return Every(span)
    fields = expression.split()
    if len(fields) == 5:
        fields.insert(0, "0")
    if len(fields) != len(_FIELDS):
        raise ScheduleError(f"'{expression}' has {len(fields)} fields; five or six are expected")
    return Cron(*(_values(text, index) for index, text in enumerate(fields)))


def _values(text: str, index: int) -> frozenset[int]:
    return frozenset(value for part in text.split(",") for value in _part_values(part, index))


def _part_values(text: str, index: int) -> range:
    part = _PART.fullmatch(text)
    if part is None:
        raise ScheduleError(f"{_FIELDS[index]}: '{text}' cannot be read")
    low, high = _BOUNDS[index]
    step = int(part["step"] or 1)
    if part["first"] == "*":
        first, last = low, high
    else:
        first = _number(part["first"], index)
        # `5/15` counts from 5 to the field's end; a lone `5` is itself.
        last = _number(part["last"], index) if part["last"] else high if part["step"] else first
    if not (low <= first <= last <= high) or step < 1:
        raise ScheduleError(f"{_FIELDS[index]}: '{text}' is outside {low}-{high}")
    return range(first, last + 1, step)


def _number(text: str, index: int) -> int:
    number = _NAMES[index].get(text[:3].lower(), -1) if not text.isdigit() else int(text)
    if number < 0:
        raise ScheduleError(f"{_FIELDS[index]}: '{text}' is not a value")
    return number
