"""What callers of GET /api/audit send."""

from datetime import UTC, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from asr.model.outcome import State
from asr.model.run import KINDS
from triggers.http.models import MOST_SHOWN, NoQuery

MOST_EXPORTED = 10_000
"""Entries of one page of the trail."""


def _moment(text: Any) -> datetime:
    """A time in UTC; one without a zone is in UTC, a date is its beginning."""
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        message = "it is no time; write 2026-11-27 or 2026-11-27T08:30:00Z"
        raise PydanticCustomError("time", message) from None
    try:
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("time", "it is out of the calendar") from None


type Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "examples": ["2026-11-27T08:30:00Z"]})
]
"""A time in UTC."""

RUN_STATES = (*(state.value for state in State if state is not State.SUPERSEDED), "superseded", "running", "terminated")
"""What a run in the trail may be: its outcome's state, or how it stands without one."""


def _one_of(*known: str) -> AfterValidator:
    def check(text: str) -> str:
        if text not in known:
            raise PydanticCustomError("word", "there are {known}", {"known": ", ".join(known)})
        return text

    return AfterValidator(check)


class AuditQuery(NoQuery):
    """The query of GET /api/audit."""

    since: Moment | None = Field(
        default=None,
        description="Only runs that began at this time or later; 30 days before `until` unless it is given.",
    )
    until: Moment | None = Field(default=None, description="Only runs that began before this time.")
    state: Annotated[str, _one_of(*RUN_STATES)] | None = Field(
        default=None, description="Only runs that ended so; `running`: those that have not."
    )
    kind: Annotated[str, _one_of(*KINDS)] | None = Field(default=None, description="Only runs of this kind.")
    requested_by: str | None = Field(
        default=None,
        alias="requestedBy",
        min_length=1,
        max_length=256,
        description="Only runs asked for by this name.",
    )
    top: int | None = Field(
        default=None,
        ge=1,
        le=MOST_EXPORTED,
        description=f"Entries of a page; {MOST_SHOWN} in JSON unless it is given, {MOST_EXPORTED} at most.",
    )
    continuation: str | None = Field(default=None, description="From the answer before: the next page.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.since >= self.until:
            raise PydanticCustomError("order", "since is not before until, so there can be nothing between them")
        return self
