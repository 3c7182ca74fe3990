"""Time spans as .NET writes them: `[days.]hh:mm:ss[.fraction]`."""

import re
from datetime import timedelta

_SPAN = re.compile(
    r"(?:(?P<days>\d+)\.)?(?P<hours>\d{1,2}):(?P<minutes>\d{1,2}):(?P<seconds>\d{1,2})(?:\.(?P<fraction>\d{1,7}))?"
)


def read_span(text: str) -> timedelta | None:
    """The span that `text` is, `None` when it is none."""
    span = _SPAN.fullmatch(text.strip())
    if span is None:
        return None
    parts = span.groupdict("0")
    fraction = float(f"0.{parts.pop('fraction')}")
    return timedelta(**{unit: int(value) for unit, value in parts.items()}) + timedelta(seconds=fraction)


def write_span(span: timedelta) -> str:
    """`span` in that notation, to the second."""
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return (f"{days}." if days else "") + f"{hours:02}:{minutes:02}:{seconds:02}"
