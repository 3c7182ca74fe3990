"""The value of an expression over a row."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import assert_never

from local.emulator.providers.resource_graph.functions import CONVERSIONS, FUNCTIONS, Function, clock_functions
from local.emulator.providers.resource_graph.refusals import unknown_column, unknown_function
from local.emulator.providers.resource_graph.rows import Row
from local.emulator.providers.resource_graph.syntax import Among, Binary, Call, Column, Expression, Literal, Member
from local.emulator.providers.resource_graph.values import (
    COMPARISONS,
    Value,
    equal,
    folded_equal,
    instant_of,
    number_of,
    text_of,
)

_ARITHMETIC: Mapping[str, Callable[[float, float], float | None]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else None,
    "%": lambda a, b: a % b if b else None,
}


class Evaluator:
    """Evaluates expressions at one moment."""

    def __init__(self, now: datetime) -> None:
        self._functions: Mapping[str, Function] = {**FUNCTIONS, **clock_functions(now)}
        self._texts: dict[int, tuple[Among, frozenset[str] | None]] = {}

    def check(self, expression: Expression, columns: set[str], operator: str) -> None:
        """Refuse an expression that names a column or a function that is not there; rows need not exist for that.

        Raises:
            QueryError: it does.
        """
        for part in parts_of(expression):
            match part:
                case Column(name) if name not in columns:
                    raise unknown_column(operator, name)
                case Call(name, _) if name not in self._functions:
                    raise unknown_function(name)

    def value(self, expression: Expression, row: Row) -> Value:  # noqa: PLR0911 - one line per kind of expression
        """Return the value of `expression` over `row`.

        Raises:
            QueryError: a function is called with arguments that it does not take.
        """
        match expression:
            case Literal(value):
                return value
            case Column(name):
                return row.get(name)
            case Member(base, key):
                return _member(self.value(base, row), self.value(key, row))
            case Call(name, arguments):
                return self._called(name, [self.value(argument, row) for argument in arguments])
            case Among():
                return self._among(expression, row)
            case Binary("and", left, right):
                return self.value(left, row) is True and self.value(right, row) is True
            case Binary("or", left, right):
                return self.value(left, row) is True or self.value(right, row) is True
            case Binary(operator, left, right):
                return _combined(operator, self.value(left, row), self.value(right, row))
            case _:
                assert_never(expression)

    def _called(self, name: str, arguments: list[Value]) -> Value:
        try:
            return self._functions[name](*arguments)
        except (TypeError, re.error):
            raise unknown_function(f"{name} with these {len(arguments)} arguments") from None

    def _among(self, expression: Among, row: Row) -> bool:
        operator, value = expression.operator, self.value(expression.value, row)
        texts = self._texts_of(expression)
        if texts is not None and isinstance(value, str):
            found = (value.lower() if operator.endswith("~") else value) in texts
        else:
            compare = folded_equal if operator.endswith("~") else equal
            options = [self.value(option, row) for option in expression.options]
            # one option that is a list stands for its elements
            several = options[0] if len(options) == 1 and isinstance(options[0], list) else options
            found = any(compare(value, option) for option in several)
        return found is not operator.startswith("!")

    def _texts_of(self, expression: Among) -> frozenset[str] | None:
        """Return the options of `in` as a set when all are texts: who asks for hundreds by their ids lists them so."""
        known = id(expression)
        if known not in self._texts:
            values = [one.value for one in expression.options if isinstance(one, Literal)]
            texts = [one for one in values if isinstance(one, str)]
            folded = [one.lower() for one in texts] if expression.operator.endswith("~") else texts
            # with the expression, so that it lives and its identity stays its own
            self._texts[known] = expression, frozenset(folded) if len(texts) == len(expression.options) else None
        return self._texts[known][1]


def parts_of(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and everything in it."""
    yield expression
    match expression:
        case Member(left, right) | Binary(_, left, right):
            inner: tuple[Expression, ...] = (left, right)
        case Call(_, arguments):
            inner = arguments
        case Among(_, value, options):
            inner = (value, *options)
        case _:
            inner = ()
    for part in inner:
        yield from parts_of(part)


def column_name(expression: Expression) -> str:
    """Return the name a column gets from its expression, or "" when it gets none of its own.

    `properties.osDisk.name` becomes `properties_osDisk_name`, `tostring(x)` stays `x`.
    """
    match expression:
        case Column(name):
            return name
        case Member(base, Literal(key)):
            return f"{column_name(base)}_{key}" if column_name(base) else ""
        case Call(name, (inner, *_)) if name in CONVERSIONS:
            return column_name(inner)
        case _:
            return ""


def _member(base: Value, key: Value) -> Value:
    """Return what a dynamic value has under a key; names count with their case, indices from the end when negative."""
    match base, key:
        case dict(), _:
            return base.get(text_of(key))
        case list(), int() if -len(base) <= key < len(base):
            return base[key]
        case _:
            return None


def _combined(operator: str, left: Value, right: Value) -> Value:
    if operator in COMPARISONS:
        return COMPARISONS[operator](left, right)
    if isinstance(left, datetime) and operator in {"+", "-"}:
        return _moved(operator, left, right)
    a, b = number_of(left), number_of(right)
    return None if a is None or b is None else _ARITHMETIC[operator](a, b)


def _moved(operator: str, moment: datetime, by: Value) -> Value:
    """Return an instant moved by seconds, or the seconds between two instants."""
    other = instant_of(by) if isinstance(by, datetime) else None
    if other:
        return (moment - other).total_seconds()
    seconds = number_of(by) or 0
    return moment + timedelta(seconds=seconds if operator == "+" else -seconds)
