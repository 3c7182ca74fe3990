"""Records as documents, in every kind of store."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.errors import Conflict, Unreadable
from asr.gateway.store.documents import (
    change_document,
    decoded,
    encoded,
    read_document,
    read_lines,
    write_document,
    write_lines,
)
from asr.gateway.store.interface import Page, Store, Stored
from asr.gateway.store.names import document_name
from tests.gateway.store.conftest import Use

NAME = document_name("tests", "one")
FINITE = st.floats(allow_nan=False, allow_infinity=False)


class Colour(StrEnum):
    """A kind of value that JSON has no word for."""

    RED = "red"


@dataclass(frozen=True, slots=True)
class Inner:
    """A record in a record."""

    text: str
    number: float | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A record of all that records hold."""

    name: str
    count: int = 0
    at: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    colour: Colour = Colour.RED
    inner: tuple[Inner, ...] = ()


class Overtaken(Store):
    """A store in which somebody else is always a moment earlier."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def _put(self, name: str, value: bytes, if_match: str | None, *, if_none_match: bool) -> str:
        await self._store.put(name, encoded(Example("somebody else's")))
        return await self._store.put(name, value, if_match=if_match, if_none_match=if_none_match)

    async def _get(self, name: str) -> Stored | None:
        return await self._store.get(name)

    async def _list(self, prefix: str, top: int, continuation: str | None) -> Page:
        return await self._store.list(prefix, top=top, continuation=continuation)

    async def _delete(self, name: str, if_match: str | None) -> bool:
        return await self._store.delete(name, if_match=if_match)


@given(st.text(), st.integers(), st.lists(st.builds(Inner, st.text(), st.none() | FINITE)))
def test_a_record_comes_out_as_it_went_in(name: str, count: int, inner: list[Inner]) -> None:
    """Whatever its texts and numbers are."""
    record = Example(name, count, inner=tuple(inner))

    assert decoded("x", Example, encoded(record)) == record


def test_a_person_can_read_it() -> None:
    """Indented, in the record's order, letters as they are."""
    text = encoded(Example("Köln")).decode()

    assert text.splitlines()[:3] == ["{", '  "name": "Köln",', '  "count": 0,']


def test_a_record_is_stored(use: Use) -> None:
    """It is read with the ETag that its writer was given."""

    async def work(store: Store) -> None:
        assert await read_document(store, NAME, Example) is None
        etag = await write_document(store, NAME, Example("a"), if_none_match=True)
        document = await read_document(store, NAME, Example)
        assert document is not None
        assert (document.record, document.etag) == (Example("a"), etag)
        await write_document(store, NAME, Example("b"), if_match=etag)
        with pytest.raises(Conflict):
            await write_document(store, NAME, Example("c"), if_match=etag)

    use(work)


def test_no_change_is_lost(use: Use) -> None:
    """Many who change the same document at once all have their say."""

    def one_more(before: Example | None) -> Example:
        return replace(before, count=before.count + 1) if before else Example("counted", 1)

    async def work(store: Store) -> None:
        after = await asyncio.gather(*(change_document(store, NAME, Example, one_more) for _ in range(12)))
        assert sorted(one.count for one in after) == list(range(1, 13))
        document = await read_document(store, NAME, Example)
        assert document is not None
        assert document.record == Example("counted", 12)

    use(work)


def test_what_stays_the_same_is_not_written(use: Use) -> None:
    """So what many look at and few change keeps its ETag."""

    async def work(store: Store) -> None:
        etag = await write_document(store, NAME, Example("a"))
        assert await change_document(store, NAME, Example, lambda _: Example("a")) == Example("a")
        document = await read_document(store, NAME, Example)
        assert document is not None
        assert document.etag == etag

    use(work)


def test_a_change_that_is_always_too_late_ends(use: Use) -> None:
    """As a conflict, which the run tries again later."""

    async def work(store: Store) -> None:
        await store.put(NAME, encoded(Example("x")))
        with pytest.raises(Conflict):
            await change_document(Overtaken(store), NAME, Example, lambda _: Example("y"))

    use(work)


def test_lists_are_lines(use: Use) -> None:
    """Each record is a line, whatever line ends its texts hold; an empty list is no absent one."""
    name = document_name("tests", "many", extension="jsonl")
    records = tuple(Example(f"{number}\n\u2028", number) for number in range(1000))

    async def work(store: Store) -> None:
        assert await read_lines(store, name, Example) is None
        await write_lines(store, name, records)
        stored = await store.get(name)
        assert stored is not None
        assert stored.value.count(b"\n") == 1000
        assert await read_lines(store, name, Example) == records
        await write_lines(store, name, ())
        assert await read_lines(store, name, Example) == ()

    use(work)


@pytest.mark.parametrize("value", [b"", b"{", b"\xff", b"[]", b'{"name": 1}', b'{"name": "a", "colour": "blue"}'])
def test_what_is_no_such_record_is_named(use: Use, value: bytes) -> None:
    """A person may have edited it, or another version written it."""

    async def work(store: Store) -> None:
        await store.put(NAME, value)
        with pytest.raises(Unreadable, match=f"^{NAME}: "):
            await read_document(store, NAME, Example)

    use(work)
