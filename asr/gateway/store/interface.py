"""What every store can do. Names and sizes are checked here, once for all kinds of store."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass

from asr.errors import TooLarge
from asr.gateway.store.names import check_name, check_prefix

MOST_BYTES = 32 * 1024 * 1024
"""The largest document: what the blob client sends and reads in one request, so that no reader sees two halves."""

MOST_NAMES = 5000
"""The longest page of names. Source: https://learn.microsoft.com/rest/api/storageservices/list-blobs (maxresults)"""


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as it was read. `etag` changes with every put and is never used again for this name."""

    value: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some names in their order. `continuation` asks for the next page; None when this is the last."""

    names: tuple[str, ...]
    continuation: str | None


class Store(ABC):
    """Named documents: strongly consistent, each written as a whole or not at all.

    Every method raises `TransientFault` when the store cannot be reached in a way that a retry can cure, and `Rejected`
    when it refuses. A retry of a put with a condition may meet its own first try, whose answer was lost: who retries
    reads again.
    """

    async def put(self, name: str, value: bytes, *, if_match: str | None = None, if_none_match: bool = False) -> str:
        """Write the whole document and answer its new ETag.

        With `if_match` only if it is there under this ETag; with `if_none_match` only if there is none.

        Raises:
            Conflict: the condition does not hold.
            TooLarge: it has more than `MOST_BYTES`.
            ValueError: no document can be named so, or both conditions are given.
        """
        check_name(name)
        if if_match is not None and if_none_match:
            raise ValueError("a document cannot be there under an ETag and not be there")
        if len(value) > MOST_BYTES:
            raise TooLarge(name, len(value), MOST_BYTES)
        return await self._put(name, value, if_match, if_none_match=if_none_match)

    async def get(self, name: str) -> Stored | None:
        """The document, or None when there is none.

        Raises:
            ValueError: no document can be named so.
        """
        check_name(name)
        return await self._get(name)

    async def list(self, prefix: str = "", *, top: int = 1000, continuation: str | None = None) -> Page:
        """A page of at most `top` names that begin with `prefix`, in the order of their characters.

        A page may be shorter, even empty, and still have a continuation. What is put or deleted between two pages may
        or may not be seen; what stays is seen once.

        Raises:
            ValueError: the prefix does not end where a part ends, or `top` is not from 1 to `MOST_NAMES`.
        """
        check_prefix(prefix)
        if not 1 <= top <= MOST_NAMES:
            message = f"a page has 1 to {MOST_NAMES} names, not {top}"
            raise ValueError(message)
        return await self._list(prefix, top, continuation)

    async def delete(self, name: str, *, if_match: str | None = None) -> bool:
        """Delete the document; False when there was none.

        Raises:
            Conflict: it is there under another ETag than `if_match`.
            ValueError: no document can be named so.
        """
        check_name(name)
        return await self._delete(name, if_match)

    async def delete_prefix(self, prefix: str) -> int:
        """Delete every document whose name begins so, and answer how many there were.

        Raises:
            ValueError: the prefix does not end where a part ends, or is empty: nobody means to delete everything.
        """
        if not prefix:
            raise ValueError("the empty prefix means every document of the app")
        deleted = 0
        async for name in every_name(self, prefix):
            deleted += await self._delete(name, None)
        return deleted

    async def close(self) -> None:  # noqa: B027 - most kinds of store have nothing of their own open
        """Close what the store itself has opened."""

    @abstractmethod
    async def _put(self, name: str, value: bytes, if_match: str | None, *, if_none_match: bool) -> str: ...

    @abstractmethod
    async def _get(self, name: str) -> Stored | None: ...

    @abstractmethod
    async def _list(self, prefix: str, top: int, continuation: str | None) -> Page: ...

    @abstractmethod
    async def _delete(self, name: str, if_match: str | None) -> bool: ...


async def every_name(store: Store, prefix: str = "") -> AsyncIterator[str]:
    """The names of all pages, each page read when it is needed."""
    continuation = None
    while True:
        page = await store.list(prefix, top=MOST_NAMES, continuation=continuation)
        for name in page.names:
            yield name
        continuation = page.continuation
        if continuation is None:
            return
