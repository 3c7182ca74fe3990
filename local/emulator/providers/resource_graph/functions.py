"""The scalar functions, by name. What is not here is refused by name, not guessed."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from local.emulator.providers.resource_graph.values import Value, equal, instant_of, number_of, text_of

type Function = Callable[..., Value]


def _whole(value: Value) -> int | None:
    found = number_of(value)
    return None if found is None else math.trunc(found)


def _truth(value: Value) -> bool | None:
    match value:
        case bool() | None:
            return value
        case str():
            return {"true": True, "1": True, "false": False, "0": False}.get(value.lower())
        case _:
            return bool(value)


def _parsed(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _choice(*arguments: Value) -> Value:
    """Return the value after the first true condition, or the last argument (`case`)."""
    pairs = zip(arguments[:-1:2], arguments[1::2], strict=False)
    return next((value for condition, value in pairs if condition is True), arguments[-1])


def _split(text: Value, separator: Value, index: Value = None) -> Value:
    parts = text_of(text).split(text_of(separator))
    if index is None:
        return parts
    at = _whole(index)
    return [parts[at]] if at is not None and -len(parts) <= at < len(parts) else []


def _substring(text: Value, start: Value, length: Value = None) -> str:
    begin = max(_whole(start) or 0, 0)
    end = None if length is None else begin + max(_whole(length) or 0, 0)
    return text_of(text)[begin:end]


def _extract(pattern: Value, group: Value, text: Value) -> Value:
    found = re.search(text_of(pattern), text_of(text))
    return found[_whole(group) or 0] if found else ""


def _array(value: Value) -> Sequence[Value] | None:
    return value if isinstance(value, list) else None


def _length(value: Value) -> int | None:
    found = _array(value)
    return None if found is None else len(found)


def _empty(value: Value) -> bool:
    return text_of(value) == ""


def _rounded(value: Value, digits: Value = 0) -> float | None:
    found = number_of(value)
    return None if found is None else round(found, _whole(digits) or 0)


FUNCTIONS: Mapping[str, Function] = {
    "array_length": _length,
    "bag_keys": lambda value: list(value) if isinstance(value, dict) else None,
    "case": _choice,
    "coalesce": lambda *values: next((value for value in values if value is not None and value != ""), None),
    "extract": _extract,
    "iff": lambda condition, yes, no: yes if condition is True else no,
    "iif": lambda condition, yes, no: yes if condition is True else no,
    "indexof": lambda text, part: text_of(text).find(text_of(part)),
    "isempty": _empty,
    "isnotempty": lambda value: not _empty(value),
    "isnotnull": lambda value: value is not None,
    "isnull": lambda value: value is None,
    "not": lambda value: None if value is None else value is not True,
    "pack_array": lambda *values: list(values),
    "parse_json": _parsed,
    "replace_string": lambda text, old, new: text_of(text).replace(text_of(old), text_of(new)),
    "round": _rounded,
    "set_has_element": lambda values, wanted: any(equal(value, wanted) for value in _array(values) or ()),
    "split": _split,
    "strcat": lambda *values: "".join(map(text_of, values)),
    "strlen": lambda text: len(text_of(text)),
    "substring": _substring,
    "tobool": _truth,
    "todatetime": instant_of,
    "todouble": number_of,
    "todynamic": _parsed,
    "toint": _whole,
    "tolong": _whole,
    "tolower": lambda text: text_of(text).lower(),
    "toreal": number_of,
    "tostring": text_of,
    "toupper": lambda text: text_of(text).upper(),
    "trim": lambda pattern, text: re.sub(f"^(?:{text_of(pattern)})+|(?:{text_of(pattern)})+$", "", text_of(text)),
}

CONVERSIONS = frozenset({"tostring", "toint", "tolong", "todouble", "toreal", "tobool", "todatetime", "todynamic"})
"""What keeps the name of its argument when it becomes a column."""


def clock_functions(now: datetime) -> Mapping[str, Function]:
    """Return the functions that read the clock."""
    return {
        "now": lambda: now,
        "ago": lambda seconds: now - timedelta(seconds=number_of(seconds) or 0),
    }
