"""The requirement files name exact versions with hashes, and no address."""

import re
from collections.abc import Iterator

import pytest

from tests.repo.tree import ROOT

COMPILED = ("requirements.txt", "requirements-dev.txt")

PINNED = re.compile(r"^(?P<name>[a-z0-9._-]+)==[^ ]+( ; [^\\]+)? \\$")
"""One requirement: a name, an exact version, perhaps a marker; its hashes follow on continued lines."""

HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def blocks(name: str) -> Iterator[list[str]]:
    """The lines of each requirement, comments left out."""
    block: list[str] = []
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not line.startswith(" ") and block:
            yield block
            block = []
        block.append(line)
    yield block


def pins(name: str) -> dict[str, str]:
    """Each requirement's name and its first line."""
    return {match["name"]: block[0] for block in blocks(name) if (match := PINNED.match(block[0]))}


@pytest.mark.parametrize("name", COMPILED)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    """Nothing else stands in a compiled file: no option, no address, no unpinned name."""
    wrong = [
        block[0]
        for block in blocks(name)
        if not PINNED.match(block[0]) or len(block) < 2 or not all(HASH.match(line) for line in block[1:])
    ]

    assert wrong == []


@pytest.mark.parametrize("name", COMPILED)
def test_what_is_asked_for_is_compiled(name: str) -> None:
    """Every line of the `.in` file has its pin, so nobody forgot `make lock`."""
    asked = re.findall(
        r"^([a-z][a-z0-9-]*)", (ROOT / name.replace(".txt", ".in")).read_text(encoding="utf-8"), re.MULTILINE
    )

    assert asked
    assert [package for package in asked if package not in pins(name)] == []


def test_development_uses_what_is_deployed() -> None:
    """Every deployed package has the same version in the development environment."""
    deployed, development = pins("requirements.txt"), pins("requirements-dev.txt")

    assert deployed == {package: development.get(package) for package in deployed}


def test_the_durable_release_candidate_is_pinned_where_people_read() -> None:
    """A pre-release is chosen by its exact version, never by a range: see docs/adr/0001-durable-2.md."""
    asked = (ROOT / "requirements.in").read_text(encoding="utf-8")

    assert "azure-functions-durable==2.0.0rc3\n" in asked
