"""The answer that a handler gives."""

from dataclasses import dataclass, field
from typing import Any

from local.emulator.arm.operations import Operation


@dataclass(slots=True, kw_only=True)
class ArmResponse:
    """What a handler answers.

    Attributes:
        status: the HTTP status.
        body: any JSON value, or None for an empty body.
        headers: further headers; `asgi` adds the ones every answer has.
        operation: the long operation this answer began; the resource's event is published when it ends.
        trickle_s: seconds between two bytes of the body; 0 for all at once.
        broken_off: whether the connection breaks in the middle of the body.
        silent: whether this answer publishes no event of its own although it is a write.
    """

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    operation: Operation | None = None
    trickle_s: float = 0.0
    broken_off: bool = False
    silent: bool = False
