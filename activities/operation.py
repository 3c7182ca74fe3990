"""What activities that begin long operations share. What they began is polled by `poll_operation`, not by them."""

from typing import Any

from asr.codec import decode
from asr.gateway.clock import now
from asr.gateway.session import Azure
from asr.model.outcome import Reason
from asr.model.step import Operation, Ready, Wait
from asr.services.operations import keep_operation

UNSEEN = "Azure was asked to make it and does not show it yet"
"""Why a step waits once an operation is lost, or was somebody else's: a second write might double it."""


async def begun(azure: Azure, run: str, operation: Operation, made: Ready | None = None) -> Wait:
    """The answer of a call that has just begun an operation for this run; `made` is what is true if that succeeds."""
    kept = await keep_operation(azure, run, operation)
    since = round((await now(azure.settings)).timestamp(), 3) if operation.job else None
    return Wait(operation.after_seconds, operation=kept, made=made, since=since)


async def followed(azure: Azure, run: str, operation: Operation | None, because: str) -> Wait:
    """Wait for what was begun; where Azure names no operation, look again after the app's own interval."""
    return await begun(azure, run, operation) if operation else later(azure, because)


def later(azure: Azure, because: str) -> Wait:
    """Wait for the app's own interval."""
    return Wait(azure.settings.poll_seconds, because)


def was_begun(request: dict[str, Any]) -> bool:
    """Whether an earlier call of this step began an operation, which has ended."""
    return bool(request.get("began"))


def failure_of(request: dict[str, Any]) -> Reason | None:
    """Why the operation that an earlier call began has failed; None if it has not."""
    told = request.get("failure")
    return decode(Reason, told) if told else None
