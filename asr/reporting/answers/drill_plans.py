"""What a drill would do, told before."""

from typing import Annotated

from pydantic import Field

from asr.reporting.answers.base import Answer
from asr.reporting.answers.drills import Gate, Target
from asr.reporting.answers.failover_plans import ForecastPoint, ForecastWave
from asr.reporting.answers.reasons import Reason


class PlannedProbe(Answer):
    """What each test VM would be asked, again and again until it passes or its time is over."""

    kind: str
    where: str
    timeout_seconds: float


class VmDrillPlan(Answer):
    """One VM's part. `possible` is false where it keeps the drill from being begun; behind other commands of the VM it
    is decided in its turn.
    """

    vm_id: str
    possible: bool
    told: Annotated[bool, Field(description="False: there was no time to read its gates; its own run reads them.")]
    item_id: str | None
    state: str | None
    health: str | None
    region: str | None
    size: str | None
    network_id: Annotated[str | None, Field(description="Where its test VM would be.")]
    recovery_point: Annotated[ForecastPoint | None, Field(description="Its age is the RPO that would be measured now.")]
    meets_rpo: Annotated[bool | None, Field(description="Null: without a target, or without a point.")]
    gates: list[Gate]
    reasons: list[Reason]
    lines: Annotated[tuple[str, ...], Field(description="The same for people.")] = ()


class DrillPlan(Answer):
    """What a drill would do now. Nothing of it is kept."""

    operation: str
    plan: str | None
    possible: Annotated[bool, Field(description="Whether POST /api/drills would begin it as it is.")]
    vms: list[VmDrillPlan]
    waves: list[ForecastWave]
    probes: list[PlannedProbe]
    target: Target
    reasons: Annotated[list[Reason], Field(description="What is worth knowing of the waves.")]
    lines: Annotated[tuple[str, ...], Field(description="For people: of all machines together.")] = ()
    summary: Annotated[str, Field(description="For people: the whole in one line.")] = ""
