"""Looking at operations until they end, with a deadline."""

import asyncio
import time
from collections.abc import Awaitable

from asr.gateway.operations import OperationState, Running, Succeeded, poll
from asr.gateway.session import Azure
from asr.model.step import Operation

DEADLINE_SECONDS = 60.0


async def ended(azure: Azure, operation: Operation | None) -> OperationState:
    """The last look at an operation; looks until it has ended."""
    if operation is None:
        return Succeeded()
    deadline = time.monotonic() + DEADLINE_SECONDS
    while isinstance(answer := await poll(azure, operation), Running):
        assert time.monotonic() < deadline, f"{operation.url} still runs"
        await asyncio.sleep(min(answer.after_seconds, 0.05))
    return answer


async def succeed(azure: Azure, *begun: Awaitable[Operation | None]) -> None:
    """Begin all of these, one after the other, and see each succeed."""
    for operation in [await one for one in begun]:
        assert await ended(azure, operation) == Succeeded()
