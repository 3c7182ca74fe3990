"""OData `$filter` as ARM lists take it: comparisons, `and`, `or`, `not`, brackets and the text functions.

Fields that a caller does not offer compare as absent, so a filter over them selects nothing (with `ne`: everything).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from local.emulator.arm.errors import ArmError

type Fields = Mapping[str, str]
type Predicate = Callable[[Fields], bool]

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),])|(?P<word>[^\s(),']+))")
_FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {
    "startswith": lambda value, text: value.startswith(text),
    "endswith": lambda value, text: value.endswith(text),
    "contains": lambda value, text: text in value,
    "substringof": lambda text, value: text in value,
}
_COMPARISONS: Mapping[str, Callable[[int], bool]] = {
    "eq": lambda order: order == 0,
    "ne": lambda order: order != 0,
    "gt": lambda order: order > 0,
    "ge": lambda order: order >= 0,
    "lt": lambda order: order < 0,
    "le": lambda order: order <= 0,
}


def EVERYTHING(_: Fields) -> bool:  # noqa: N802 - a constant that happens to be a function
    """What an empty filter selects."""
    return True


def parsed_filter(text: str) -> Predicate:
    """Return what a `$filter` selects; an empty one selects everything.

    Raises:
        ArmError: 400 InvalidFilterInQueryString, it is not understood.
    """
    if not text.strip():
        return EVERYTHING
    parser = _Parser(text)
    predicate = parser.alternatives()
    parser.expect_end()
    return predicate


DEEPEST = 50
"""How many brackets and negations a filter may have inside one another."""


def matches(predicate: Predicate, fields: Fields, tags: Mapping[str, str] | None = None) -> bool:
    """Say whether `fields` are selected, where `tagName` and `tagValue` are those of any one tag."""
    lowered = {name.lower(): value for name, value in fields.items()}
    pairs = [{"tagname": name, "tagvalue": value} for name, value in (tags or {}).items()]
    return any(predicate(lowered | pair) for pair in pairs or [{}])


def _order(left: str, right: str) -> int:
    """Compare two values without case; instants as instants, whatever their number of digits."""
    a: str | datetime
    b: str | datetime
    try:
        a, b = datetime.fromisoformat(left), datetime.fromisoformat(right)
        if (a.tzinfo is None) != (b.tzinfo is None):
            a, b = a.replace(tzinfo=None), b.replace(tzinfo=None)
        return (a > b) - (a < b)
    except ValueError:
        return (left.lower() > right.lower()) - (left.lower() < right.lower())


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._split())
        self._depth = 0

    def _split(self) -> Iterator[str]:
        position = 0
        stripped = self._text.rstrip()
        while position < len(stripped):
            found = _TOKEN.match(stripped, position)
            if found is None:
                raise self._refusal()
            yield found[0].strip()
            position = found.end()

    def _refusal(self) -> ArmError:
        return ArmError(
            400, "InvalidFilterInQueryString", f"Invalid $filter '{self._text}' specified in the query string."
        )

    def _take(self, *expected: str) -> str:
        if not self._tokens or (expected and self._tokens[0].lower() not in expected):
            raise self._refusal()
        return self._tokens.pop(0)

    def _next_is(self, word: str) -> bool:
        return bool(self._tokens) and self._tokens[0].lower() == word

    def expect_end(self) -> None:
        if self._tokens:
            raise self._refusal()

    def alternatives(self) -> Predicate:
        options = [self._conditions()]
        while self._next_is("or"):
            self._take()
            options.append(self._conditions())
        return lambda fields: any(option(fields) for option in options)

    def _conditions(self) -> Predicate:
        conditions = [self._condition()]
        while self._next_is("and"):
            self._take()
            conditions.append(self._condition())
        return lambda fields: all(condition(fields) for condition in conditions)

    def _condition(self) -> Predicate:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._refusal()
        predicate = self._plain_condition()
        self._depth -= 1
        return predicate

    def _plain_condition(self) -> Predicate:
        if self._next_is("not"):
            self._take()
            inner = self._condition()
            return lambda fields: not inner(fields)
        if self._next_is("("):
            self._take()
            inner = self.alternatives()
            self._take(")")
            return inner
        name = self._take()
        return self._call(name.lower()) if self._next_is("(") else self._comparison(name)

    def _call(self, name: str) -> Predicate:
        if name not in _FUNCTIONS:
            raise self._refusal()
        self._take("(")
        first = self._take()
        self._take(",")
        second = self._take()
        self._take(")")
        return lambda fields: _FUNCTIONS[name](*(_value(term, fields).lower() for term in (first, second)))

    def _comparison(self, name: str) -> Predicate:
        compare = _COMPARISONS[self._take(*_COMPARISONS).lower()]
        literal = self._take().strip("'").replace("''", "'")

        def predicate(fields: Fields) -> bool:
            value = fields.get(name.lower())
            return compare(1) if value is None else compare(_order(value, literal))

        return predicate


def _value(term: str, fields: Fields) -> str:
    return term[1:-1].replace("''", "'") if term.startswith("'") else fields.get(term.lower(), "")
