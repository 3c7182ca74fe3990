"""Calls share the task hub's client, as far as a connection can be shared."""

import asyncio
import json

from azure.durable_functions import DurableFunctionsClient

from triggers.hub_client import MOST_CLIENTS, hub_client


def configuration(hub: str) -> str:
    """What the host hands to a function, as far as a client needs it."""
    return json.dumps({"taskHubName": hub, "rpcBaseUrl": "http://127.0.0.1:9"})


def test_calls_share_a_client() -> None:
    """As long as the host says the same."""

    async def work() -> None:
        client = hub_client(configuration("one"))
        assert hub_client(configuration("one")) is client
        assert hub_client(configuration("two")) is not client

    asyncio.run(work())


def test_another_event_loop_has_clients_of_its_own() -> None:
    """A connection belongs to its loop."""

    async def client() -> DurableFunctionsClient:
        return hub_client(configuration("one"))

    assert asyncio.run(client()) is not asyncio.run(client())


def test_no_more_are_kept_than_a_few() -> None:
    """The one that was asked for the longest ago makes room."""

    async def work() -> None:
        first = hub_client(configuration("first"))
        second = hub_client(configuration("second"))
        for number in range(MOST_CLIENTS - 1):
            hub_client(configuration("second"))
            hub_client(configuration(str(number)))
        assert hub_client(configuration("second")) is second
        assert hub_client(configuration("first")) is not first

    asyncio.run(work())
