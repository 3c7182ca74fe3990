"""Which events an event subscription wants: types, subject, advanced filters.

Source: "Understand event filtering for Event Grid subscriptions". Text is compared without case except where
`isSubjectCaseSensitive` says otherwise.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local.emulator.arm.errors import ArmError
from local.emulator.arm.schema import Kind, Schema
from local.emulator.arm.wire import JsonObject

MOST_FILTERS = 25
MOST_VALUES = 25
"""In all the filters of one subscription together."""
LONGEST_TEXT = 512
SCHEMA: Mapping[str, Schema] = {
    **dict.fromkeys(("subjectBeginsWith", "subjectEndsWith"), Kind.TEXT),
    **dict.fromkeys(("isSubjectCaseSensitive", "enableAdvancedFilteringOnArrays"), Kind.FLAG),
    "includedEventTypes": [Kind.TEXT],
    "advancedFilters": [{"operatorType": Kind.TEXT, "key": Kind.TEXT, "value": Kind.ANY, "values": [Kind.ANY]}],
}
ALL_TYPES = tuple(
    f"Microsoft.Resources.Resource{verb}{outcome}"
    for verb in ("Write", "Delete", "Action")
    for outcome in ("Success", "Failure", "Cancel")
)
_SYNONYMS = {"source": "topic", "type": "eventtype", "time": "eventtime"}

type Test = Callable[[Any, Sequence[Any]], bool]


def _text(value: Any) -> str:
    return str(value).lower()


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _any_text(test: Callable[[str, str], bool]) -> Test:
    return lambda value, wanted: isinstance(value, str) and any(test(value.lower(), _text(one)) for one in wanted)


def _compared(test: Callable[[float, float], bool]) -> Test:
    return lambda value, wanted: _number(value) and test(value, wanted[0])


def _in_range(value: Any, wanted: Sequence[Any]) -> bool:
    return _number(value) and any(low <= value <= high for low, high in wanted)


_TESTS: Mapping[str, Test] = {
    "StringIn": _any_text(lambda value, one: value == one),
    "StringContains": _any_text(lambda value, one: one in value),
    "StringBeginsWith": _any_text(lambda value, one: value.startswith(one)),
    "StringEndsWith": _any_text(lambda value, one: value.endswith(one)),
    "NumberIn": lambda value, wanted: _number(value) and value in wanted,
    "NumberLessThan": _compared(lambda value, one: value < one),
    "NumberLessThanOrEquals": _compared(lambda value, one: value <= one),
    "NumberGreaterThan": _compared(lambda value, one: value > one),
    "NumberGreaterThanOrEquals": _compared(lambda value, one: value >= one),
    "NumberInRange": _in_range,
    "BoolEquals": lambda value, wanted: isinstance(value, bool) and value == wanted[0],
    "IsNullOrUndefined": lambda value, _wanted: value is None,
}
_NEGATIONS: Mapping[str, str] = {
    "StringNotIn": "StringIn",
    "StringNotContains": "StringContains",
    "StringNotBeginsWith": "StringBeginsWith",
    "StringNotEndsWith": "StringEndsWith",
    "NumberNotIn": "NumberIn",
    "NumberNotInRange": "NumberInRange",
    "IsNotNull": "IsNullOrUndefined",
}


def _short_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT


def _range(value: Any) -> bool:
    return isinstance(value, list) and len(value) == len(("from", "to")) and all(map(_number, value))


_OPERANDS: Mapping[tuple[str, ...], tuple[str, Callable[[Any], bool], str]] = {
    ("StringIn", "StringContains", "StringBeginsWith", "StringEndsWith"): (
        "values",
        _short_text,
        f"texts of at most {LONGEST_TEXT} characters",
    ),
    ("NumberIn",): ("values", _number, "numbers"),
    ("NumberInRange",): ("values", _range, "pairs of numbers"),
    ("NumberLessThan", "NumberLessThanOrEquals", "NumberGreaterThan", "NumberGreaterThanOrEquals"): (
        "value",
        _number,
        "a number",
    ),
    ("BoolEquals",): ("value", lambda value: isinstance(value, bool), "true or false"),
    ("IsNullOrUndefined",): ("", lambda _: True, ""),
}
"""Operators (those they negate included) -> where their values stand, what each must be, and that in words."""
_OPERATORS = {name.lower(): name for name in (*_TESTS, *_NEGATIONS)}


def checked_filter(given: JsonObject, published: Sequence[str] = ALL_TYPES) -> JsonObject:
    """Return the filter to keep, with the service's defaults. `published` are the types that the topic has.

    Of a topic whose publishers make up their types it has none: all are let through unless some are named.

    Raises:
        ArmError: 400, an event type or an operator is unknown, or there are too many advanced filters.
    """
    types = given.get("includedEventTypes") or list(published)
    known = {kind.lower(): kind for kind in published or types}
    for kind in types:
        if kind.lower() not in known:
            raise _refusal(f"Event type '{kind}' is not one that this topic publishes: {', '.join(published)}.")
    advanced = given.get("advancedFilters") or []
    if len(advanced) > MOST_FILTERS:
        raise _refusal(f"There can be at most {MOST_FILTERS} advanced filters, not {len(advanced)}.")
    values = sum(len(_values(one)) for one in advanced)
    if values > MOST_VALUES:
        raise _refusal(f"The advanced filters can have at most {MOST_VALUES} values together, not {values}.")
    for one in advanced:
        _check_advanced(one)
    kept: JsonObject = {
        "subjectBeginsWith": given.get("subjectBeginsWith") or "",
        "subjectEndsWith": given.get("subjectEndsWith") or "",
        "includedEventTypes": [known[kind.lower()] for kind in types] or None,
        "isSubjectCaseSensitive": bool(given.get("isSubjectCaseSensitive")),
        "enableAdvancedFilteringOnArrays": bool(given.get("enableAdvancedFilteringOnArrays")),
    }
    return kept | ({"advancedFilters": advanced} if advanced else {})


def _values(one: JsonObject) -> list[Any]:
    return list(one["values"]) if "values" in one else [one["value"]] if "value" in one else []


def _check_advanced(one: JsonObject) -> None:
    """Refuse an advanced filter whose operator is unknown or whose values are not of the operator's kind."""
    operator = _OPERATORS.get(str(one.get("operatorType", "")).lower())
    if operator is None:
        known = ", ".join(_OPERATORS.values())
        raise _refusal(f"The operatorType '{one.get('operatorType')}' is unknown; there are {known}.")
    if not one.get("key"):
        raise _refusal("An advanced filter needs a key.")
    member, fits, wanted = next(row for name, row in _OPERANDS.items() if _NEGATIONS.get(operator, operator) in name)
    values = _values(one)
    if member and not (member in one and values and all(map(fits, values))):
        raise _refusal(f"The filter {operator} on '{one['key']}' needs {member}: {wanted}; not {values}.")


