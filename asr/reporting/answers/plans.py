"""What protecting some VMs would take."""

from typing import Annotated, Any

from pydantic import Field

from asr.model.change import ChangeType
from asr.model.choices import Origin
from asr.model.decision import Action
from asr.planning.fleet_state import FleetState
from asr.reporting.answers.base import WHOLE, Answer
from asr.reporting.answers.reasons import Outcome, Reason

type Count = Annotated[int, Field(ge=0)]


class Decision(Answer):
    """What is decided about one VM."""

    action: Action
    profile: str | None
    outcome: Annotated[Outcome | None, Field(description="Where nothing is to be done.")]
    warnings: list[Reason]


class PlannedRegion(Answer):
    """From where to where, and why."""

    source: str
    recovery: str
    because: str


class PlannedChoice(Answer):
    """A choice with its value, who made it, and why it is so."""

    name: str
    value: str | int | bool | None
    origin: Origin
    because: str


class PlannedResource(Answer):
    """One resource: what happens to it, and what would be written, or what is known of one that is there."""

    kind: str
    action: ChangeType
    name: str
    id: str
    values: dict[str, Any]
    because: str


class PlannedDisk(Answer):
    """A disk to replicate: a managed one by id, another by URI. Of an item that is there only the ids are known."""

    id: str | None = None
    uri: str | None = None
    replica_sku: str | None = None
    target_sku: str | None = None
    encryption_set_id: str | None = None
    keys: Annotated[dict[str, Any] | None, Field(description="Where the keys of a disk with ADE are.")] = None


class PlannedItem(PlannedResource):
    """The protected item; its disks stand beside its other values."""

    disks: list[PlannedDisk]


class CostInput(Answer):
    """One line of an estimate."""

    what: str
    quantity: float
    unit: str
    price: float
    per_month: float
    because: str
    basis: Annotated[str, Field(description="Whether the price is reported by others, or an assumption.")]
    note: str
    source: str


class EstimatedCost(Answer):
    """What the protection is estimated to cost, by a dated table of prices."""

    currency: str
    per_month: float
    estimate: bool = True
    prices_as_of: str
    inputs: list[CostInput]


class VmPlan(Answer):
    """One VM's part. A VM that is refused has reasons, and neither a change nor a write."""

    vm_id: str
    name: str
    state: Annotated[FleetState, Field(description="How the VM would stand after a run.")]
    decision: Decision
    region: PlannedRegion | None
    choices: list[PlannedChoice]
    resources: list[PlannedResource]
    protected_item: PlannedItem | None
    reasons: list[Reason]
    warnings: list[Reason]
    estimated_cost: EstimatedCost | None
    arm_writes: Count
    hash: str
    lines: Annotated[
        tuple[str, ...],
        Field(description="The same for people: a line for each resource, with + ~ - = or ! as its third character."),
    ] = ()


class SupportMatrix(Answer):
    """The support matrix that the decision was made by."""

    version: int
    as_of: str


class Plans(Answer):
    """The plans of some VMs, and the hash by which a run may be bound to them."""

    hash: str
    support_matrix: SupportMatrix
    arm_writes: Count
    summary: Annotated[str, Field(description="The sums and what it is estimated to cost, in one line for people.")]
    plans: list[VmPlan]
    total: Count
    continuation: Annotated[None, Field(description=WHOLE)] = None


class Difference(Answer):
    """What has moved between a plan and now: one resource, or a decision."""

    vm_id: str
    kind: str
    id: str
    name: str
    sentence: str
    changed: list[str]
    planned: dict[str, Any] | None
    now: dict[str, Any] | None
