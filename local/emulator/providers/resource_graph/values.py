"""What Kusto makes of values: text, numbers, comparisons and terms. Values are JSON; a date stays text."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

type Value = object

_TERM = re.compile(r"[^\W_]+")


def text_of(value: Value) -> str:
    """Return a value as `tostring` does: nothing is empty, objects and lists are JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return str(value).lower()
        case dict() | list():
            return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        case _:
            return str(value)


def number_of(value: Value) -> float | None:
    """Return a value as a number, or None when it is none."""
    match value:
        case bool():
            return float(value)
        case int() | float():
            return value
        case str():
            try:
                return float(value)
            except ValueError:
                return None
        case _:
            return None


def instant_of(value: Value) -> datetime | None:
    """Return a value as an instant in UTC, or None when it is none."""
    if isinstance(value, datetime):
        return value
    try:
        found = datetime.fromisoformat(text_of(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def order(left: Value, right: Value) -> int | None:
    """Compare two values: below zero, zero, above zero; None when either is nothing."""
    if left is None or right is None:
        return None
    for read in (_plain_number, _plain_instant):
        one, other = read(left), read(right)
        if one is not None and other is not None:
            return int(one > other) - int(one < other)
    a, b = text_of(left), text_of(right)
    return (a > b) - (a < b)


def _plain_number(value: Value) -> float | None:
    return None if isinstance(value, str) else number_of(value)


def _plain_instant(value: Value) -> float | None:
    """Return seconds for an instant, and for text that an instant is compared with."""
    found = instant_of(value) if isinstance(value, datetime | str) else None
    return found.timestamp() if found else None


def equal(left: Value, right: Value) -> bool:
    """Compare with `==`: case counts, nothing equals nothing, numbers by value."""
    if left is None or right is None:
        return left is right
    if isinstance(left, datetime) or isinstance(right, datetime):
        return order(left, right) == 0
    if isinstance(left, bool) or isinstance(right, bool):
        return text_of(left).lower() == text_of(right).lower()
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    return text_of(left) == text_of(right)


def folded_equal(left: Value, right: Value) -> bool:
    """Compare with `=~`: case does not count."""
    return text_of(left).lower() == text_of(right).lower()


def has_term(value: Value, term: Value) -> bool:
    """Say whether the text has the term as a whole word, or the words of the term in a row; case does not count."""
    words, wanted = ([part.lower() for part in _TERM.findall(text_of(one))] for one in (value, term))
    span = len(wanted)
    return any(words[at : at + span] == wanted for at in range(len(words) - span + 1))


def _folded(compare: Callable[[str, str], bool]) -> Callable[[Value, Value], bool]:
    return lambda left, right: compare(text_of(left).lower(), text_of(right).lower())


def _exact(compare: Callable[[str, str], bool]) -> Callable[[Value, Value], bool]:
    return lambda left, right: compare(text_of(left), text_of(right))


def _ordered(holds: Callable[[int], bool]) -> Callable[[Value, Value], bool]:
    def compare(left: Value, right: Value) -> bool:
        found = order(left, right)
        return found is not None and holds(found)

    return compare


def _not(compare: Callable[[Value, Value], bool]) -> Callable[[Value, Value], bool]:
    return lambda left, right: not compare(left, right)


_POSITIVE: Mapping[str, Callable[[Value, Value], bool]] = {
    "==": equal,
    "=~": folded_equal,
    "has": has_term,
    "contains": _folded(lambda text, part: part in text),
    "startswith": _folded(str.startswith),
    "endswith": _folded(str.endswith),
    "hasprefix": _folded(lambda text, part: any(word.startswith(part) for word in _TERM.findall(text))),
    "hassuffix": _folded(lambda text, part: any(word.endswith(part) for word in _TERM.findall(text))),
    "has_cs": _exact(lambda text, part: part in _TERM.findall(text)),
    "contains_cs": _exact(lambda text, part: part in text),
    "startswith_cs": _exact(str.startswith),
    "endswith_cs": _exact(str.endswith),
    "<": _ordered(lambda found: found < 0),
    "<=": _ordered(lambda found: found <= 0),
    ">": _ordered(lambda found: found > 0),
    ">=": _ordered(lambda found: found >= 0),
}

COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = {
    **_POSITIVE,
    "!=": _not(equal),
    "!~": _not(folded_equal),
    **{f"!{word}": _not(_POSITIVE[word]) for word in ("has", "contains", "startswith", "endswith")},
}
"""Operator -> comparison."""
