"""Protections: asked for, of one VM, of the fleet, and their histories."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from asr.planning.fleet_state import FleetState
from asr.reporting.answers.base import Answer, is_none
from asr.reporting.answers.fleet import FleetProblem, Rpo, Side
from asr.reporting.answers.plans import Count, Decision
from asr.reporting.answers.reasons import Outcome, Reason
from asr.reporting.answers.runs import SecondsLeft, StartedRun


class Started(StartedRun):
    """One command: the run that carries it out."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    vm_id: str
    state: Annotated[FleetState, Field(description="Pending, until the run has told.")]
    reasons: Annotated[list[Reason], Field(description="The outcome's.")]
    queued: Annotated[int | None, Field(ge=0, description="Runs of the VM that come first; null: not known yet.")]
    note: Annotated[str | None, Field(description="What should be known about the request.", exclude_if=is_none)] = None
    outcome: Annotated[
        Outcome | None, Field(description="With `wait`, if the run has ended in time.", exclude_if=is_none)
    ] = None


class StartedProtections(Answer):
    """What was asked for, VM by VM. 200 if every outcome is there, else 202."""

    protections: list[Started]


class RequestedBy(Answer):
    """Who asked. `verified`: the platform or the app itself vouches for the name, not only the caller."""

    name: str
    verified: bool


class EventRef(Answer):
    """The Event Grid event behind a run."""

    id: str
    operation: str
    at: str | None


class AskedChoices(Answer):
    """What was chosen by request, on top of the VM's tags."""

    profile: str | None
    overrides: dict[str, Any]


class RunSummary(Answer):
    """A run of a VM: or the last of several converging runs in a row that ended equally."""

    id: str
    kind: str
    cause: str
    requested_by: RequestedBy
    state: Annotated[str | None, Field(description="The outcome's; null while the run is active.")]
    codes: Annotated[list[str], Field(description="Of the outcome's reasons.")]
    count: Count
    first: str
    last: str


class Step(Answer):
    """One step of a run, which may have taken several calls."""

    step: str
    result: str
    detail: str | None
    calls: Count
    faults: list[str]
    started_at: str
    ended_at: str | None
    seconds: float | None


class Run(RunSummary):
    """A run with what it was asked for and what it came to. `run` is its id."""

    run: str
    request_id: str | None
    event: EventRef | None
    choices: AskedChoices | None
    plan_hash: str | None
    status: Annotated[str, Field(description="Of its durable instance, or PURGED.")]
    created_at: str
    last_updated_at: str
    outcome: Outcome | None
    custom_status: dict[str, Any] | None
    seconds_left: Annotated[
        SecondsLeft | None, Field(description="Null: it is over, or too few runs of its kind took so long.")
    ]
    steps: list[Step]


class History(Answer):
    """The runs of one VM, newest first. `total` counts those that are no longer kept, too."""

    vm_id: str
    total: Count
    runs: list[Run]
    continuation: Annotated[None, Field(description="Always null: `limit` asks for more runs.")] = None


class HealthError(Answer):
    """What Site Recovery says is wrong, in its own words."""

    code: str
    message: str
    level: str
    possible_causes: str
    recommended_action: str


class ItemDisk(Answer):
    """A disk that is replicated."""

    id: str


class Item(Answer):
    """The protected item as Azure tells it."""

    id: str
    name: str
    state: str
    state_description: str
    health: str
    health_errors: list[HealthError]
    percent: int | None
    rpo_seconds: int | None
    rpo_at: Annotated[str | None, Field(description="When Site Recovery measured it.")]
    home_region: Annotated[str | None, Field(description="Where it protected the VM from first.")]
    vm_id: Annotated[str, Field(description="The VM that it replicates: on the recovery side what a failover made.")]
    recovery_region: str | None
    recovery_resource_group_id: str | None
    recovery_availability_set_id: str | None
    recovery_network_id: str | None
    disks: list[ItemDisk]


class Status(Answer):
    """One VM now."""

    vm_id: str
    name: str
    exists: bool
    state: FleetState
    side: Side | None
    running_vm_id: Annotated[str | None, Field(description="The VM that runs now: on the recovery side another one.")]
    copy_of: Annotated[
        str | None, Field(description="The VM of which a failover or test made this one; null: it is one of its own.")
    ]
    reasons: list[Reason]
    decision: Annotated[Decision | None, Field(description="Null while Azure does not tell what it needs.")]
    protected_item: Item | None
    allowed_operations: Annotated[
        list[str] | None,
        Field(
            description="What its item's state allows now: drill, test, cleanup, planned, unplanned, cancel, point, "
            "commit, reprotect, failback. Null while Azure does not tell."
        ),
    ]
    deadline: Annotated[str | None, Field(description="When its protection ends, if that is to come.")]
    rpo: Rpo | None
    last_outcome: Outcome | None
    active_run: Run | None
    queued: Annotated[int, Field(ge=0, description="Commands that wait behind the active run.")]
    runs: list[RunSummary]
    problems: Annotated[
        list[FleetProblem], Field(description="What could not be read now: then the last that is known is shown.")
    ]
