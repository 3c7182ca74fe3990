"""A session with any local Azure, for tests."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from tempfile import TemporaryDirectory
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential

from asr.gateway.session import READ_SECONDS, Azure
from asr.settings import read_settings

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
TOKEN = "the-token-that-no-text-may-show"


class KnownToken(AsyncTokenCredential):
    """A credential whose token a test can look for in texts."""

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(TOKEN, int(time.time()) + 3600)

    async def close(self) -> None:
        """Nothing is open."""

    async def __aexit__(self, *error: object) -> None:
        """Nothing is open."""


def within[T](
    url: str, work: Callable[[Azure], Awaitable[T]], *, read_seconds: float = READ_SECONDS, **settings: str
) -> T:
    """What `work` answers, given a session with the Azure at this address and a store of its own."""

    async def run(store: str) -> T:
        environment = {"ASR_SUBSCRIPTIONS": SUBSCRIPTION, "ASR_ARM_ENDPOINT": url, "ASR_STORE": store, **settings}
        async with Azure(read_settings(environment), KnownToken(), read_seconds=read_seconds) as azure:
            return await work(azure)

    with TemporaryDirectory() as store:
        return asyncio.run(run(store))
