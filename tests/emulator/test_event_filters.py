"""Filters of event subscriptions by themselves: what is taken, what passes."""

from typing import Any

import pytest

from local.emulator.arm.errors import ArmError
from local.emulator.providers.event_grid.filters import LONGEST_TEXT, MOST_VALUES, checked_filter, wanted

TYPE = "Microsoft.Resources.ResourceWriteSuccess"
EVENT: dict[str, Any] = {
    "topic": "/subscriptions/s",
    "subject": "/subscriptions/s/resourceGroups/App",
    "eventType": TYPE,
    "data": {"name": "Alpha", "size": 5, "on": True, "none": None, "tags": ["Red", "Green"], "sizes": [1, 9]},
}


def advanced(operator: str, key: str, operand: Any = None) -> dict[str, Any]:
    """Return an advanced filter; a list is its `values`, anything else but None its `value`."""
    named = {} if operand is None else {"values" if isinstance(operand, list) else "value": operand}
    return {"operatorType": operator, "key": key, **named}


@pytest.mark.parametrize(
    ("one", "passes"),
    [
        (advanced("StringIn", "data.name", ["ALPHA", "beta"]), True),
        (advanced("StringNotIn", "data.name", ["beta"]), True),
        (advanced("StringContains", "Data.Name", ["lph"]), True),
        (advanced("StringNotContains", "data.name", ["lph"]), False),
        (advanced("StringBeginsWith", "subject", ["/subscriptions/S/"]), True),
        (advanced("StringNotBeginsWith", "subject", ["/subscriptions/S/"]), False),
        (advanced("StringEndsWith", "source", ["/s"]), True),
        (advanced("StringNotEndsWith", "type", ["Failure"]), True),
        (advanced("NumberIn", "data.size", [4, 5]), True),
        (advanced("NumberNotIn", "data.size", [4, 5]), False),
        (advanced("NumberLessThan", "data.size", 5), False),
        (advanced("NumberLessThanOrEquals", "data.size", 5), True),
        (advanced("NumberGreaterThan", "data.size", 4.5), True),
        (advanced("NumberGreaterThanOrEquals", "data.size", 6), False),
        (advanced("NumberInRange", "data.size", [[0, 1], [5, 9]]), True),
        (advanced("NumberNotInRange", "data.size", [[0, 1]]), True),
        (advanced("BoolEquals", "data.on", True), True),
        (advanced("BoolEquals", "data.name", True), False),
        (advanced("IsNullOrUndefined", "data.none"), True),
        (advanced("IsNullOrUndefined", "data.never.there"), True),
        (advanced("IsNotNull", "data.size"), True),
        (advanced("StringNotIn", "data.never", ["x"]), True),
        (advanced("StringIn", "data.tags", ["red"]), False),
    ],
)
def test_every_operator(one: dict[str, Any], passes: bool) -> None:
    """Texts without case, numbers, ranges, truth, absence; a list is no text."""
    assert wanted(checked_filter({"advancedFilters": [one]}), EVENT) is passes


@pytest.mark.parametrize(
    ("one", "passes"),
    [
        (advanced("StringIn", "data.tags", ["red"]), True),
        (advanced("StringNotIn", "data.tags", ["red"]), False),
        (advanced("StringNotIn", "data.tags", ["blue"]), True),
        (advanced("NumberGreaterThan", "data.sizes", 8), True),
        (advanced("NumberNotInRange", "data.sizes", [[2, 8]]), True),
        (advanced("StringIn", "data.name", ["alpha"]), True),
    ],
)
def test_lists_are_looked_into_when_asked_for(one: dict[str, Any], passes: bool) -> None:
    """One element that fits is enough; for a negation none may."""
    kept = checked_filter({"advancedFilters": [one], "enableAdvancedFilteringOnArrays": True})

    assert wanted(kept, EVENT) is passes


@pytest.mark.parametrize(
    "filters",
    [
        [advanced("StringIn", "", ["x"])],
        [advanced("StringIn", "data.name", [])],
        [advanced("StringIn", "data.name", "x")],
        [advanced("StringIn", "data.name", ["x" * (LONGEST_TEXT + 1)])],
        [advanced("NumberIn", "data.size", ["5"])],
        [advanced("NumberLessThan", "data.size", [5])],
        [advanced("NumberInRange", "data.size", [[1]])],
        [advanced("BoolEquals", "data.on", "yes")],
        [advanced("StringIn", "data.name", ["x"] * 13), advanced("StringIn", "data.name", ["y"] * (MOST_VALUES - 12))],
    ],
)
def test_wrong_filters_are_refused(filters: list[dict[str, Any]]) -> None:
    """No key, no values, values of another kind, too long, too many in all filters together."""
    with pytest.raises(ArmError) as refused:
        checked_filter({"advancedFilters": filters})

    assert (refused.value.status, refused.value.code) == (400, "InvalidRequest")
