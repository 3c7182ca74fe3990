"""The functions of templates that need nothing but their arguments.

Source: "ARM template functions". `uniqueString` is stable, but not the value that Azure would compute: its hash is not
published.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import add, and_, floordiv, ge, gt, le, lt, mod, mul, or_, sub
from uuid import UUID, uuid5

from local.emulator.arm.wire import merged
from local.emulator.providers.deployments.expressions import Function, Value

_GUID_NAMESPACE = UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")
_UNIQUE_LENGTH = 13


def joined(arguments: Sequence[Value]) -> Value:
    """`concat`: arrays one after the other, or texts."""
    if isinstance(arguments[0], list):
        return [item for part in arguments for item in part]
    return "".join(_text(part) for part in arguments)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "True" if value else "False"
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _format(arguments: Sequence[Value]) -> str:
    return str(arguments[0]).format(*(_text(value) for value in arguments[1:]))


def _contains(arguments: Sequence[Value]) -> bool:
    whole, part = arguments
    if isinstance(whole, dict):
        return any(str(name).lower() == str(part).lower() for name in whole)
    return part in whole


def _unique(arguments: Sequence[Value]) -> str:
    digest = hashlib.sha256("-".join(map(_text, arguments)).encode()).digest()
    return base64.b32encode(digest).decode().lower()[:_UNIQUE_LENGTH]


def _union(arguments: Sequence[Value]) -> Value:
    if isinstance(arguments[0], dict):
        return reduce(merged, arguments)
    return [item for at, item in enumerate(joined(arguments)) if item not in joined(arguments)[:at]]


def _equal(arguments: Sequence[Value]) -> bool:
    left, right = arguments
    return bool(left == right and isinstance(left, bool) == isinstance(right, bool))


def _truth(value: Value) -> bool:
    return value.lower() == "true" if isinstance(value, str) else bool(value)


def _split(arguments: Sequence[Value]) -> list[str]:
    text, marks = arguments[0], arguments[1] if isinstance(arguments[1], list) else [arguments[1]]
    return str(reduce(lambda rest, mark: rest.replace(mark, marks[0]), marks, text)).split(marks[0])


def _tried(given: Sequence[Value]) -> Value:
    """`tryGet`: null where a part is missing."""
    found = given[0]
    for part in given[1:]:
        known = isinstance(found, dict) and part in found
        known = known or (isinstance(found, list) and isinstance(part, int) and -1 < part < len(found))
        found = found[part] if known else None
    return found


def _substring(arguments: Sequence[Value]) -> str:
    text, start, *length = arguments
    return str(text)[start : start + length[0] if length else None]


def _of_two(operator: Callable[[Value, Value], Value]) -> Function:
    return lambda given: operator(*given)


_OPERATORS: Mapping[str, Callable[[Value, Value], Value]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": floordiv,
    "mod": mod,
    "less": lt,
    "lessorequals": le,
    "greater": gt,
    "greaterorequals": ge,
}

TABLE: Mapping[str, Function] = {
    "concat": joined,
    "format": _format,
    "uniquestring": _unique,
    "guid": lambda given: str(uuid5(_GUID_NAMESPACE, "-".join(map(_text, given)))),
    "tolower": lambda given: given[0].lower(),
    "toupper": lambda given: given[0].upper(),
    "trim": lambda given: given[0].strip(),
    "string": lambda given: _text(given[0]),
    "int": lambda given: int(given[0]),
    "bool": lambda given: _truth(given[0]),
    "json": lambda given: json.loads(given[0]),
    "base64": lambda given: base64.b64encode(given[0].encode()).decode(),
    "replace": lambda given: given[0].replace(given[1], given[2]),
    "split": _split,
    "substring": _substring,
    "startswith": lambda given: given[0].lower().startswith(given[1].lower()),
    "endswith": lambda given: given[0].lower().endswith(given[1].lower()),
    "indexof": lambda given: given[0].lower().find(given[1].lower()),
    "take": lambda given: given[0][: given[1]],
    "skip": lambda given: given[0][given[1] :],
    "first": lambda given: given[0][0],
    "last": lambda given: given[0][-1],
    "length": lambda given: len(given[0]),
    "empty": lambda given: not given[0],
    "contains": _contains,
    "union": _union,
    "createarray": list,
    "createobject": lambda given: dict(zip(given[::2], given[1::2], strict=True)),
    "coalesce": lambda given: next((value for value in given if value is not None), None),
    "equals": _equal,
    "not": lambda given: not given[0],
    "and": lambda given: reduce(and_, given),
    "or": lambda given: reduce(or_, given),
    "true": lambda _: True,
    "false": lambda _: False,
    "null": lambda _: None,
    "array": lambda given: given[0] if isinstance(given[0], list) else [given[0]],
    "join": lambda given: str(given[1]).join(_text(one) for one in given[0]),
    "range": lambda given: list(range(given[0], given[0] + given[1])),
    "flatten": lambda given: [item for inner in given[0] for item in inner],
    "items": lambda given: [{"key": key, "value": given[0][key]} for key in sorted(given[0])],
    "objectkeys": lambda given: sorted(given[0]),
    "map": lambda given: [given[1](one) for one in given[0]],
    "filter": lambda given: [one for one in given[0] if given[1](one)],
    "toobject": lambda given: {given[1](one): given[2](one) if len(given) > 2 else one for one in given[0]},
    "tryget": _tried,
    "min": min,
    "max": max,
    **{name: _of_two(operator) for name, operator in _OPERATORS.items()},
}
