"""What activities that begin long operations share."""

from typing import Any

from asr.codec import decode
from asr.gateway.operations import OperationFailed, Running, look
from asr.gateway.session import Azure
from asr.model.step import Failed, Operation, Wait


async def unfinished(azure: Azure, request: dict[str, Any]) -> Wait | Failed | None:
    """Look at the operation that an earlier call began; None when there is none or it has succeeded."""
    recorded = request.get("operation")
    if recorded is None:
        return None
    operation = decode(Operation, recorded)
    match await look(azure, operation):
        case Running(after_seconds=after):
            return Wait(after, "Azure's operation runs", operation)
        case OperationFailed(reason=reason):
            return Failed(reason)
    return None


def begun(operation: Operation) -> Wait:
    """The answer of a call that has just begun an operation."""
    return Wait(operation.after_seconds, "Azure's operation has begun", operation)


def was_begun(request: dict[str, Any]) -> bool:
    """Whether an earlier call of this step began what is now there."""
    return request.get("operation") is not None
