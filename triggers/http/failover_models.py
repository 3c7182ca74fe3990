"""What callers of the failover routes send."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from triggers.http.models import LONGEST_WAIT, MachinesRequest

type Confirmation = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) is int else value)]
"""The VM's name, or a number of VMs, which may be sent as a number."""


class FailoverStepRequest(MachinesRequest):
    """The body of the steps that follow a failover."""

    confirm: Confirmation | None = Field(
        default=None,
        max_length=260,
        description="To confirm: the VM's name, of several VMs their number. A test and its clean-up need none.",
    )
    request_id: str | None = Field(
        default=None,
        alias="requestId",
        min_length=1,
        max_length=128,
        description="The caller's own name for the request: posted again, it is the same one, and nothing is started.",
    )
    requested_by: str | None = Field(
        default=None,
        alias="requestedBy",
        min_length=1,
        max_length=128,
        description="Who asks, as the history shows it; a person who is signed in is named by the platform instead.",
    )
    wait: float = Field(
        default=0,
        ge=0,
        le=LONGEST_WAIT,
        strict=True,
        description=f"Seconds that the answer may wait for outcomes, {LONGEST_WAIT:g} at most.",
    )


class ChangePointRequest(FailoverStepRequest):
    """The body of POST /api/failovers/point."""

    recovery_point: str = Field(
        alias="recoveryPoint",
        min_length=1,
        max_length=1024,
        description="The point to start from instead: latestProcessed, latestCrashConsistent, latestAppConsistent, or "
        "a point's id.",
    )


class FailoverBody(FailoverStepRequest):
    """The body of POST /api/failovers."""

    kind: Literal["test", "planned", "unplanned"] = Field(
        description="test: a VM beside the one that runs; planned: the source is shut down first; unplanned: it is not."
    )
    recovery_point: str | None = Field(
        default=None,
        alias="recoveryPoint",
        min_length=1,
        max_length=1024,
        description="latest (the default), latestProcessed, latestCrashConsistent, latestAppConsistent, or a point's "
        "id. A planned failover takes the latest.",
    )
    test_network_id: str | None = Field(
        default=None,
        alias="testNetworkId",
        min_length=1,
        max_length=1024,
        description="The network of the test VM, in the recovery region; else the item's own.",
    )
