"""How far apart the occurrences of a timer's schedule are. Pure.

Source: https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
"""

import re
from datetime import timedelta

_DAY = 86_400
_RANGES = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_NAMES = {
    name: number
    for names, first in (
        ("jan feb mar apr may jun jul aug sep oct nov dec", 1),
        ("sun mon tue wed thu fri sat", 0),
    )
    for number, name in enumerate(names.split(), first)
}
_INTERVAL = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})")


def longest_pause(schedule: str) -> timedelta | None:
    """The longest time between two occurrences, rounded up where months or days of the month are chosen.

    None if the text is neither an NCRONTAB expression nor an interval; the Functions host refuses such a one itself.
    """
    if interval := _INTERVAL.fullmatch(schedule.strip()):
        days, hours, minutes, seconds = (int(part or 0) for part in interval.groups())
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    fields = schedule.split()
    if len(fields) == 5:
        fields = ["0", *fields]
    if len(fields) != len(_RANGES):
        return None
    try:
        seconds_, minutes_, hours_, days_, months, weekdays = (
            _values(field, *limits) for field, limits in zip(fields, _RANGES, strict=True)
        )
    except ValueError:
        return None
    within = _widest(
        sorted(hour * 3600 + minute * 60 + second for hour in hours_ for minute in minutes_ for second in seconds_),
        _DAY,
    )
    if len(months) < 12:
        return timedelta(days=366)
    if len(days_) < 31:
        return timedelta(days=31 if len(days_) == 1 else _widest(days_, 31))
    skipped = _widest(weekdays, 7) - 1
    return timedelta(days=skipped, seconds=within)


def _widest(values: list[int], around: int) -> int:
    """The widest gap between neighbours on a circle."""
    return max(following - value for value, following in zip(values, [*values[1:], values[0] + around], strict=True))


def _values(field: str, lowest: int, highest: int) -> list[int]:
    """Raises ValueError: the field is none."""
    found: set[int] = set()
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        begin = lowest if first == "*" else _number(first)
        end = highest if first == "*" or (step and not dash) else begin
        end = _number(last) if dash else end
        values = range(begin, end + 1, int(step or 1))
        if not values or not lowest <= begin <= end <= highest:
            message = f"{part!r} is no part of a schedule"
            raise ValueError(message)
        found |= set(values)
    return sorted(found)


def _number(text: str) -> int:
    """Sunday is 0 or 7."""
    return _NAMES[text] if text in _NAMES else int(text)
