"""What callers of the drill routes send."""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from triggers.http.models import MOST_SHOWN, MachinesRequest, Strict

LONGEST_PROBING = 3600
"""Seconds that a probe may be asked again and again: a test VM costs money meanwhile."""

MOST_PROBES = 10


class ProbeRequest(Strict):
    """One probe of the test VM."""

    kind: Literal["vmRunning", "agentReady", "tcp", "http"]
    port: int | None = Field(default=None, ge=1, le=65_535, description="Of tcp (required) and http (80).")
    path: str = Field(default="/", pattern=r"^/[!-~]*$", max_length=1024, description="Of http.")
    status: int = Field(default=200, ge=100, le=599, description="The status that http wants.")
    timeout_seconds: float = Field(
        default=600, alias="timeoutSeconds", gt=0, le=LONGEST_PROBING, description="How long it is asked again."
    )

    @model_validator(mode="after")
    def _has_port(self) -> Self:
        if self.kind == "tcp" and self.port is None:
            raise PydanticCustomError("no_port", "a tcp probe needs a port")
        return self


class TargetRequest(Strict):
    """What the drill is measured against, in minutes."""

    rto_minutes: float | None = Field(default=None, alias="rtoMinutes", gt=0, le=100_000)
    rpo_minutes: float | None = Field(default=None, alias="rpoMinutes", gt=0, le=100_000)


class DrillBody(MachinesRequest):
    """The body of POST /api/drills."""

    test_network_id: str | None = Field(
        default=None,
        alias="testNetworkId",
        min_length=1,
        max_length=1024,
        description="The isolated network of the test VMs, in the recovery region; else each item's own.",
    )
    recovery_point: str | None = Field(
        default=None,
        alias="recoveryPoint",
        min_length=1,
        max_length=1024,
        description="latest (the default), latestProcessed, latestCrashConsistent or latestAppConsistent.",
    )
    probes: list[ProbeRequest] = Field(
        default_factory=list, max_length=MOST_PROBES, description="What is asked of each test VM; else vmRunning."
    )
    target: TargetRequest = Field(default_factory=TargetRequest, description="What it is measured against.")
    request_id: str | None = Field(
        default=None,
        alias="requestId",
        min_length=1,
        max_length=128,
        description="The caller's own name for the request: posted again, it is the same drill.",
    )
    requested_by: str | None = Field(
        default=None,
        alias="requestedBy",
        min_length=1,
        max_length=128,
        description="Who asks, as the evidence shows it.",
    )


class DrillsQuery(Strict):
    """The query of GET /api/drills."""

    top: int = Field(default=50, ge=1, le=MOST_SHOWN, description=f"Drills of one answer, {MOST_SHOWN} at most.")
    continuation: str | None = Field(default=None, max_length=512, description="From the answer before.")
