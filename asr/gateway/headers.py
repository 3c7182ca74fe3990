"""The few response headers that say how to go on."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SCALES = (("retry-after", 1.0), ("retry-after-ms", 0.001), ("x-ms-retry-after-ms", 0.001))


LONGEST_PAUSE_SECONDS = 600.0
"""No pause is longer, whatever an answer asks for: to ask once too often in ten minutes harms nobody."""

PLAUSIBLE_SECONDS = 86_400.0
"""Azure asks for seconds or minutes, for an hour where a limit is one of an hour; what asks for more than a day means
nothing, and must not keep anybody waiting."""

_NUMBER = re.compile(r"\s*\+?(\d{1,15}(?:\.\d{1,6})?)\s*")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The pause in seconds that the answer asks for, ten minutes at most; None when it asks for none that can be meant.

    Retry-After is a number of seconds or a date.
    Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    for name, scale in _SCALES:
        if name in lowered:
            seconds = _seconds(lowered[name])
            if seconds is not None and seconds * scale <= PLAUSIBLE_SECONDS:
                return min(max(0.0, seconds * scale), LONGEST_PAUSE_SECONDS)
    return None


def _seconds(text: str) -> float | None:
    """A date without a zone, or in zone `-0000`, is read as one of UTC, which is what HTTP's dates are."""
    if number := _NUMBER.fullmatch(text):
        return float(number[1])
    try:
        then = parsedate_to_datetime(text)
        return (then.replace(tzinfo=then.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError):
        return None
