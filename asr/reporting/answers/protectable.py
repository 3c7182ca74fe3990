"""Which VMs can be protected."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from asr.reporting.answers.base import Answer
from asr.reporting.answers.plans import Count
from asr.reporting.answers.reasons import Reason


class Protectability(StrEnum):
    """Whether a VM can be protected. `ALREADY_PROTECTED`: by somebody else; `PROTECTED`: by this product. `ORPHANED`:
    there is a protected item, of an earlier VM of the same name. `FAILED_OVER`: there is one, and nothing is replicated
    until it is reprotected.
    """

    PROTECTABLE = "protectable"
    PROTECTED = "protected"
    ALREADY_PROTECTED = "already_protected"
    ORPHANED = "orphaned"
    FAILED_OVER = "failed_over"
    NOT_PROTECTABLE = "not_protectable"


class ProtectableMachine(Answer):
    """One VM, and why it can or cannot be protected."""

    vm_id: str
    name: str
    resource_group: str
    region: str
    tag: str | None
    state: Protectability
    copy_of: Annotated[
        str | None, Field(description="The VM of which a failover or test made this one; null: it is one of its own.")
    ]
    item_id: str | None
    item_state: str | None
    reasons: list[Reason]


class ProtectableSummary(Answer):
    """Counts by state, and by reason code; of this page."""

    states: dict[str, Count]
    reasons: dict[str, Count]


class Protectable(Answer):
    """A page of a scope's VMs."""

    total: Count
    machines: list[ProtectableMachine]
    summary: ProtectableSummary
    continuation: Annotated[str | None, Field(description="The next page; null after the last.")]
