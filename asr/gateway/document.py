"""Reading JSON that Azure sent: what is absent, null or of another kind reads as empty, never as an error.

Azure leaves properties out, sends null, and changes neither between API versions; a reader that trusts a shape breaks.
"""

from collections.abc import Mapping, Sequence

type Json = Mapping[str, object]


def section(body: object, *path: str) -> Json:
    """The object at this path; empty if there is none."""
    for name in path:
        body = body.get(name) if isinstance(body, Mapping) else None
    return body if isinstance(body, Mapping) else {}


def sections(body: Json, *path: str) -> tuple[Json, ...]:
    """The objects of the list at this path; empty if there is none."""
    found = section(body, *path[:-1]).get(path[-1])
    if not isinstance(found, Sequence) or isinstance(found, str):
        return ()
    return tuple(entry for entry in found if isinstance(entry, Mapping))


def texts(body: Json, *path: str) -> tuple[str, ...]:
    """The strings of the list at this path; empty if there is none."""
    found = section(body, *path[:-1]).get(path[-1])
    if not isinstance(found, Sequence) or isinstance(found, str):
        return ()
    return tuple(entry for entry in found if isinstance(entry, str))


def text(body: Json, *path: str) -> str:
    """The string at this path; empty if there is none."""
    return text_or_none(body, *path) or ""


def text_or_none(body: Json, *path: str) -> str | None:
    """The string at this path; None if there is none or it is empty."""
    found = section(body, *path[:-1]).get(path[-1])
    return found if isinstance(found, str) and found else None


def number(body: Json, *path: str) -> int | None:
    """The whole number at this path; None if there is none."""
    found = section(body, *path[:-1]).get(path[-1])
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def flag(body: Json, *path: str) -> bool | None:
    """The boolean at this path; None if there is none."""
    found = section(body, *path[:-1]).get(path[-1])
    return found if isinstance(found, bool) else None