def _refusal(message: str) -> ArmError:
    return ArmError(400, "InvalidRequest", message)


def wanted(kept: JsonObject, event: JsonObject) -> bool:
    """Say whether a filter lets an event (in Event Grid's own schema) through."""
    subject, begin, end = event["subject"], kept["subjectBeginsWith"], kept["subjectEndsWith"]
    if not kept["isSubjectCaseSensitive"]:
        subject, begin, end = subject.lower(), begin.lower(), end.lower()
    return (
        (not kept["includedEventTypes"] or event["eventType"] in kept["includedEventTypes"])
        and subject.startswith(begin)
        and subject.endswith(end)
        and all(
            _passes(one, event, on_arrays=kept["enableAdvancedFilteringOnArrays"])
            for one in kept.get("advancedFilters", [])
        )
    )


def _passes(one: JsonObject, event: JsonObject, *, on_arrays: bool) -> bool:
    operator, values = _OPERATORS[one["operatorType"].lower()], _values(one)
    found = _looked_up(one["key"], event)
    candidates = found if on_arrays and isinstance(found, list) else [found]
    test = _TESTS[_NEGATIONS.get(operator, operator)]
    return any(test(value, values) for value in candidates) is (operator not in _NEGATIONS)


def _looked_up(key: str, event: JsonObject) -> Any:
    """Return the value at a dotted key, without case; CloudEvents' names for the envelope are understood too."""
    value: Any = event
    for depth, part in enumerate(key.split(".")):
        name = _SYNONYMS.get(part.lower(), part.lower()) if depth == 0 else part.lower()
        if not isinstance(value, dict):
            return None
        value = next((inner for outer, inner in value.items() if outer.lower() == name), None)
    return value
