"""A session with any local Azure, for tests."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from tempfile import TemporaryDirectory
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential

from asr.gateway.session import READ_SECONDS, TOTAL_SECONDS, Azure
from asr.settings import read_settings

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
WORLDS = ("5c0f5f5e-7d8e-4f0e-9b56-6d1c3a7e2b10", "9d2f7c36-41a5-4b8e-8d0f-3a6b5e1c7f42")
"""The subscriptions of the worlds that tests write in, which are watched, too."""

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
    url: str,
    work: Callable[[Azure], Awaitable[T]],
    *,
    read_seconds: float = READ_SECONDS,
    total_seconds: float = TOTAL_SECONDS,
    **settings: str,
) -> T:
    """What `work` answers, given a session with the Azure at this address and a store of its own."""

    async def run(store: str) -> T:
        watched = ",".join((SUBSCRIPTION, *WORLDS))
        environment = {"ASR_SUBSCRIPTIONS": watched, "ASR_ARM_ENDPOINT": url, "ASR_STORE": store, **settings}
        known = read_settings(environment)
        async with Azure(known, KnownToken(), read_seconds=read_seconds, total_seconds=total_seconds) as azure:
            return await work(azure)

    with TemporaryDirectory() as store:
        return asyncio.run(run(store))
