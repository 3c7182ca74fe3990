"""The commands of the Azure CLI that people copy from the documents: each is one of the CLI's, with those options."""

import re
import shlex
from collections.abc import Iterator

import pytest

from local.stack import ROOT
from tests.az.conftest import SignedIn

DOCUMENTS = (
    "README.md",
    "SECURITY.md",
    "UPGRADING.md",
    *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
)
GLOBAL = {"--output", "--query", "--subscription"}
"""What every command takes."""


def commands() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each command of a document's blocks of shell, with the options that are given."""
    for document in DOCUMENTS:
        text = (ROOT / document).read_text(encoding="utf-8")
        for block in re.findall(r"^```(?:sh|bash)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            # What another command puts in is one word.
            for line in re.sub(r'"?\$\((?!az )[^()]*\)"?', "X", block.replace("\\\n", " ")).splitlines():
                for found in re.finditer(r"(?:^|\$\(|&& |\| )az (?=[a-z])([^|)#]*)", line):
                    words = shlex.split(found[1].replace("<", "").replace(">", "").replace('"', " "))
                    yield " ".join(_until_option(words)), tuple(word for word in words if word.startswith("-"))


def _until_option(words: list[str]) -> Iterator[str]:
    for word in words:
        if not re.fullmatch(r"[a-z][a-z-]*", word):
            return
        yield word


@pytest.mark.parametrize(("name", "options"), sorted(set(commands())))
def test_the_cli_has_what_a_document_says(az: SignedIn, name: str, options: tuple[str, ...]) -> None:
    """By its own help."""
    told = az.ended(*name.split(), "--help").stdout

    assert told.startswith(("\nCommand", "Command")), told
    assert [option for option in options if option not in GLOBAL and not re.search(rf"(?<!\S){option}\b", told)] == []
