"""Constraints of route parameters, as ASP.NET's templates have them: `{id:int:range(1,12)}`."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from local.host.jsonfile import ConfigurationError

type Constraint = Callable[[str], bool]

_CALL = re.compile(r"(?P<name>[A-Za-z]+)(?:\((?P<arguments>.*)\))?")
_INTEGER = re.compile(r"-?\d+")
_PATTERNS = {
    "int": r"-?\d{1,10}",
    "long": r"-?\d{1,19}",
    "bool": r"(?i:true|false)",
    "alpha": r"[A-Za-z]*",
    "decimal": r"-?\d+(?:\.\d+)?",
    "double": r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?",
    "float": r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?",
    "guid": r"\{?[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}\}?",
    "required": r".+",
}


def _number(value: str, admits: Callable[[int], bool]) -> bool:
    return _INTEGER.fullmatch(value) is not None and admits(int(value))


def _is_time(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _length(shortest: str, longest: str | None = None) -> Constraint:
    low, high = int(shortest), int(longest or shortest)
    return lambda value: low <= len(value) <= high


def _range(low: str, high: str) -> Constraint:
    least, most = int(low), int(high)
    return lambda value: _number(value, lambda number: least <= number <= most)


def _at_least(low: str) -> Constraint:
    least = int(low)
    return lambda value: _number(value, lambda number: number >= least)


def _at_most(high: str) -> Constraint:
    most = int(high)
    return lambda value: _number(value, lambda number: number <= most)


def _shortest(length: str) -> Constraint:
    shortest = int(length)
    return lambda value: len(value) >= shortest


def _longest(length: str) -> Constraint:
    longest = int(length)
    return lambda value: len(value) <= longest


_WITH_ARGUMENTS: dict[str, Callable[..., Constraint]] = {
    "length": _length,
    "minlength": _shortest,
    "maxlength": _longest,
    "min": _at_least,
    "max": _at_most,
    "range": _range,
}


def constraints_of(text: str) -> Iterator[Constraint]:
    """The constraints in a parameter's text, such as `:int:range(1,12)`.

    Raises:
        ConfigurationError: one of them does not exist, or its arguments cannot be read.
    """
    return (_constraint(part) for part in _split(text))


def _split(text: str) -> Iterator[str]:
    """The parts between colons that stand outside of parentheses."""
    depth, begin = 0, 0
    for place, character in enumerate(f"{text}:"):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == ":" and depth == 0:
            if place > begin:
                yield text[begin:place]
            begin = place + 1


def _constraint(text: str) -> Constraint:
    call = _CALL.fullmatch(text)
    name = call["name"].lower() if call is not None else ""
    arguments = call["arguments"] if call is not None else None
    try:
        if name == "datetime":
            return _is_time
        if name == "regex" and arguments is not None:
            # ASP.NET searches, and a template doubles the braces of an expression.
            expression = re.compile(arguments.replace("{{", "{").replace("}}", "}"), re.IGNORECASE)
            return lambda value: expression.search(value) is not None
        if arguments is not None:
            return _WITH_ARGUMENTS[name](*(argument.strip() for argument in arguments.split(",")))
        pattern = re.compile(_PATTERNS[name])
    except (KeyError, ValueError, TypeError, re.error) as error:
        raise ConfigurationError(f"The route constraint '{text}' cannot be resolved") from error
    return lambda value: pattern.fullmatch(value) is not None
