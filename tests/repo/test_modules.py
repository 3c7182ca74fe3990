"""Every module says what it is for, and has one reason to exist."""

import ast
import re
from pathlib import Path

import pytest

from tests.repo.tree import ROOT, modules, shown, tree

LONGEST = {"tests": 450}
"""Lines by top folder, 250 in all others: a longer module has a second subject. A test module is a list of claims."""

LONGER_FOR_A_REASON: dict[str, str] = {
    "asr/choices/options.py": "a table: one entry for each choice",
    "asr/settings/__init__.py": "a table: one entry for each setting",
    "asr/model/vm_facts.py": "one record for each kind of resource that is read, side by side",
    "local/emulator/providers/site_recovery/failures.py": "a table: one entry for each way that Site Recovery fails",
}
"""Modules that may be longer, each with its reason."""


def too_long() -> dict[str, int]:
    """The modules above their limit, with their lines."""
    lengths = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    return {name: lines for name, lines in lengths.items() if lines > LONGEST.get(name.split("/")[0], 250)}


@pytest.mark.parametrize("path", list(modules()), ids=shown)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    """A newcomer reads the first line of a module before any other."""
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("package", ["asr/gateway", "asr/planning", "asr/services"])
def test_a_large_package_says_what_is_where(package: str) -> None:
    """Its docstring is a map on which each module stands."""
    told = set(re.findall(r"\w+", ast.get_docstring(tree(ROOT / package / "__init__.py")) or ""))
    present = {path.stem if path.suffix else path.name for path in (ROOT / package).iterdir() if path.name[0] != "_"}

    assert present - told == set()


def test_modules_are_short() -> None:
    """What is longer than a few screens is two modules, unless its reason stands above."""
    assert too_long().keys() - LONGER_FOR_A_REASON.keys() == set()


def test_exceptions_are_needed() -> None:
    """An exception whose module has become short, or is gone, is removed."""
    assert LONGER_FOR_A_REASON.keys() - too_long().keys() == set()
