"""Recovery plans: what was started of one."""

from typing import Annotated

from pydantic import Field

from asr.reporting.answers.base import Answer
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
