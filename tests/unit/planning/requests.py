"""Requests of a VM's entity as tests make them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from asr.model.run import CONVERGE, PROTECT, Cause, Choices, RequestedBy, RunRequest, SweepFinding

VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"
KEY = "vm-1234"
OPERATOR = RequestedBy("operator", verified=False)
START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float = 0) -> str:
    """So many seconds after the start of the test's time."""
    return (START + timedelta(seconds=seconds)).isoformat()


def converge(request_id: str, **changes: Any) -> RunRequest:
    """What an event asks."""
    asked = {"requested_by": RequestedBy("event", verified=True), "cause": Cause.EVENT, "at": at(), **changes}
    return RunRequest(CONVERGE, request_id, VM, pacing={"poll_seconds": 1.0}, **asked)


def swept(request_id: str, *expects: str, seconds: float = 0, **finding: Any) -> RunRequest:
    """What a sweep asks."""
    by = RequestedBy("schedule", verified=True)
    found = SweepFinding(expects, **finding)
    return converge(request_id, requested_by=by, cause=Cause.SWEEP, at=at(seconds), finding=found)


def command(request_id: str, profile: str | None = None, **changes: Any) -> RunRequest:
    """What an operator asks by name."""
    asked = {"choices": Choices(profile), "at": at(), **changes}
    return RunRequest(PROTECT, request_id, VM, OPERATOR, Cause.HTTP, pacing={"poll_seconds": 1.0}, **asked)
