"""What activities that begin long operations share."""

from typing import Any

from asr.codec import decode
from asr.gateway.operations import OperationFailed, Running, look
from asr.gateway.redact import path_of
from asr.gateway.session import Azure
from asr.model.step import Failed, Operation, Wait


async def unfinished(azure: Azure, request: dict[str, Any]) -> Wait | Failed | None:
    """Look at the operation that an earlier call began; None when there is none or it has succeeded."""
    operation = _recorded(request)
    if operation is None:
        return None
    match await look(azure, operation):
        case Running(after_seconds=after):
            return Wait(after, f"Azure's operation {operation.job or path_of(operation.url)} runs", operation)
        case OperationFailed(reason=reason):
            return Failed(reason)
    return None


def begun(operation: Operation) -> Wait:
    """The answer of a call that has just begun an operation."""
    return Wait(operation.after_seconds, "Azure's operation has begun", operation)


def later(azure: Azure, request: dict[str, Any], because: str) -> Wait:
    """Look again after the app's own interval; what was begun stays known."""
    return Wait(azure.settings.poll_seconds, because, _recorded(request))


UNSEEN = "Azure has made it and does not show it yet"
"""Why to look again after an operation that succeeded: reads may lag behind, and to write again would double it."""


def was_begun(request: dict[str, Any]) -> bool:
    """Whether an earlier call of this step began what is now there."""
    return request.get("operation") is not None


def _recorded(request: dict[str, Any]) -> Operation | None:
    return decode(Operation, request["operation"]) if was_begun(request) else None
