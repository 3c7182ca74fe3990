"""Replaces single values of a JSON document, which a pointer names: RFC 6901, where `*` is every member or entry."""

from collections.abc import Iterable


def put(document: object, pointer: str, value: object) -> None:
    """Put `value` wherever `pointer` leads in `document`; what is not there is not made."""
    *parents, last = _parts(pointer)
    places = [document]
    for part in parents:
        places = [place[at] for place in places for at in _keys(place, part)]  # type: ignore[index]
    for place in places:
        for at in _keys(place, last):
            place[at] = value  # type: ignore[index]


def check_pointers(replace: object) -> None:
    """Check what a fault wants to replace.

    Raises:
        ValueError: it is no object, or a member is no pointer to something within a document.
    """
    if not isinstance(replace, dict):
        raise ValueError("replace: not an object; write {pointer: value}")
    for pointer in replace:
        if not pointer.startswith("/"):
            raise ValueError(f"replace.{pointer}: not a JSON pointer; write /properties/provisioningState, for example")


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _keys(place: object, part: str) -> Iterable[str | int]:
    """The members of an object or entries of a list that this part names."""
    if isinstance(place, dict):
        return list(place) if part == "*" else [part] if part in place else []
    if isinstance(place, list):
        if part == "*":
            return range(len(place))
        return [int(part)] if part.isdecimal() and int(part) < len(place) else []
    return []
