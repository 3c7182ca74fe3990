"""What callers of the drill routes send."""

from pydantic import Field

from asr.choices.drills import MOST_PROBES, ProbeChoice, TargetChoice
from triggers.http.models import MOST_SHOWN, MachinesRequest, Strict


class DrillBody(MachinesRequest):
    """The body of POST /api/drills: VMs by `vmIds`, `names` or `scope`, or those of a `profile` or of a `plan`."""

    profile: str | None = Field(
        default=None,
        min_length=1,
        max_length=256,
        description="The profile whose network, probes, waves and target count; without VMs, all that are protected "
        "by it.",
    )
    plan: str | None = Field(
        default=None, min_length=1, max_length=65, description="The VMs whose tags put them into this recovery plan."
    )
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
    probes: list[ProbeChoice] = Field(
        default_factory=list, max_length=MOST_PROBES, description="What is asked of each test VM; else vmRunning."
    )
    target: TargetChoice = Field(default_factory=TargetChoice, description="What it is measured against.")
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

    def fields(self) -> frozenset[str]:
        """What was given."""
        return frozenset(self.model_fields_set)


class DrillsQuery(Strict):
    """The query of GET /api/drills."""

    top: int = Field(default=50, ge=1, le=MOST_SHOWN, description=f"Drills of one answer, {MOST_SHOWN} at most.")
    continuation: str | None = Field(default=None, max_length=512, description="From the answer before.")
