"""Drills, as HTTP shows them."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from asr.model.drill import DrillStatus
from asr.reporting.answers.base import Answer, is_none
from asr.reporting.answers.protections import RequestedBy
from asr.reporting.answers.reasons import Reason
from asr.reporting.answers.runs import StartedRun


class StartedDrill(StartedRun):
    """A drill that was asked for: its id, and where it can be followed."""

    machines: Annotated[list[str], Field(description="The ids of its VMs.")]


class ProbeResult(Answer):
    """What came of one probe."""

    kind: str
    where: str
    attempts: Annotated[int, Field(ge=0)]
    passed_at: Annotated[str | None, Field(description="When it first passed; null if it never did.")]
    problem: str | None
    output: Annotated[str | None, Field(description="The end of what a script said, without secrets.")]


class Gate(Answer):
    """What had to hold before the test, with the read that shows it; `holds` null: it was not told."""

    name: str
    holds: bool | None
    read: str
    found: dict[str, Any]


class CleanUp(Answer):
    """Whether nothing of the test is left, by the reads that show it: each id with whether it still exists."""

    done: bool
    at: str | None
    reads: dict[str, bool | None]


class TimelineEntry(Answer):
    """One line of a timeline."""

    at: str
    what: str
    source: str


class Target(Answer):
    """What was measured against; null: without a target."""

    rto_minutes: float | None
    rpo_minutes: float | None


class MachineDrill(Answer):
    """One VM's part of a drill."""

    vm_id: str
    run: str
    status: DrillStatus
    rto_seconds: Annotated[float | None, Field(description="From the request to the last probe; null: not measured.")]
    rpo_seconds: Annotated[float | None, Field(description="The age of the recovery point; null: not measured.")]
    target: Target
    recovery_point: Annotated[str | None, Field(description="When it was made.")]
    test_vm_id: str | None
    network_id: str | None
    gates: list[Gate]
    probes: list[ProbeResult]
    clean_up: CleanUp
    timeline: list[TimelineEntry]
    reasons: list[Reason]


class EvidenceRef(Answer):
    """Where the evidence stands in the chain, and its hash."""

    number: int
    hash: str


class DrillSummary(Answer):
    """One drill in a list."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    id: str
    status: DrillStatus
    asked_at: str
    requested_by: RequestedBy
    total: Annotated[int, Field(ge=0, description="Its VMs.")]
    passed: Annotated[int, Field(ge=0, description="Those whose part has passed.")]


class CalledOff(Answer):
    """That somebody has called the drill off."""

    at: str
    by: RequestedBy
    note: str | None


class Drill(DrillSummary):
    """One drill. Its evidence is there when all of it is over; `text/html` gives that as a page."""

    machines: list[MachineDrill]
    evidence: Annotated[EvidenceRef | None, Field(exclude_if=is_none)] = None
    called_off: Annotated[CalledOff | None, Field(exclude_if=is_none)] = None


class Drills(Answer):
    """Drills, the latest first."""

    drills: list[DrillSummary]
    total: Annotated[int, Field(ge=0)]
    continuation: str | None
