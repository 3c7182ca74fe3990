"""How a choice is read from the text of a tag, a profile or a request: the value, or None if it is malformed."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from asr.model.resource_id import parse

_GROUP_ID = re.compile(r"/?subscriptions/[^/]+/resourcegroups/[^/]+/?", re.IGNORECASE)
_DISK = re.compile(r"os|[0-9]|[1-5][0-9]|6[0-3]")
_EVERY = "every"


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


def matching(pattern: str, *, lower: bool = False) -> Callable[[str], str | None]:
    """Text of this shape, whatever its case."""
    shape = re.compile(pattern, re.IGNORECASE)

    def read(value: str) -> str | None:
        return (value.lower() if lower else value) if shape.fullmatch(value) else None

    return read


def one_of(*words: str) -> Callable[[str], str | None]:
    """One of these words, in the casing given here."""
    known = {word.lower(): word for word in words}
    return lambda value: known.get(value.lower())


def flag(value: str) -> bool | None:
    """`true` or `false`."""
    return {"true": True, "false": False}.get(value.lower())


def whole(lowest: int, highest: int) -> Callable[[str], int | None]:
    """A whole number between the two, both included."""

    def read(value: str) -> int | None:
        return int(value) if re.fullmatch(r"[0-9]{1,9}", value) and lowest <= int(value) <= highest else None

    return read


def regions(value: str) -> tuple[str, ...] | None:
    """Regions in order, by name or display name, separated by commas."""
    names = [part.strip().lower().replace(" ", "") for part in value.split(",")]
    return tuple(dict.fromkeys(names)) if all(re.fullmatch(r"[a-z][a-z0-9]{2,49}", name) for name in names) else None


def target(type_: str, name: str) -> Callable[[str], str | None]:
    """A name of this shape, or a full id of this type."""
    plain, whole_id = re.compile(name), target_id(type_, name)
    return lambda value: whole_id(value) if "/" in value else value if plain.fullmatch(value) else None


def target_id(type_: str, name: str) -> Callable[[str], str | None]:
    """A full id of this type, for what could be in any group."""
    plain = re.compile(name)

    def read(value: str) -> str | None:
        try:
            id_ = parse(value)
        except ValueError:
            return None
        return str(id_) if id_.is_type(type_) and plain.fullmatch(id_.name) else None

    return read


def group(value: str) -> str | None:
    """A resource group's name or id."""
    if "/" in value:
        return "/" + value.strip("/") if _GROUP_ID.fullmatch(value) else None
    return value if re.fullmatch(r"[\w.()-]{0,89}[\w()-]", value) else None


def luns(value: str) -> tuple[int, ...] | None:
    """LUNs of data disks, separated by commas."""
    parts = [part.strip() for part in value.split(",")]
    if not all(re.fullmatch(r"[0-9]{1,2}", part) and int(part) < 64 for part in parts):
        return None
    return tuple(sorted({int(part) for part in parts}))


def per_disk(read_one: Callable[[str], str | None]) -> Callable[[str], PerDisk | None]:
    """One value for every disk, or a list of `os=value` and `<LUN>=value`, or both."""

    def read(text: str) -> PerDisk | None:
        found: dict[str, str] = {}
        for part in text.split(","):
            disk, separator, written = part.partition("=")
            name = disk.strip().lower() if separator else _EVERY
            value = read_one((written if separator else disk).strip())
            if value is None or name in found or not (name == _EVERY or _DISK.fullmatch(name)):
                return None
            found[name] = value
        return PerDisk(tuple(found.items()))

    return read
