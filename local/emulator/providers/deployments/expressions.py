"""Template expressions: strings such as `[concat(parameters('name'), '-nic')]`; `[[` at the start is a literal `[`.

Source: "Template syntax and expressions".
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from local.emulator.arm.errors import ArmError

type Value = Any
"""Any JSON value: what a template holds has no narrower type."""

type Function = Callable[[Sequence[Value]], Value]

type _Compiled = Callable[[Mapping[str, Function]], Value]
"""An expression that has been read: what it comes to, given the functions that it may call."""

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+)|(?P<name>[A-Za-z_]\w*)|(?P<mark>[\[\](),.]))")


def invalid_template(why: str) -> ArmError:
    """Return the refusal of a template that cannot be understood."""
    return ArmError(400, "InvalidTemplate", f"Deployment template validation failed: '{why}'.", gateway=True)


def evaluated(value: Value, functions: Mapping[str, Function]) -> Value:
    """Return `value` with every expression in it replaced by what it comes to; keys of objects as well.

    Raises:
        ArmError: 400 InvalidTemplate.
    """
    match value:
        case dict():
            loops = value["copy"] if isinstance(value.get("copy"), list) else []
            plain = {key: inner for key, inner in value.items() if not (loops and key == "copy")}
            found = {evaluated(key, functions): evaluated(inner, functions) for key, inner in plain.items()}
            return found | {one["name"]: looped(one, functions) for one in loops}
        case list():
            return [evaluated(inner, functions) for inner in value]
        case str() if value.startswith("[["):
            return value[1:]
        case str() if value.startswith("[") and value.endswith("]"):
            return _compiled(value[1:-1])(functions)
        case _:
            return value


def looped(loop: Mapping[str, Value], functions: Mapping[str, Function]) -> list[Value]:
    """Return one value per turn of a loop over properties, variables or outputs: `{name, count, input}`.

    An output's loop has no name, so that `copyIndex()` without one is its own.
    """
    count, name = evaluated(loop["count"], functions), str(loop.get("name", ""))
    turns = (with_index(functions, name, at, unnamed=not name) for at in range(count))
    return [evaluated(loop["input"], turn) for turn in turns]


def with_index(
    functions: Mapping[str, Function], name: str, at: int, *, unnamed: bool = False
) -> Mapping[str, Function]:
    """Return the functions with `copyIndex([name], [offset])` in a turn of a loop; `unnamed`: it may be left out."""

    def index(given: Sequence[Value]) -> Value:
        names = [str(one).lower() for one in given if isinstance(one, str)]
        if names == [name.lower()] or (not names and unnamed):
            return at + sum(one for one in given if isinstance(one, int))
        if "copyindex" not in functions:
            raise invalid_template("The template function 'copyIndex' is not expected at this location")
        return functions["copyindex"](given)

    return {**functions, "copyindex": index}


@lru_cache(maxsize=4096)
def _compiled(text: str) -> _Compiled:
    return _Expression(text).whole()


class _Expression:
    """Reads one expression from left to right into a function of the functions that it calls."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = self._split(text)
        self._at = 0

    def whole(self) -> _Compiled:
        """Return the whole expression."""
        found = self._operand()
        if self._at < len(self._tokens):
            raise self._wrong(f"'{self._tokens[self._at][1]}' was not expected")
        return found

    def _split(self, text: str) -> list[tuple[str, str]]:
        tokens, at = list[tuple[str, str]](), 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                raise self._wrong(f"'{text[at:].strip()}' was not expected")
            tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
            at = found.end()
        return tokens

    def _wrong(self, why: str) -> ArmError:
        return invalid_template(f"the expression '[{self._text}]' is not valid: {why}")

    def _take(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise self._wrong("it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _next_is(self, mark: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at] == ("mark", mark)

    def _expect(self, mark: str) -> None:
        if self._take() != ("mark", mark):
            raise self._wrong(f"'{mark}' was expected")

    def _operand(self) -> _Compiled:
        kind, text = self._take()
        match kind:
            case "text":
                found: _Compiled = _constant(text[1:-1].replace("''", "'"))
            case "number":
                found = _constant(int(text))
            case "name":
                found = self._call(text)
            case _:
                raise self._wrong(f"'{text}' was not expected")
        return self._selected(found)

    def _call(self, name: str) -> _Compiled:
        self._expect("(")
        arguments = []
        while not self._next_is(")"):
            arguments.append(self._operand())
            if not self._next_is(")"):
                self._expect(",")
        self._expect(")")
        if name.lower() in _FORMS:
            fewest, form = _FORMS[name.lower()]
            if len(arguments) < fewest:
                raise self._wrong(f"the function '{name}' takes {fewest} arguments")
            return lambda functions: form(arguments, functions)
        return lambda functions: self._called(name, arguments, functions)

    def _called(self, name: str, arguments: Sequence[_Compiled], functions: Mapping[str, Function]) -> Value:
        function = functions.get(name.lower())
        if function is None:
            raise ArmError(501, "NotImplemented", f"The template function '{name}' is not implemented.")
        given = [one(functions) for one in arguments]
        try:
            return function(given)
        except (TypeError, ValueError, IndexError, KeyError, AttributeError) as error:
            raise self._wrong(f"the function '{name}' cannot take these arguments ({error})") from None

    def _selected(self, value: _Compiled) -> _Compiled:
        """Follow `.name` and `[index]` behind an operand."""
        while self._next_is(".") or self._next_is("["):
            if self._take() == ("mark", "."):
                key = _constant(self._take()[1])
            else:
                key = self._operand()
                self._expect("]")
            value = self._property(value, key)
        return value

    def _property(self, whole: _Compiled, key: _Compiled) -> _Compiled:
        def found(functions: Mapping[str, Function]) -> Value:
            value, wanted = whole(functions), key(functions)
            if isinstance(value, list) and isinstance(wanted, int) and -1 < wanted < len(value):
                return value[wanted]
            if isinstance(value, dict):
                for name, inner in value.items():
                    if name.lower() == str(wanted).lower():
                        return inner
            raise self._wrong(f"the language expression property '{wanted}' doesn't exist")

        return found


def _constant(value: Value) -> _Compiled:
    return lambda _: value


def _chosen(arguments: Sequence[_Compiled], functions: Mapping[str, Function]) -> Value:
    """`if`: the branch that is not taken is not looked at, so it may refer to what is not there."""
    return arguments[1 if arguments[0](functions) else 2](functions)


def _lambda(arguments: Sequence[_Compiled], functions: Mapping[str, Function]) -> Value:
    """`lambda('name', ..., body)`: a function of as many values."""
    *names, body = arguments
    outer = functions.get("lambdavariables")

    def call(*values: Value) -> Value:
        bound = {str(name(functions)).lower(): value for name, value in zip(names, values, strict=False)}

        def variable(given: Sequence[Value]) -> Value:
            wanted = str(given[0]).lower()
            return bound[wanted] if wanted in bound or outer is None else outer(given)

        return body({**functions, "lambdavariables": variable})

    return call


_FORMS: Mapping[str, tuple[int, Callable[[Sequence[_Compiled], Mapping[str, Function]], Value]]] = {
    "if": (3, _chosen),
    "lambda": (2, _lambda),
}
"""The functions that decide themselves which of their arguments they evaluate: the least number of these, and how."""
