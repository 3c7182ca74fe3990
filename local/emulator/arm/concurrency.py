"""Requests that meet: a PUT that is sent again because its answer was lost, and writes while another is at work."""

import hashlib
import json

from local.emulator.arm.operations import Operation
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import OperationStyle
from local.emulator.arm.wire import JsonObject

_ASKED, _WHAT = "asked", "asked_for"


def remembered(request: ArmRequest, what: str) -> JsonObject:
    """Return what a resource keeps to itself about the request that its operation is carrying out."""
    return {_ASKED: _digest(request), _WHAT: what}


def replay_of(request: ArmRequest, present: Resource | None) -> tuple[Operation, str] | None:
    """Return the operation that this very request began, with what it was (`create`), while it runs; else None."""
    running = request.cloud.operations.running_on(request.id)
    if present and running and present.private.get(_ASKED) == _digest(request):
        return running, present.private[_WHAT]
    return None


def check_idle(request: ArmRequest, style: OperationStyle, *, child: bool) -> None:
    """Refuse a write of a resource that an operation is working on, or of a child whose siblings are worked on.

    Raises:
        ArmError: in the words of the provider's style.
    """
    operations = request.cloud.operations
    if running := operations.running_on(request.id):
        raise style.conflict(running)
    if child and style.sibling_conflict and (running := operations.running_below(request.id.parent)):
        raise style.sibling_conflict(running)


def check_deletable_now(style: OperationStyle, running: Operation | None) -> None:
    """Refuse a deletion that cannot break into what is running.

    Raises:
        ArmError: in the words of the provider's style.
    """
    if running and not style.interruptible:
        raise style.conflict(running)


def _digest(request: ArmRequest) -> str:
    asked = f"{request.method} {json.dumps(request.body, sort_keys=True)}"
    return hashlib.sha256(asked.encode()).hexdigest()
