"""The few response headers that say how to go on."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SCALES = (("retry-after", 1.0), ("retry-after-ms", 0.001), ("x-ms-retry-after-ms", 0.001))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The pause in seconds that the answer asks for; None when it asks for none that can be read.

    Retry-After is a number of seconds or a date.
    Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    for name, scale in _SCALES:
        if name in lowered:
            with suppress(ValueError):
                return max(0.0, _seconds(lowered[name]) * scale)
    return None


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
