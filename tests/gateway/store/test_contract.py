"""What every store keeps, whatever kind it is."""

import asyncio

import pytest

from asr.errors import Conflict, TooLarge
from asr.gateway.store.interface import MOST_BYTES, MOST_NAMES, Page, Store, Stored, every_name
from asr.gateway.store.names import document_name, folder_name
from tests.gateway.store.conftest import Use

NAME = document_name("requests", "web-0")


async def names_in(store: Store, prefix: str = "") -> list[str]:
    """All names that begin so."""
    return [name async for name in every_name(store, prefix)]


def test_a_store_begins_empty(use: Use) -> None:
    """Nothing has to be made first, and nothing that is absent is an error."""

    async def work(store: Store) -> None:
        assert await store.get(NAME) is None
        assert await store.delete(NAME) is False
        assert await store.delete(NAME, if_match="any") is False
        assert await store.list() == Page((), None)
        assert await store.delete_prefix("requests/") == 0

    use(work)


@pytest.mark.parametrize("value", [b"", b"{}\n", bytes(range(256))])
def test_what_was_put_is_got(use: Use, value: bytes) -> None:
    """Over another connection, too, byte for byte."""
    etag = use(lambda store: store.put(NAME, value))

    assert use(lambda store: store.get(NAME)) == Stored(value, etag)


def test_every_put_has_an_etag_of_its_own(use: Use) -> None:
    """Even when the same is put again at once: who read before has not seen it."""

    async def work(store: Store) -> None:
        etags = [await store.put(NAME, b"same") for _ in range(5)]
        assert len(set(etags)) == 5
        with pytest.raises(Conflict):
            await store.put(NAME, b"more", if_match=etags[0])

    use(work)


def test_only_the_first_creates(use: Use) -> None:
    """Of all who create at once one succeeds; its document stays."""

    async def create(store: Store, value: bytes) -> bytes | None:
        try:
            await store.put(NAME, value, if_none_match=True)
        except Conflict:
            return None
        return value

    async def work(store: Store) -> None:
        created = await asyncio.gather(*(create(store, b"%d" % number) for number in range(8)))
        (winner,) = [value for value in created if value is not None]
        stored = await store.get(NAME)
        assert stored is not None
        assert stored.value == winner

    use(work)


def test_a_put_with_an_etag_replaces_what_it_names_and_nothing_else(use: Use) -> None:
    """A document that another has changed or deleted is left as it is."""

    async def work(store: Store) -> None:
        first = await store.put(NAME, b"first")
        second = await store.put(NAME, b"second", if_match=first)
        with pytest.raises(Conflict):
            await store.put(NAME, b"third", if_match=first)
        assert await store.get(NAME) == Stored(b"second", second)
        await store.delete(NAME)
        with pytest.raises(Conflict):
            await store.put(NAME, b"third", if_match=second)
        assert await store.get(NAME) is None

    use(work)


def test_a_deletion_with_an_etag_deletes_what_it_names_and_nothing_else(use: Use) -> None:
    """A document that another has changed stays."""

    async def work(store: Store) -> None:
        first = await store.put(NAME, b"first")
        second = await store.put(NAME, b"second")
        with pytest.raises(Conflict):
            await store.delete(NAME, if_match=first)
        assert await store.delete(NAME, if_match=second) is True
        assert await store.get(NAME) is None

    use(work)


def test_what_was_deleted_can_be_created_again(use: Use) -> None:
    """An ETag of the old document is none of the new one."""

    async def work(store: Store) -> None:
        old = await store.put(NAME, b"same")
        await store.delete(NAME)
        new = await store.put(NAME, b"same", if_none_match=True)
        assert new != old
        with pytest.raises(Conflict):
            await store.delete(NAME, if_match=old)

    use(work)


def test_names_come_in_the_order_of_their_characters(use: Use) -> None:
    """The same for every kind: a hyphen is before a slash, whatever a tree of folders would say."""
    names = sorted(
        document_name(*parts)
        for parts in [("a", "b"), ("a-b",), ("a", "c", "d"), ("a0",), ("B.C",), ("ü/ö", "é"), ("runs", "1"), ("%",)]
    )

    async def work(store: Store) -> None:
        for name in reversed(names):
            await store.put(name, b"")
        assert await names_in(store) == names

    use(work)


def test_a_prefix_is_a_path_and_no_beginning_of_a_word(use: Use) -> None:
    """`runs/1/` is not `runs/10/`, in lists as in deletions."""
    of_one = [document_name("runs", "1", "a"), document_name("runs", "1", "b", "c")]
    others = [document_name("runs", "10", "a"), document_name("runs", "1")]

    async def work(store: Store) -> None:
        for name in of_one + others:
            await store.put(name, b"")
        assert await names_in(store, folder_name("runs", "1")) == sorted(of_one)
        assert await store.delete_prefix(folder_name("runs", "1")) == 2
        assert await names_in(store) == sorted(others)

    use(work)


def test_pages_show_each_name_once(use: Use) -> None:
    """Also to somebody else who goes on with the continuation, and while a shown document is deleted."""
    names = [document_name("fleet", f"{number:02}") for number in range(7)]

    async def fill(store: Store) -> None:
        for name in names:
            await store.put(name, b"")

    async def page(store: Store, continuation: str | None) -> Page:
        page = await store.list("fleet/", top=3, continuation=continuation)
        if page.names:
            await store.delete(page.names[0])
        return page

    use(fill)
    first = use(lambda store: page(store, None))
    second = use(lambda store: page(store, first.continuation))
    third = use(lambda store: page(store, second.continuation))

    assert [len(one.names) for one in (first, second, third)] == [3, 3, 1]
    assert [*first.names, *second.names, *third.names] == names
    assert third.continuation is None


def test_the_largest_document_fits(use: Use) -> None:
    """One byte more is refused before anything is sent."""
    value = bytes(MOST_BYTES)

    async def work(store: Store) -> None:
        etag = await store.put(NAME, value)
        assert await store.get(NAME) == Stored(value, etag)
        with pytest.raises(TooLarge, match=f"{NAME}: {MOST_BYTES + 1} bytes"):
            await store.put(NAME, value + b"x")
        assert await store.get(NAME) == Stored(value, etag)

    use(work)


def test_what_cannot_be_meant_is_a_defect_of_the_caller(use: Use) -> None:
    """Names that no function of ours made, pages of no length, and deleting everything."""

    async def work(store: Store) -> None:
        for name in ("", "x", "/x.json", "a//x.json", "../x.json", "a/../x.json", "A.json", "a.b/x.json", "x.json/"):
            with pytest.raises(ValueError, match="names no document"):
                await store.put(name, b"")
            with pytest.raises(ValueError, match="names no document"):
                await store.get(name)
            with pytest.raises(ValueError, match="names no document"):
                await store.delete(name)
        for prefix in ("a", "/", "../", "a//", ".lock/"):
            with pytest.raises(ValueError, match="no prefix"):
                await store.list(prefix)
            with pytest.raises(ValueError, match="no prefix"):
                await store.delete_prefix(prefix)
        for top in (0, MOST_NAMES + 1):
            with pytest.raises(ValueError, match="a page has"):
                await store.list(top=top)
        with pytest.raises(ValueError, match="every document"):
            await store.delete_prefix("")
        with pytest.raises(ValueError, match="cannot be there"):
            await store.put(NAME, b"", if_match="x", if_none_match=True)

    use(work)
