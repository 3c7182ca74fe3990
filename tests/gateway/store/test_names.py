"""Names of documents: any text goes in and comes out, and nothing leaves the store."""

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.gateway.store.names import LONGEST_NAME, LONGEST_PART, document_name, folder_name, is_name, parts_of
from asr.planning.naming import vm_key

PARTS = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=15), min_size=1, max_size=4)


@given(PARTS)
def test_any_text_comes_out_as_it_went_in(parts: list[str]) -> None:
    """Two paths never share a name, not even on a file system without cases."""
    name = document_name(*parts)

    assert parts_of(name) == tuple(parts)
    assert name == name.lower()
    assert name.startswith(folder_name(*parts[:-1]))


@given(st.text())
def test_a_name_stays_below_its_root(text: str) -> None:
    """What is taken for a name leads nowhere else, as a path or as the path of a URL."""
    if is_name(text):
        path = PurePosixPath(text)
        assert not path.is_absolute()
        assert path.as_posix() == text
        assert not {".", ".."} & set(path.parts)


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("requests", "web-0-0123456789abcdef"), "requests/web-0-0123456789abcdef.json"),
        (("..", "a/b"), "%2e%2e/a%2fb.json"),
        (("Web 0", "ü"), "%57eb%200/%c3%bc.json"),
    ],
)
def test_what_is_plain_stays_readable(parts: tuple[str, ...], name: str) -> None:
    """A person finds a VM's documents by its name."""
    assert document_name(*parts) == name


def test_the_extension_is_the_callers() -> None:
    """Lists are lines of JSON, evidence is a page."""
    assert document_name("fleet", "1", extension="jsonl") == "fleet/1.jsonl"
    assert parts_of("fleet/1.jsonl") == ("fleet", "1")


def test_folders_are_prefixes() -> None:
    """The folder of no part is the whole store."""
    assert (folder_name(), folder_name("a"), folder_name("a", "b.c")) == ("", "a/", "a/b%2ec/")


def test_every_key_of_a_vm_is_a_part() -> None:
    """However long the VM's name is."""
    key = vm_key("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/" + "v" * 64)

    assert document_name("requests", key) == f"requests/{key}.json"


@pytest.mark.parametrize("parts", [(), ("",), ("a", ""), ("a" * (LONGEST_PART + 1),), ("%" * 100,), ("a" * 190,) * 6])
def test_a_path_that_no_store_takes_is_refused(parts: tuple[str, ...]) -> None:
    """An empty part, or more characters than a file system or Azure takes."""
    with pytest.raises(ValueError, match="names no document"):
        document_name(*parts)


def test_the_longest_name_is_a_name_of_a_file(tmp_path: Path) -> None:
    """With its extension, on the file system at hand."""
    name = document_name("a" * LONGEST_PART, "b" * LONGEST_PART, extension="c" * 8)
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.touch()

    assert len(document_name(*("a" * LONGEST_PART,) * 4)) <= LONGEST_NAME
