"""The aggregates of `summarize`, by name."""

from collections.abc import Callable, Mapping, Sequence
from functools import cmp_to_key

from local.emulator.providers.resource_graph.values import Value, number_of, order, text_of

type Aggregate = Callable[[Sequence[Value]], Value]


def _numbers(values: Sequence[Value]) -> list[float]:
    return [number for value in values if (number := number_of(value)) is not None]


def _sum(values: Sequence[Value]) -> float:
    return sum(_numbers(values))


def _average(values: Sequence[Value]) -> float | None:
    numbers = _numbers(values)
    return sum(numbers) / len(numbers) if numbers else None


def _sorted(values: Sequence[Value]) -> list[Value]:
    present = [value for value in values if value is not None]
    return sorted(present, key=cmp_to_key(lambda one, other: order(one, other) or 0))


def _distinct(values: Sequence[Value]) -> list[Value]:
    return list({text_of(value): value for value in values if value is not None}.values())


AGGREGATES: Mapping[str, Aggregate] = {
    "count": len,
    "countif": lambda values: sum(value is True for value in values),
    "dcount": lambda values: len(_distinct(values)),
    "sum": _sum,
    "avg": _average,
    "min": lambda values: next(iter(_sorted(values)), None),
    "max": lambda values: next(reversed(_sorted(values)), None),
    "make_list": lambda values: [value for value in values if value is not None],
    "make_set": _distinct,
    "any": lambda values: next(iter(values), None),
    "take_any": lambda values: next(iter(values), None),
}

PREFIXES: Mapping[str, str] = {"make_list": "list_", "make_set": "set_", "any": "any_", "take_any": ""}
"""What the column of an aggregate is called before its argument's name, where it is not `<aggregate>_`."""
