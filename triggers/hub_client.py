"""The task hub's client: one for all calls, where the binding of the library makes one for each.

A client opens a connection of its own to the host and reads the library's version from the disk, which took more of the
processor than all that most calls do with it. The host's configuration is the same for each call of a process.
"""

import asyncio
from collections.abc import MutableMapping
from weakref import WeakKeyDictionary

from azure.durable_functions import DurableFunctionsClient

MOST_CLIENTS = 4
"""Clients that are kept for one event loop. There are more only if the host configures its calls differently."""

_clients: MutableMapping[asyncio.AbstractEventLoop, dict[str, DurableFunctionsClient]] = WeakKeyDictionary()


def hub_client(configuration: str) -> DurableFunctionsClient:
    """The client for this configuration, which is what the host hands to a function with a `durableClient` binding.

    A connection belongs to an event loop, and so does a client. One that is not kept any more may still be in use: it
    is closed when nobody holds it.

    Raises:
        json.JSONDecodeError: it is no configuration.
    """
    clients = _clients.setdefault(asyncio.get_running_loop(), {})
    client = clients.pop(configuration, None) or DurableFunctionsClient(configuration)
    clients[configuration] = client
    if len(clients) > MOST_CLIENTS:
        del clients[next(iter(clients))]
    return client
