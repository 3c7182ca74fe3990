"""Reasons and outcomes in words."""

from typing import Annotated

from pydantic import ConfigDict, Field

from asr.model.outcome import State
from asr.reasons.known import Severity
from asr.reporting.answers.base import Answer, is_none


class Reason(Answer):
    """Why something is so: docs/reasons.md has every code of ours, Azure's own codes are kept as they are."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    code: str
    severity: Severity
    sentence: Annotated[str, Field(description="What is so.")]
    fix: Annotated[str, Field(description="What to do about it.")]
    command: Annotated[
        str | None,
        Field(
            description="What mends it in a shell, if one command can; $VM is the VM's id there, and $NAME its name.",
            exclude_if=is_none,
        ),
    ] = None
    azure: Annotated[
        dict[str, str] | None,
        Field(
            description="What Azure itself said, if it did, verbatim: code, message, recommendedAction ...",
            exclude_if=is_none,
        ),
    ] = None


class Outcome(Answer):
    """How a run ended."""

    state: State
    sentence: str
    reasons: list[Reason]
    item_id: Annotated[str | None, Field(description="The id of the VM's protected item.")]
