"""The trail of what was done, across the fleet."""

from typing import Annotated

from pydantic import Field

from asr.reporting.answers.base import Answer
from asr.reporting.answers.protections import AskedChoices, EventRef, RunSummary


class AuditRun(RunSummary):
    """A run of a VM, or `count` equal ones in a row: who asked for what, by which plan, and how it ended."""

    vm_id: str
    request_id: Annotated[str | None, Field(description="The caller's own, of a command.")]
    event: EventRef | None
    choices: AskedChoices | None
    plan_hash: Annotated[str | None, Field(description="The plan that was agreed to.")]


class TrailProblem(Answer):
    """A document of the trail in the store with lines that could not be read: what they tell is not in the answer."""

    document: str
    lines: int


class AuditTrail(Answer):
    """Runs, the latest first. With `Accept: application/x-ndjson` a line each, with `text/csv` a row each."""

    runs: list[AuditRun]
    total: Annotated[int, Field(description="How many there are on all pages.", ge=0)]
    continuation: Annotated[str | None, Field(description="Asks for the next page; null on the last.")]
    since: Annotated[
        str,
        Field(
            description="From when on all runs are told: as it was asked for, else 30 days before `until` (now); later "
            "where one answer would hold too many. What was before is told with this as `until`."
        ),
    ]
    problems: list[TrailProblem]
