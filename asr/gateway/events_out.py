"""Events of our own, published to an Event Grid custom topic.

The library is imported by the first event that is published. Every try is one request: what fails is kept in the store,
and sent again by the next sweep.
"""

import asyncio
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from asr.errors import Rejected, TransientFault
from asr.gateway.session import USER_AGENT, Azure

MOST_BYTES = 900_000
"""Bytes of one request. Event Grid takes 1 MB; the rest is for what the client makes of the text.

Source: https://learn.microsoft.com/azure/event-grid/quotas-limits#custom-topics-system-topics-and-partner-topics-limits
"""

SECONDS = 10.0
"""How long one request may take in all."""

TOO_LARGE = 413

logging.getLogger("azure.eventgrid._legacy._generated._serialization").setLevel(logging.ERROR)
"""It takes options of a request for fields of an event, and would say for each event that it ignores them."""

type Event = Mapping[str, Any]


async def publish(azure: Azure, events: Sequence[Event]) -> None:
    """Send these events in one request. They are CloudEvents 1.0 as JSON values.

    Raises:
        Throttled: the topic asks to wait.
        TransientFault: it did not answer, or not in time.
        Rejected: it refuses: no right (401, 403), no such topic (404), too large (413), no events (400).
    """
    url = azure.settings.events_endpoint
    with azure.calling(f"POST {urlsplit(url).netloc}/api/events"):
        async with asyncio.timeout(SECONDS):
            # a token may travel in clear to this very machine alone: the setting allows no other such address
            plain = {} if url.startswith("https:") else {"enforce_https": False}
            await _client(azure).send(list(events), **plain)


@dataclass(frozen=True, slots=True)
class Published:
    """How many of the events were sent, the first ones; `fault` is why sending stopped, None if it did not."""

    sent: int
    fault: Rejected | TransientFault | None = None


async def publish_all(azure: Azure, events: Sequence[Event]) -> Published:
    """Send these events in their order, in as many requests as it takes, until one fails.

    What is too large for one request goes in two. A single event has some kilobytes, so that is never too large.
    """
    sent = 0
    parts = list(batches(events))[::-1]
    while parts:
        part = parts.pop()
        try:
            await publish(azure, part)
        except (Rejected, TransientFault) as fault:
            if not isinstance(fault, Rejected) or fault.status != TOO_LARGE or len(part) == 1:
                return Published(sent, fault)
            middle = len(part) // 2
            parts += [part[middle:], part[:middle]]
        else:
            sent += len(part)
    return Published(sent)


def batches(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """The events in their order, in parts of less than `MOST_BYTES`."""
    batch: list[Event] = []
    size = 0
    for event in events:
        length = len(json.dumps(event)) + 2
        if batch and size + length > MOST_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += length
    if batch:
        yield batch


def _client(azure: Azure) -> Any:
    client = import_module("azure.eventgrid.aio").EventGridPublisherClient
    return azure.publisher(
        lambda credential, transport: client(
            azure.settings.events_endpoint,
            credential,
            transport=transport,
            user_agent=USER_AGENT,
            retry_total=0,
            permit_redirects=False,
        )
    )
