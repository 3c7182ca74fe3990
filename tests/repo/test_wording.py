"""The repository speaks of the product alone, wherever and by whomever it was made."""

import re
from pathlib import Path

import pytest

from tests.repo.tree import files, shown


def _joined(separator: str, *parts: str) -> str:
    """Written in parts, so that this file itself is free of what it forbids."""
    return re.escape(separator.join(parts))


REGISTRIES = [
    _joined(".", "pypi", "org"),
    _joined(".", "pythonhosted", "org"),
    _joined(".", "npmjs", "org"),
    _joined(".", "nuget", "org"),
    _joined(".", "crates", "io"),
    _joined(".", "registry", "terraform", "io"),
]
"""Which index packages come from is a matter of each machine's configuration."""

MACHINES = [
    _joined("/", "", "root", ""),
    _joined("/", "", "Users", ""),
    _joined("/", "", "work", "main"),
    _joined("/", "", "work", "shared"),
    _joined("/", "", "opt", "pypi"),
    _joined("/", "", "home", "") + r"(?!azureuser/|site/wwwroot)",
    _joined("\\", "C:", "Users", ""),
]
"""Folders of one machine; `azureuser` is the name that Azure's own examples give a Linux VM's administrator,
and `site/wwwroot` is where Azure unpacks a function app."""

WORKPLACE = [
    r"\b(this|that|next|last|earlier|previous|another) " + _joined("", "sess", "ion") + r"\b",
    r"\b" + _joined("", "sub", "agent"),
    r"\b" + _joined(" ", "help", "er agent"),
    r"\b" + _joined("", "chat", "bot"),
    r"\b" + _joined(" ", "language", "model"),
    r"\bas an " + _joined("", "A", "I") + r"\b",
    r"\b" + _joined(" ", "issue", "") + r"#?\d+\b",
    r"\b" + _joined("", "TO", "DO") + r"\b",
    r"\b" + _joined("", "FIX", "ME") + r"\b",
]
"""How the work was divided says nothing about the product; what is left to do stands in the changelog or nowhere."""

FORBIDDEN = re.compile("|".join([*REGISTRIES, *MACHINES, *WORKPLACE]), re.IGNORECASE)


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def test_no_file_speaks_of_where_it_was_made() -> None:
    """No registry, no machine and no workplace is named in any file."""
    found = [
        f"{shown(path)}:{text.count('\n', 0, hit.start()) + 1}: {hit.group()!r}"
        for path in files()
        if (text := _text(path)) is not None
        for hit in FORBIDDEN.finditer(text)
    ]

    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "https://" + "files.pythonhosted" + ".org/x",
        "see /ro" + "ot/notes",
        "/ho" + "me/someone/clone",
        "done in the last sess" + "ion",
        "closes issue " + "12",
    ],
)
def test_what_is_forbidden_is_found(text: str) -> None:
    """The pattern sees each kind."""
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize(
    "text", ["/home/azureuser/.ssh/authorized_keys", "/home/site/wwwroot", "the session with Azure", "issues/10484"]
)
def test_the_fields_own_words_are_allowed(text: str) -> None:
    """What looks alike in Azure's vocabulary stays usable."""
    assert not FORBIDDEN.search(text)
