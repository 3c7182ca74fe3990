"""Recovery plans: which there are, what was started of one, and what was written of one."""

from typing import Annotated

from pydantic import Field

from asr.reporting.answers.base import WHOLE, Answer
from asr.reporting.answers.protections import RequestedBy
from asr.reporting.answers.reasons import Reason
from asr.reporting.answers.runs import StartedRun


class StartedPart(Answer):
    """A VM of a plan. Its own run exists once its wave has begun."""

    vm_id: str
    id: str
    status_query_get_uri: Annotated[str, Field(json_schema_extra={"format": "uri"})]
    wave: Annotated[int, Field(ge=0)]


class LeftOut(Answer):
    """A VM that was left out, and why; without reasons where the request was posted before."""

    vm_id: str
    reasons: list[Reason]


class StartedPlan(StartedRun):
    """A plan's run: `id` is that of the whole; `protections` are its VMs in the order in which they are begun."""

    plan: str
    protections: list[StartedPart]
    skipped: list[LeftOut]
    reasons: Annotated[list[Reason], Field(description="What is worth knowing of the waves.")]


class ResumedRun(StartedRun):
    """A run whose pause is over. `place` counts the wave that begins now from 1."""

    place: Annotated[int, Field(ge=1)]


class RecoveryWave(Answer):
    """A wave by its number, its VMs in the order in which they are begun."""

    wave: Annotated[int, Field(ge=0)]
    vm_ids: list[str]


class LastRequest(StartedRun):
    """What was asked of a plan last, and whether it is under way."""

    action: str
    requested_by: RequestedBy
    asked_at: str
    under_way: bool


class RecoveryPlan(Answer):
    """A plan that tags make."""

    name: str
    vms: Annotated[int, Field(ge=0)]
    protected: Annotated[int, Field(ge=0, description="Those of which a vault has an item.")]
    unread: Annotated[list[str], Field(description="Those of which Azure did not tell now whether they have one.")]
    waves: list[RecoveryWave]
    reasons: list[Reason]
    last_request: Annotated[LastRequest | None, Field(description="Null: nothing was ever asked of it.")]


class AzurePlan(Answer):
    """A recovery plan of Site Recovery's own. Its list tells no groups."""

    id: str
    name: str


class RecoveryPlans(Answer):
    """Every recovery plan."""

    plans: list[RecoveryPlan]
    total: Annotated[int, Field(ge=0)]
    continuation: Annotated[None, Field(description=WHOLE)] = None
    unclear: Annotated[list[LeftOut], Field(description="VMs whose tag names no plan that can be understood.")]
    azure_plans: list[AzurePlan]
    unread_vaults: list[str]
    reasons: Annotated[list[Reason], Field(description="What has to be known of all plans.")]


class ExportedPlan(Answer):
    """A recovery plan of Site Recovery as it was written: `change` is create, update or none."""

    id: str
    name: str
    change: str
    stands: Annotated[bool, Field(description="Whether it was read back as it was written.")]
    groups: Annotated[int, Field(ge=0)]
    items: Annotated[int, Field(ge=0)]


class ExportedPlans(Answer):
    """What was written of a plan of tags, one for each vault and pair of regions."""

    plan: str
    written: list[ExportedPlan]
