"""Polls an operation of Azure; its input is the operation and nothing else."""

from activities.step import as_steps
from asr.codec import decode
from asr.errors import OutOfBounds, Rejected
from asr.gateway.operations import OperationFailed, Running, poll
from asr.gateway.session import connect
from asr.model.step import Ended, Operation, Wait
from asr.services.operations import whole_operation


async def poll_operation(request: dict) -> Wait | Ended:
    """Ask once: `wait` while it runs, `ended` with the reason if it failed, or if Azure will not tell any more.

    If its URL is lost it counts as ended, too: the step that began it finds out what came of it.
    An address that leads away from Azure fails the step, whatever became of the operation: somebody has to look at it.
    """
    try:
        azure = await connect()
        operation = await whole_operation(azure, decode(Operation, request))
        if operation is None:
            return Ended(is_lost=True)
        state = await poll(azure, operation)
    except OutOfBounds:
        raise
    except Rejected as refusal:
        return Ended(refusal.reason)
    match state:
        case Running(after_seconds=after):
            return Wait(after)
        case OperationFailed(reason=reason):
            return Ended(reason)
    return Ended()


ACTIVITIES = as_steps(poll_operation)
