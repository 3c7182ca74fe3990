"""Text that comes from elsewhere, made fit for a terminal; and figures as people read them."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

_ID = re.compile(r"/subscriptions/[^\s,;'\"]+[^\s,;.:'\"]")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def plain(value: object) -> str:
    """The value as text without control and format characters: what Azure's names and tags hold steers no terminal."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else str(value)
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if one in "\t\n\r" else _shown(one) for one in text)


def _shown(one: str) -> str:
    return f"\\x{ord(one):02x}" if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} else one


def nearest(wrong: str, known: Iterable[str]) -> str | None:
    """The one that is most like it, if any is like it."""
    by_form = {one.lower(): one for one in known}
    found = difflib.get_close_matches(wrong.lower(), list(by_form), n=1)
    return by_form[found[0]] if found else None


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """` Did you mean 'x'?`, or nothing."""
    found = nearest(wrong, known)
    return f" Did you mean '{found}'?" if found else ""


def seconds_shown(seconds: float | None) -> str:
    """A duration as `42s`, `5m`, `3h` or `12d`: two parts at most."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return _two(whole, _MINUTE, "m", 1, "s")
    if whole < _DAY:
        return _two(whole, _HOUR, "h", _MINUTE, "m")
    return _two(whole, _DAY, "d", _HOUR, "h")


def _two(whole: int, large: int, name: str, small: int, small_name: str) -> str:
    rest = whole % large // small
    return f"{whole // large}{name}{f'{rest}{small_name}' if rest else ''}"


def at(text: object) -> datetime | None:
    """The time that an ISO 8601 text tells, in UTC; None if it tells none."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def when(text: object) -> str:
    """A time as `2026-11-27 08:30 UTC`; nothing if there is none."""
    found = at(text)
    return found.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if found else ""


def name_of(vm_id: object) -> str:
    """The last part of an id, for people."""
    return plain(vm_id).rstrip("/").rsplit("/", 1)[-1]


def without_ids(text: str) -> str:
    """The text with each resource id cut down to the name at its end: for tables, where nobody reads an id."""
    return _ID.sub(lambda found: found[0].rstrip("/").rsplit("/", 1)[-1], text)


def group_of(vm_id: object) -> str:
    """The resource group of an id; nothing if it has none."""
    parts = plain(vm_id).split("/")
    lowered = [part.lower() for part in parts]
    place = lowered.index("resourcegroups") + 1 if "resourcegroups" in lowered else 0
    return parts[place] if 0 < place < len(parts) else ""


def in_path(text: str) -> str:
    """The text as one part of a URL's path."""
    return quote(text, safe="")


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 machine`, `2 machines`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
