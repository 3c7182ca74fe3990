"""Template expressions: strings such as `[concat(parameters('name'), '-nic')]`; `[[` at the start is a literal `[`.

Source: "Template syntax and expressions".
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local.emulator.arm.errors import ArmError

type Value = Any
"""Any JSON value: what a template holds has no narrower type."""

type Function = Callable[[Sequence[Value]], Value]

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
            return {evaluated(key, functions): evaluated(inner, functions) for key, inner in value.items()}
        case list():
            return [evaluated(inner, functions) for inner in value]
        case str() if value.startswith("[["):
            return value[1:]
        case str() if value.startswith("[") and value.endswith("]"):
            return _Expression(value[1:-1], functions).value()
        case _:
            return value


class _Expression:
    """Reads and evaluates one expression from left to right."""

    def __init__(self, text: str, functions: Mapping[str, Function]) -> None:
        self._text = text
        self._functions = functions
        self._tokens = self._split(text)
        self._at = 0

    def value(self) -> Value:
        """Return what the whole expression comes to."""
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

    def _operand(self) -> Value:
        kind, text = self._take()
        match kind:
            case "text":
                found: Value = text[1:-1].replace("''", "'")
            case "number":
                found = int(text)
            case "name":
                found = self._call(text)
            case _:
                raise self._wrong(f"'{text}' was not expected")
        return self._selected(found)

    def _call(self, name: str) -> Value:
        self._expect("(")
        arguments = []
        while not self._next_is(")"):
            arguments.append(self._operand())
            if not self._next_is(")"):
                self._expect(",")
        self._expect(")")
        function = self._functions.get(name.lower())
        if function is None:
            raise ArmError(501, "NotImplemented", f"The template function '{name}' is not implemented.")
        try:
            return function(arguments)
        except (TypeError, ValueError, IndexError, KeyError, AttributeError) as error:
            raise self._wrong(f"the function '{name}' cannot take these arguments ({error})") from None

    def _selected(self, value: Value) -> Value:
        """Follow `.name` and `[index]` behind an operand."""
        while self._next_is(".") or self._next_is("["):
            if self._take() == ("mark", "."):
                value = self._property(value, self._take()[1])
            else:
                value = self._property(value, self._operand())
                self._expect("]")
        return value

    def _property(self, value: Value, key: Value) -> Value:
        if isinstance(value, list) and isinstance(key, int) and -1 < key < len(value):
            return value[key]
        if isinstance(value, dict):
            for name, inner in value.items():
                if name.lower() == str(key).lower():
                    return inner
        raise self._wrong(f"the language expression property '{key}' doesn't exist")
