"""Every module says what it is for, and has one reason to exist."""

import ast
from pathlib import Path

import pytest

from tests.repo.tree import modules, shown, tree

LONGEST = 250
"""Lines; a module that needs more has a second subject."""

LONGER_FOR_A_REASON: dict[str, str] = {}
"""Modules that may be longer, each with its reason."""


@pytest.mark.parametrize("path", list(modules()), ids=shown)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    """A newcomer reads the first line of a module before any other."""
    assert ast.get_docstring(tree(path))


def test_modules_are_short() -> None:
    """What is longer than a few screens is two modules, unless its reason stands above."""
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST and name not in LONGER_FOR_A_REASON} == {}


def test_exceptions_are_needed() -> None:
    """An exception whose module has become short, or is gone, is removed."""
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}

    assert [name for name in LONGER_FOR_A_REASON if lengths.get(name, 0) <= LONGEST] == []
