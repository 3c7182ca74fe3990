"""Requests and answers that an emulator captured (`--capture FILE`), checked against the OpenAPI files."""

import json
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.emulator.openapi import misfits, operation_of


@dataclass(frozen=True, slots=True)
class Conformity:
    """What was found in one file.

    Attributes:
        checked: operation id -> how many of its successful answers have a described body.
        wrong: what does not fit, with method, path and the place in the body.
    """

    checked: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def conformity(file: Path) -> Conformity:
    """Judge every successful answer in a capture file; a file that is not there has none.

    Of answers alike in all that `misfits` looks at (keys and types) only the first is checked by it.
    """
    found, seen = Conformity(), set[Hashable]()
    for one in _answered(file):
        operation = operation_of(one["method"], one["path"])
        if operation is None or str(one["status"]) not in operation.described:
            continue
        found.checked[operation.name] = found.checked.get(operation.name, 0) + 1
        kind = (operation, one["status"], _shape(one["answer"]))
        if kind not in seen:
            seen.add(kind)
            told = misfits(operation, one["status"], one["answer"])
            found.wrong.extend(f"{one['method']} {one['path']}: {text}" for text in told)
    return found


def _answered(file: Path) -> Iterator[dict[str, Any]]:
    if not file.exists():
        return
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            one: dict[str, Any] = json.loads(line)
            if 200 <= one["status"] < 300 and one["answer"] is not None:
                yield one


def _shape(value: Any) -> Hashable:
    """Return what two values have in common when they have the same keys and types all the way down."""
    match value:
        case dict():
            return frozenset((key, _shape(inner)) for key, inner in value.items())
        case list():
            return "list", frozenset(_shape(inner) for inner in value)
        case _:
            return type(value).__name__
