"""Lists that come in pages: they end, whatever the links between the pages say."""

from collections.abc import AsyncIterator

from azure.core.async_paging import AsyncItemPaged

from asr.errors import NotUnderstood
from asr.gateway.answers import not_understood

MOST_PAGES = 1_000
"""Pages of one list: more than a hundred thousand resources, at the hundred that the smallest pages hold."""


class Pages:
    """The links that one list has shown so far."""

    def __init__(self, request: str) -> None:
        self._request = request
        self._seen: set[str] = set()

    def follow(self, link: str) -> None:
        """The next page is to be asked for.

        Raises:
            NotUnderstood: it was asked for already, or the list does not end.
        """
        if link in self._seen:
            raise self._endless("its next page is one that was read already")
        if len(self._seen) >= MOST_PAGES:
            raise self._endless(f"it has more than {MOST_PAGES} pages")
        self._seen.add(link)

    def _endless(self, problem: str) -> NotUnderstood:
        return not_understood(self._request, problem)


async def entries[T](request: str, paged: AsyncItemPaged[T]) -> AsyncIterator[T]:
    """What an SDK client lists, all pages. `request` says in an error what was asked for.

    Raises:
        NotUnderstood: the list does not end.
    """
    links, pages = Pages(request), paged.by_page()
    async for page in pages:
        async for entry in page:
            yield entry
        if link := getattr(pages, "continuation_token", None):
            links.follow(link)
