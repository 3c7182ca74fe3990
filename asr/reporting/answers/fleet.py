"""The fleet from its last snapshot: its rows, sums and differences, and what could not be read."""

from typing import Annotated, Literal

from pydantic import Field

from asr.model.drift import DriftDecision
from asr.model.objective import ObjectiveState
from asr.model.outcome import State
from asr.planning.fleet_state import FleetState
from asr.planning.verification import Verified
from asr.reporting.answers.base import Answer
from asr.reporting.answers.plans import Count
from asr.reporting.answers.reasons import Reason

type Side = Annotated[
    Literal["primary", "recovery"], Field(description="Where the VM runs now: at home, or where it was failed over to.")
]


class FleetProblem(Reason):
    """What could not be read, and why; what is known of it is from `lastRead`."""

    kind: Annotated[str, Field(description="machines, subscription, vault, vm or preflight.")]
    id: str
    last_read: Annotated[str | None, Field(description="Null: nothing is known of it.")]


class Rpo(Answer):
    """The objective of a VM: the age of its newest recovery point beside Site Recovery's own figure and its age."""

    minutes: int
    state: Annotated[ObjectiveState, Field(description="unknown: the figure is too old, and no point was read.")]
    since: str
    newest_point_at: Annotated[str | None, Field(description="The last that was read.")]
    newest_point_age_seconds: int | None
    azure_seconds: int | None
    azure_age_seconds: int | None


class RpoSummary(Answer):
    """The objectives of the fleet."""

    objectives: Count
    met: Count
    breached: Count
    unknown: Count
    attainment: Annotated[
        dict[str, float | None],
        Field(description="By month, the share of the time that was looked at in which objectives were met."),
    ]


class DrillState(Answer):
    """How a VM stands with drills: whether its last good one still counts."""

    state: Annotated[
        Verified,
        Field(description="changed: VM or profile changed materially since; overdue: it is older than `every`."),
    ]
    drill: Annotated[str | None, Field(description="The id of the last good drill.")]
    passed_at: str | None
    age_seconds: int | None
    rto_seconds: float | None
    rpo_seconds: float | None
    last_drill: Annotated[str | None, Field(description="The id of the last drill, good or not.")]
    last_drill_at: str | None
    due_at: Annotated[str | None, Field(description="Null: no profile with a schedule.")]


class DrillSums(Answer):
    """How many protected VMs stand how with drills."""

    verified: Count
    overdue: Count
    changed: Count
    never: Count


class FleetRow(Answer):
    """One VM of the fleet."""

    vm_id: str
    name: str
    resource_group: str
    region: str
    home_region: Annotated[str | None, Field(description="Where the item protected it from first.")]
    side: Side | None
    running_vm_id: Annotated[str | None, Field(description="The VM that runs now: on the recovery side another one.")]
    exists: bool
    copy_of: Annotated[
        str | None, Field(description="The VM of which a failover or test made this one; null: it is one of its own.")
    ]
    tag: Annotated[str | None, Field(description="The value of the protect tag.")]
    state: FleetState
    reasons: list[Reason]
    profile: str | None
    recovery_region: str | None
    item_id: str | None
    item_state: str | None
    item_read_at: str | None
    health: str | None
    rpo_seconds: int | None
    rpo_at: str | None
    rpo: Rpo | None
    percent: int | None
    drifted: Annotated[int, Field(ge=0, description="In how many choices its item is not as asked for.")]
    active_run: str | None
    last_outcome: State | None
    deadline: Annotated[str | None, Field(description="When its protection ends, if that is to come.")]
    drill: Annotated[DrillState | None, Field(description="Null: it has no protected item.")]


class Fleet(Answer):
    """A page of the fleet, as of its last snapshot."""

    total: Count
    protections: list[FleetRow]
    continuation: str | None
    as_of: str
    problems: list[FleetProblem]


class WorstRpo(Answer):
    """The VM whose last recovery point is oldest."""

    vm_id: str
    seconds: int
    at: Annotated[
        str | None, Field(description="When Site Recovery measured it; when it was read, if that is not told.")
    ]


class NextDeadline(Answer):
    """The protection that ends first."""

    vm_id: str
    at: str


class Summary(Answer):
    """The fleet's sums."""

    as_of: str
    machines: Count
    total: Count
    states: dict[str, Count]
    refusals: Annotated[
        dict[str, Count], Field(description="Of the VMs that are refused or failed: how many there are with each code.")
    ]
    health: dict[str, Count]
    asked: Count
    covered: Count
    recovery_side: Annotated[int, Field(ge=0, description="VMs that run on the recovery side.")]
    copies: Annotated[int, Field(ge=0, description="VMs that failovers made of others: asked for by nobody.")]
    coverage: Annotated[float | None, Field(ge=0, le=1, description="Of the VMs that are asked for.")]
    worst_rpo: WorstRpo | None
    stuck: Count
    rpo: RpoSummary
    orphaned: Count
    drifted: Count
    ending: Annotated[Count, Field(description="Protections that are to end at a deadline, orphans among them.")]
    next_deadline: NextDeadline | None
    last_sweep: str | None
    last_drill: Annotated[str | None, Field(description="When the last good drill of a VM was over.")]
    drills: Annotated[DrillSums, Field(description="The protected VMs, by whether their last good drill counts.")]
    problems: list[FleetProblem]


class DriftItem(Answer):
    """One choice that the VM's item does not follow."""

    vm_id: str
    field: str
    wished: str
    present: str
    decision: DriftDecision
    sentence: str


class Drift(Answer):
    """Every difference of every VM of the fleet."""

    items: list[DriftItem]
    as_of: str
    problems: list[FleetProblem]
