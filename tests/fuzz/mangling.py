"""True answers of Azure, and where in them something else could stand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

LONG, DEEP = 100_000, 300

ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        0,
        -1,
        3.5,
        10**40,
        1e308,
        "",
        " ",
        "\x00",
        "😀",
        "true",
        "x" * LONG,
        "9" * 5000,
        [],
        {},
        [None],
        [[]],
    ),
    *(
        {"": None},
        {"id": 3},
        {"x" * 2000: "y"},
        "2026-99-99T99:99:99Z",
        "9999-12-31T23:59:59Z",
        "../../x",
        "/subscriptions/",
    ),
    *("/subscriptions/s/resourceGroups/g/providers/a/b/c", "http://127.0.0.1:9/x", "P9Y", ["x"] * 3000, [{}] * 3),
)
"""What no reader expects."""


@dataclass(frozen=True, slots=True)
class Place:
    """A value in the answer to a request: its JSON pointer, in which `*` is every entry of a list."""

    method: str
    path: str
    pointer: str


def odd_values() -> st.SearchStrategy[Any]:
    """A value to put there: one that is known to be odd, or any other."""
    plain = (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=20)
    )
    anything = st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    )
    return st.sampled_from(ODD) | anything


def places_in(capture: Path) -> tuple[Place, ...]:
    """Every place in the answers of a capture file; those in lists stand for all entries."""
    found: dict[Place, None] = {}
    for line in capture.read_text().splitlines():
        request = json.loads(line)
        if request["status"] == 200 and request.get("answer"):
            for pointer in _pointers(request["answer"], ""):
                found[Place(request["method"], request["path"], pointer)] = None
    return tuple(found)


def _pointers(document: Any, at: str) -> Iterator[str]:
    if at:
        yield at
    if isinstance(document, dict):
        for name, value in document.items():
            yield from _pointers(value, f"{at}/{name.replace('~', '~0').replace('/', '~1')}")
    if isinstance(document, list):
        for value in document[:3]:
            yield from _pointers(value, f"{at}/*")


def places_of(document: Any) -> list[tuple[Any, Any]]:
    """Every place of a document: what holds it, and its name or number there."""
    keys = list(document) if isinstance(document, dict) else range(len(document)) if isinstance(document, list) else ()
    return [(document, key) for key in keys] + [place for key in keys for place in places_of(document[key])]
