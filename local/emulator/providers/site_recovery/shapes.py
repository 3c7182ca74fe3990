"""What kinds of values a request body may hold, checked before anything looks at them.

A shape is a `Value`, a `Many` of one shape, or a table of keys with their shapes. Keys that no shape names are let
through, as Azure lets them through; null stands for an absent key.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from local.emulator.arm.exchange import ArmRequest, ArmResponse
from local.emulator.providers.site_recovery import refusals

SHOWN_LENGTH = 60
"""How much of a wrong value a refusal repeats."""


@dataclass(frozen=True, slots=True)
class Value:
    """One text, number or truth value.

    Attributes:
        wanted: what it must be, for the refusal.
        kind: the type that JSON gives it.
        required: whether it must be there and not be empty.
        choices: the only texts there are; any when empty.
    """

    wanted: str
    kind: type
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Many:
    """A list whose elements all have one shape."""

    of: "Shape"


@dataclass(frozen=True, slots=True)
class Maybe:
    """An object that may be left out whole, although some of its values are required when it is there."""

    of: "Table"


type Table = Mapping[str, "Shape"]
type Shape = Value | Many | Maybe | Table

TEXT = Value("a text", str)
WHOLE = Value("a whole number", int)
FLAG = Value("true or false", bool)


def needed(value: Value) -> Value:
    """Return `value` as one that must be there."""
    return replace(value, required=True)


def one_of(*choices: str) -> Value:
    """Return a text that is one of `choices`."""
    quoted = " or ".join(repr(choice) for choice in choices)
    return Value(quoted, str, choices=choices)


def shaped(shape: Shape, handler: Callable[[ArmRequest], ArmResponse]) -> Callable[[ArmRequest], ArmResponse]:
    """Return `handler` as one that is only asked when the request's body has this shape.

    Raises (when it is called):
        ArmError: 400, naming the first value that is wrong, and what is wanted in its place.
    """

    def checked(request: ArmRequest) -> ArmResponse:
        for path, why in _faults(request.body, shape, ""):
            raise refusals.invalid(request, path, why)
        return handler(request)

    return checked


def _faults(value: Any, shape: Shape, path: str) -> Iterator[tuple[str, str]]:
    match shape:
        case Value():
            yield from _value_faults(value, shape, path)
        case Many(of):
            if isinstance(value, list):
                for number, element in enumerate(value):
                    place = f"{path}[{number}]"
                    yield from [(place, "null is not an element")] if element is None else _faults(element, of, place)
            elif value is not None:
                yield path, f"{_shown(value)} is not a list"
        case Maybe(of):
            if value is not None:
                yield from _faults(value, of, path)
        case _:
            if not isinstance(value, dict | None):
                yield path, f"{_shown(value)} is not an object"
                return
            for key, inner in shape.items():
                yield from _faults((value or {}).get(key), inner, f"{path}.{key}" if path else key)


def _value_faults(value: Any, shape: Value, path: str) -> Iterator[tuple[str, str]]:
    if value is None or (shape.required and value == ""):
        if shape.required:
            yield path, f"is required: {shape.wanted}"
    elif type(value) is not shape.kind or (shape.choices and value not in shape.choices):
        yield path, f"{_shown(value)} is not {shape.wanted}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_LENGTH else f"{text[:SHOWN_LENGTH]}..."
