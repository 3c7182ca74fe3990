"""The product has the words of its field: docs/glossary.md says which, and these are the ones that it replaced."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repo.tree import PRODUCT, files, modules, shown, tree

SAYS_NOTHING = {"process", "handle", "handler", "manage", "manager", "do", "helper", "util", "utils", "common", "misc"}
"""Names that fit everything, and so tell nothing."""

REPLACED = {"ticket", "draft", "draw", "drawn", "promise", "promised", "look", "looks", "looked", "watch"}
"""Words of our own that a name no longer has; prose may look."""

REPLACED_EVERYWHERE = {
    "wish", "wishes", "laid", "verdict", "verdicts", "course", "deed", "deeds", "judge", "judges", "judged",
    "judgement", "judgements", "suppose", "supposes", "supposed", "survey", "surveys", "settle", "settles", "settled",
    "landing", "surroundings",
}  # fmt: skip
"""Words of our own that neither a name nor a sentence has any more."""

BANNED_IN_NAMES = SAYS_NOTHING | REPLACED | REPLACED_EVERYWHERE

NAMED_BY_OTHERS = {
    "AbstractContextManager",
    "GetCoreSchemaHandler",
    "GetJsonSchemaHandler",
    "Handler",
    "TimerHandle",
    "addHandler",
    "handleError",
    "handler",
    "_handler",
}
"""Names of the standard library, logging among it, and of pydantic, whose hooks have a parameter `handler`."""

PROSE = re.compile(rf"\b({'|'.join(sorted(REPLACED_EVERYWHERE))})\b", re.IGNORECASE)

OTHERS_PROSE = re.compile(r"of course|`landing zone`", re.IGNORECASE)


def product() -> Iterator[Path]:
    """The modules that are deployed."""
    return modules(*PRODUCT, "function_app.py")


def names(path: Path) -> Iterator[str]:
    """What the module itself names: its file, classes, functions, parameters and variables."""
    yield path.stem
    for node in ast.walk(tree(path)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.arg():
                yield node.arg
            case ast.Name():
                yield node.id
            case ast.Attribute():
                yield node.attr


def words(name: str) -> set[str]:
    """`read_item` and `ReadItem` are read and item."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def sentences(path: Path) -> Iterator[str]:
    """The comments of a module and all its texts; a document is one text."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield text
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.COMMENT, tokenize.STRING, tokenize.FSTRING_MIDDLE):
            yield token.string


@pytest.mark.parametrize("path", list(product()), ids=shown)
def test_no_name_has_a_word_that_says_nothing_or_was_replaced(path: Path) -> None:
    """The glossary has another one."""
    assert [name for name in {*names(path)} - NAMED_BY_OTHERS if words(name) & BANNED_IN_NAMES] == []


@pytest.mark.parametrize(
    "path", [*product(), *(path for path in files() if path.suffix == ".md")], ids=shown
)  # fmt: skip
def test_no_sentence_has_a_word_that_was_replaced(path: Path) -> None:
    """Documents, comments and whatever the app says."""
    found = [hit.group() for text in sentences(path) for hit in PROSE.finditer(OTHERS_PROSE.sub("", text))]

    assert found == []


@pytest.mark.parametrize("name", ["process_vm", "VaultManager", "do_it", "Verdict", "look_around", "suppose"])
def test_a_banned_name_is_found(name: str) -> None:
    """In both ways to write names."""
    assert words(name) & BANNED_IN_NAMES
