"""The templates, and the many ways in which they can come out."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from tests.infra.bicep import Instance, Program, declarations, ternaries
from tests.repo.tree import ROOT

INFRA = ROOT / "infra"
ENTRIES = (
    "app.bicep",
    "events.bicep",
    "rights/own.bicep",
    "rights/watched.bicep",
    "rights/dead-letters.bicep",
    "rights/management-group.bicep",
)
"""What can be deployed by itself; everything else is a module of one of these."""

LONGEST = {"environmentName": "e" * 50, "location": "germanywestcentral"}
"""The parameters that names are made of, as long as they may be."""


def templates(folder: Path = INFRA) -> list[Path]:
    """Every Bicep file."""
    return sorted(folder.rglob("*.bicep"))


def reached(entry: Path) -> set[Path]:
    """A template with its modules and theirs."""
    found, ahead = set(), [entry]
    while ahead:
        path = ahead.pop().resolve()
        found.add(path)
        ahead += [inner for one, _ in Program(path).modules() if (inner := path.parent / one.label).is_file()]
    return found


def plain(folder: Path = INFRA) -> Iterator[Program]:
    """Each entry twice: with the first branch taken everywhere, and with the second."""
    for name in ENTRIES:
        yield Program(folder / name, lambda _: True, LONGEST)
        yield Program(folder / name, lambda _: False, LONGEST)


def programs() -> Iterator[Program]:
    """Each entry also with each single choice turned, and with every allowed value of its parameters."""
    yield from plain()
    for path in (INFRA / name for name in ENTRIES):
        for place in ternaries(reached(path)):
            yield Program(path, lambda asked, place=place: asked != place, LONGEST)  # type: ignore[misc]
        for one in declarations(path, "parameter"):
            for value in Program(path).literals(one.decorators.get("allowed", ())):
                yield Program(path, lambda _: True, {**LONGEST, one.name: value})


def distinct(programs: Iterable[Program]) -> Iterator[Instance]:
    """Their resources, each that differs once."""
    seen = set()
    for program in programs:
        for one in program.instances():
            if (key := repr(one)) not in seen:
                seen.add(key)
                yield one


@cache
def instances() -> tuple[Instance, ...]:
    """Every resource in every way."""
    return tuple(distinct(programs()))
