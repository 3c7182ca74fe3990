"""How the value of a choice is read: from the text of a tag, or from the JSON of a profile or a request.

A reader takes what it has made itself as well. It raises `wrong_kind` or `malformed` of `asr.choices.option`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from asr.choices.option import malformed, wrong_kind
from asr.model.resource_id import parse

_GROUP_ID = re.compile(r"/?subscriptions/[^/]+/resourcegroups/[^/]+/?", re.IGNORECASE)
_GROUP = re.compile(r"[\w.()-]{0,89}[\w()-]")
_REGION = re.compile(r"[a-z][a-z0-9]{2,49}")
_DISK = re.compile(r"os|[0-9]|[1-5][0-9]|6[0-3]")
_EVERY = "every"

type Reader[T] = Callable[[object], T]


@dataclass(frozen=True, slots=True)
class PerDisk:
    """A value for every disk, or for some: `by_disk` pairs `os`, a LUN or `every` with the disk's value."""

    by_disk: tuple[tuple[str, str], ...] = ()

    def of(self, lun: int | None) -> str | None:
        """The value for the disk at this LUN (None: the OS disk); None if none was chosen for it."""
        values = dict(self.by_disk)
        return values.get("os" if lun is None else str(lun), values.get(_EVERY))

    @property
    def disks(self) -> tuple[str, ...]:
        """The disks that are named one by one."""
        return tuple(disk for disk, _ in self.by_disk if disk != _EVERY)

    def __str__(self) -> str:
        return ",".join(value if disk == _EVERY else f"{disk}={value}" for disk, value in self.by_disk)


def matching(pattern: str, *, lower: bool = False) -> Reader[str]:
    """Text of this shape, whatever its case."""
    shape = re.compile(pattern, re.IGNORECASE)

    def read(raw: object) -> str:
        text = _text(raw)
        if not shape.fullmatch(text):
            raise malformed()
        return text.lower() if lower else text

    return read


def one_of(*words: str) -> Reader[str]:
    """One of these words, in the casing given here."""
    known = {word.lower(): word for word in words}

    def read(raw: object) -> str:
        word = known.get(_text(raw).lower())
        if word is None:
            raise malformed()
        return word

    return read


def word(*words: str) -> Reader[str]:
    """The same for words that a profile must get right from the start."""
    known = {one.lower(): one for one in words}

    def read(raw: object) -> str:
        found = known.get(_text(raw).lower())
        if found is None:
            raise wrong_kind()
        return found

    return read


def flag(raw: object) -> bool:
    """`true` or `false`."""
    if isinstance(raw, bool):
        return raw
    value = {"true": True, "false": False}.get(_text(raw).lower())
    if value is None:
        raise wrong_kind()
    return value


def whole(lowest: int, highest: int) -> Reader[int]:
    """A whole number between the two, both included."""

    def read(raw: object) -> int:
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,9}", raw):
            raw = int(raw)
        if isinstance(raw, bool) or not isinstance(raw, int) or not lowest <= raw <= highest:
            raise wrong_kind()
        return raw

    return read


def digit(raw: object) -> str:
    """A number from 1 to 9, as text."""
    text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else _text(raw)
    if not re.fullmatch("[1-9]", text):
        raise wrong_kind()
    return text


def regions(raw: object) -> tuple[str, ...]:
    """Regions in order, by name or display name: a list, or separated by commas."""
    names = [_text(part).strip().lower().replace(" ", "") for part in _listed(raw)]
    if not names or not all(_REGION.fullmatch(name) for name in names):
        raise malformed()
    return tuple(dict.fromkeys(names))


def target(type_: str, name: str) -> Reader[str]:
    """A name of this shape, or a full id of this type."""
    plain, whole_id = re.compile(name), target_id(type_, name)

    def read(raw: object) -> str:
        text = _text(raw)
        if "/" in text:
            return whole_id(text)
        if not plain.fullmatch(text):
            raise malformed()
        return text

    return read


def target_id(type_: str, name: str) -> Reader[str]:
    """A full id of this type, for what could be in any group."""
    plain = re.compile(name)

    def read(raw: object) -> str:
        try:
            id_ = parse(_text(raw))
        except ValueError:
            raise malformed() from None
        if not id_.is_type(type_) or not plain.fullmatch(id_.name):
            raise malformed()
        return str(id_)

    return read


def group(raw: object) -> str:
    """A resource group's name or id."""
    text = _text(raw)
    if "/" in text and _GROUP_ID.fullmatch(text):
        return "/" + text.strip("/")
    if "/" in text or not _GROUP.fullmatch(text):
        raise malformed()
    return text


def luns(raw: object) -> tuple[int, ...]:
    """LUNs of data disks: a list, or separated by commas."""
    read = whole(0, 63)
    return tuple(sorted({read(part.strip() if isinstance(part, str) else part) for part in _listed(raw)}))


def per_disk(read_one: Reader[str]) -> Reader[PerDisk]:
    """One value for every disk, or a list of `os=value` and `<LUN>=value`, or both; or an object by disk."""

    def read(raw: object) -> PerDisk:
        if isinstance(raw, PerDisk):
            return raw
        parts = raw.items() if isinstance(raw, dict) else map(_named, _text(raw).split(","))
        found: dict[str, str] = {}
        for disk, written in parts:
            name = str(disk).strip().lower()
            if name in found or not (name == _EVERY or _DISK.fullmatch(name)):
                raise malformed()
            found[name] = read_one(_text(written).strip())
        return PerDisk(tuple(found.items()))

    return read


def written(raw: object) -> str:
    """A value as its tag would say it."""
    match raw:
        case bool():
            return str(raw).lower()
        case list() | tuple():
            return ",".join(written(part) for part in raw)
        case dict():
            return ",".join(f"{disk}={written(part)}" for disk, part in raw.items())
    return str(raw)


def _named(part: str) -> tuple[str, str]:
    disk, separator, value = part.partition("=")
    return (disk, value) if separator else (_EVERY, disk)


def _listed(raw: object) -> list[object]:
    if isinstance(raw, list | tuple):
        return list(raw)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return [raw]
    return list(_text(raw).split(","))


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise wrong_kind()
    return raw
