"""The connection to Azure: one session for each process and event loop, closed as a whole."""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from importlib import import_module
from typing import Any, Self
from weakref import WeakKeyDictionary

from azure.core.credentials_async import AsyncTokenCredential
from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential
from azure.mgmt.recoveryservicessiterecovery.aio import SiteRecoveryManagementClient
from azure.mgmt.resource.resources.aio import ResourceManagementClient
from azure.mgmt.resource.subscriptions.aio import SubscriptionClient

from asr.gateway.access_token import object_id_in
from asr.gateway.budget import Budget, Times
from asr.gateway.clock import epoch, passed, seconds
from asr.gateway.ledgers import Ledgers
from asr.gateway.memory import Memory
from asr.gateway.pipeline import policies
from asr.gateway.store.interface import Store
from asr.gateway.store.opening import open_store
from asr.gateway.translate import translated
from asr.gateway.transport import Transport
from asr.gateway.turns import Turns
from asr.model.version import PRODUCT_VERSION
from asr.settings import Settings, read_settings

USER_AGENT = f"asr-autoprotect/{PRODUCT_VERSION}"
"""How the app names itself to Azure."""

CONNECT_SECONDS = 5.0
"""How long a connection may take to open."""

READ_SECONDS = 30.0
"""How long Azure may stay silent within one answer; an activity must end in good time, and be tried again."""


TOTAL_SECONDS = 60.0
"""How long an answer may take in all, to its last byte."""


class Azure:
    """A session with Azure Resource Manager: its clients, one per subscription, share one transport and credential.

    `memory` is what was read, `turns` whose gathering is next; every request passes the session's one budget, which it
    shares with all sessions of the same `owner`, an identity in a region.
    """

    def __init__(
        self,
        settings: Settings,
        credential: AsyncTokenCredential,
        *,
        owner: tuple[str, ...] = ("system", "local"),
        read_seconds: float = READ_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self.settings = settings
        self.memory = Memory(partial(passed, settings))
        # What goes wrong with tokens is told by who needs one, without secrets; the library would log answers verbatim.
        # Here and not when this is imported, because a host may set the levels of libraries after that.
        logging.getLogger("azure.identity").setLevel(logging.ERROR)
        times = Times(partial(seconds, settings), partial(passed, settings), partial(epoch, settings))
        self._budget = Budget(times, settings.retry_seconds, Ledgers(lambda: self.store, owner, times.epoch))
        self.turns = Turns(workers=lambda: self._budget.workers)
        self._total_seconds = total_seconds
        self._credential = credential
        self._transport = Transport(connection_timeout=CONNECT_SECONDS, read_timeout=read_seconds)
        self._endpoint = settings.arm_endpoint
        self._resources: dict[str, ResourceManagementClient] = {}
        self._site_recovery: dict[str, SiteRecoveryManagementClient] = {}
        self._subscriptions: SubscriptionClient | None = None
        self._graph: Any = None
        self._publisher: Any = None
        self._store: Store | None = None

    @property
    def store(self) -> Store:
        """The store at ASR_STORE, opened at its first use: whoever needs none does not pay for its import."""
        if self._store is None:
            self._store = open_store(self.settings, self._credential, self._transport, USER_AGENT)
        return self._store

    def calling(self, request: str) -> AbstractContextManager[None]:
        """The context in which an SDK call is made: what the SDK raises leaves it as one of `asr.errors`.

        `request` says in errors what was asked for, for example `GET <id>`.
        """
        return translated(request, self.settings.retry_seconds)

    def resources(self, subscription: str) -> ResourceManagementClient:
        """The client for resources of any type in this subscription."""
        client = self._resources.get(subscription.lower())
        if client is None:
            client = ResourceManagementClient(self._credential, subscription, self._endpoint, **self._pipeline())
            self._resources[subscription.lower()] = client
        return client

    def site_recovery(self, subscription: str) -> SiteRecoveryManagementClient:
        """The client for Site Recovery of the vaults in this subscription."""
        client = self._site_recovery.get(subscription.lower())
        if client is None:
            client = SiteRecoveryManagementClient(self._credential, subscription, self._endpoint, **self._pipeline())
            self._site_recovery[subscription.lower()] = client
        return client

    def subscriptions(self) -> SubscriptionClient:
        """The client for subscriptions themselves, their locations, and whatever has an address of its own."""
        if self._subscriptions is None:
            self._subscriptions = SubscriptionClient(self._credential, self._endpoint, **self._pipeline())
        return self._subscriptions

    def graph(self) -> Any:
        """The client for Resource Graph, of whatever subscriptions; imported by the first sweep and not by the app."""
        if self._graph is None:
            client = import_module("azure.mgmt.resourcegraph.aio").ResourceGraphClient
            self._graph = client(self._credential, self._endpoint, **self._pipeline())
        return self._graph

    async def principal(self) -> str | None:
        """The object id of the app's own identity, as its token tells it; None where it does not.

        Raises:
            TransientFault, Rejected: there is no token.
        """
        with self.calling("the app's own identity"):
            token = await self._credential.get_token(f"{self._endpoint}/.default")
        return object_id_in(token.token)

    def publisher(self, make: Callable[[AsyncTokenCredential, Transport], Any]) -> Any:
        """The client for the topic of our own events; the first one that is made stays."""
        if self._publisher is None:
            self._publisher = make(self._credential, self._transport)
        return self._publisher

    def _pipeline(self) -> dict[str, Any]:
        """What makes an SDK client ours: our policies, afresh for each client, over the one transport."""
        scope = f"{self._endpoint}/.default"
        ours = policies(self.settings, self._credential, scope, USER_AGENT, self._budget, self._total_seconds)
        return {"policies": ours, "transport": self._transport}

    async def close(self) -> None:
        """Close every connection. The session cannot be used afterwards."""
        await self._transport.close()
        await self._credential.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


_sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, Azure] = WeakKeyDictionary()


async def connect() -> Azure:
    """This process's session; it is made from the environment at the first call and kept for the event loop.

    Raises:
        BadSetting: the environment cannot be used; every wrong setting is named.
    """
    loop = asyncio.get_running_loop()
    session = _sessions.get(loop)
    if session is None:
        settings = read_settings(os.environ)
        session = _sessions[loop] = Azure(settings, credential(os.environ), owner=owner_of(os.environ))
    return session


def owner_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Whose requests Azure counts together: an identity's, in a region. The app's own identity is named by the app.

    Source: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
    """
    identity = environment.get("AZURE_CLIENT_ID") or environment.get("WEBSITE_SITE_NAME") or "system"
    return identity, environment.get("REGION_NAME") or "local"


def credential(environment: Mapping[str, str]) -> AsyncTokenCredential:
    """The app's identity: its managed identity where the platform offers one, else what a developer is signed in as.

    Where there is a managed identity nothing else is tried, so that no other identity is ever used by chance. A
    user-assigned identity is named by AZURE_CLIENT_ID. Retries are off, as they are for every request.
    Source: https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
    """
    if "IDENTITY_ENDPOINT" in environment:
        return ManagedIdentityCredential(
            client_id=environment.get("AZURE_CLIENT_ID"),
            retry_total=0,
            connection_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
        )
    return DefaultAzureCredential()
