"""What a request body must hold besides values of the right kinds: those that are required, words that there are.

A shape is a `Value`, a `Many` of one shape, a `Maybe`, or a table of keys with their shapes. Resource Manager's core
reads the kinds of values; here is what it does not know.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Handler, Route
from local.emulator.arm.schema import Kind
from local.emulator.arm.schema import Schema as Kinds
from local.emulator.providers.site_recovery import refusals


@dataclass(frozen=True, slots=True)
class Value:
    """One text, number or truth value.

    Attributes:
        kind: which of these.
        required: whether it must be there and not be empty.
        choices: the only texts there are; any when empty.
    """

    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        """What it must be, in words."""
        return " or ".join(repr(choice) for choice in self.choices) or self.kind.value


@dataclass(frozen=True, slots=True)
class Many:
    """A list whose elements all have one shape."""

    of: "Schema"


@dataclass(frozen=True, slots=True)
class Maybe:
    """An object that may be left out whole, although some of its values are required when it is there."""

    of: "Table"


type Table = Mapping[str, "Schema"]
type Schema = Value | Many | Maybe | Table

TEXT, WHOLE, FLAG = Value(Kind.TEXT), Value(Kind.WHOLE), Value(Kind.FLAG)


def needed(value: Value) -> Value:
    """Return `value` as one that must be there."""
    return replace(value, required=True)


def one_of(*choices: str) -> Value:
    """Return a text that is one of `choices`."""
    return Value(Kind.TEXT, choices=choices)


def taking(method: str, template: str, shape: Table, handler: Handler) -> Route:
    """Return the route of `handler`, which is only asked when the body has this shape; else 400 names what is wrong."""

    def checked(request: ArmRequest) -> ArmResponse:
        for path, why in _faults(request.body, shape, ""):
            raise refusals.invalid(request, path, why)
        return handler(request)

    return Route(method, template, checked, body={key: _kinds(inner) for key, inner in shape.items()})


def _kinds(shape: Schema) -> Kinds:
    match shape:
        case Value():
            return shape.kind
        case Many(of):
            return [_kinds(of)]
        case Maybe(of):
            return _kinds(of)
        case _:
            return {key: _kinds(inner) for key, inner in shape.items()}


def _faults(value: Any, shape: Schema, path: str) -> Iterator[tuple[str, str]]:
    """Yield path and reason of what is wrong in a value whose kinds are right."""
    match shape:
        case Value():
            if shape.required and value in (None, ""):
                yield path, f"is required: {shape.wanted}"
            elif value is not None and shape.choices and value not in shape.choices:
                yield path, f"{value!r} is not {shape.wanted}"
        case Many(of):
            for number, element in enumerate(value or ()):
                yield from _faults(element, of, f"{path}[{number}]")
        case Maybe(of):
            if value is not None:
                yield from _faults(value, of, path)
        case _:
            for key, inner in shape.items():
                yield from _faults((value or {}).get(key), inner, f"{path}.{key}" if path else key)
