"""Which events an event subscription wants: types, subject, advanced filters.

Source: "Understand event filtering for Event Grid subscriptions". Text is compared without case except where
`isSubjectCaseSensitive` says otherwise.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local.emulator.arm.errors import ArmError
from local.emulator.arm.wire import JsonObject

MOST_FILTERS = 25
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
_OPERATORS = {name.lower(): name for name in (*_TESTS, *_NEGATIONS)}


def checked_filter(given: JsonObject, published: Sequence[str] = ALL_TYPES) -> JsonObject:
    """Return the filter to keep, with the service's defaults. `published` are the types that the topic has.

    Raises:
        ArmError: 400, an event type or an operator is unknown, or there are too many advanced filters.
    """
    types = given.get("includedEventTypes") or list(published)
    known = {kind.lower(): kind for kind in published}
    for kind in types:
        if kind.lower() not in known:
            raise _refusal(f"Event type '{kind}' is not one that this topic publishes: {', '.join(published)}.")
    advanced = given.get("advancedFilters") or []
    if len(advanced) > MOST_FILTERS:
        raise _refusal(f"There can be at most {MOST_FILTERS} advanced filters, not {len(advanced)}.")
    for one in advanced:
        if str(one.get("operatorType", "")).lower() not in _OPERATORS:
            raise _refusal(
                f"The operatorType '{one.get('operatorType')}' is unknown; there are {', '.join(_OPERATORS.values())}."
            )
        if not one.get("key"):
            raise _refusal("An advanced filter needs a key.")
    kept: JsonObject = {
        "subjectBeginsWith": given.get("subjectBeginsWith") or "",
        "subjectEndsWith": given.get("subjectEndsWith") or "",
        "includedEventTypes": [known[kind.lower()] for kind in types],
        "isSubjectCaseSensitive": bool(given.get("isSubjectCaseSensitive")),
        "enableAdvancedFilteringOnArrays": bool(given.get("enableAdvancedFilteringOnArrays")),
    }
    return kept | ({"advancedFilters": advanced} if advanced else {})


def _refusal(message: str) -> ArmError:
    return ArmError(400, "InvalidRequest", message)


def wanted(kept: JsonObject, event: JsonObject) -> bool:
    """Say whether a filter lets an event (in Event Grid's own schema) through."""
    subject, begin, end = event["subject"], kept["subjectBeginsWith"], kept["subjectEndsWith"]
    if not kept["isSubjectCaseSensitive"]:
        subject, begin, end = subject.lower(), begin.lower(), end.lower()
    return (
        event["eventType"] in kept["includedEventTypes"]
        and subject.startswith(begin)
        and subject.endswith(end)
        and all(_passes(one, event) for one in kept.get("advancedFilters", []))
    )


def _passes(one: JsonObject, event: JsonObject) -> bool:
    operator = _OPERATORS[one["operatorType"].lower()]
    values = one["values"] if "values" in one else [one.get("value")]
    value = _looked_up(one["key"], event)
    if operator in _NEGATIONS:
        return not _TESTS[_NEGATIONS[operator]](value, values)
    return _TESTS[operator](value, values)


def _looked_up(key: str, event: JsonObject) -> Any:
    """Return the value at a dotted key, without case; CloudEvents' names for the envelope are understood too."""
    value: Any = event
    for depth, part in enumerate(key.split(".")):
        name = _SYNONYMS.get(part.lower(), part.lower()) if depth == 0 else part.lower()
        if not isinstance(value, dict):
            return None
        value = next((inner for outer, inner in value.items() if outer.lower() == name), None)
    return value
