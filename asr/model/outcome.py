"""Expected results are values: what happened to a VM, why, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a run ended."""

    PROTECTED = "protected"
    ALREADY_PROTECTED = "already_protected"
    ENABLING = "enabling"
    NOT_REQUESTED = "not_requested"
    REFUSED = "refused"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why. `code` is stable and documented in docs/reasons.md; Azure's own codes are kept as they are.

    `sentence` says what is the case, `fix` what to do. `azure` holds what Azure itself said, verbatim, if it said
    anything: code, message, possible causes, recommended action.
    """

    code: str
    sentence: str
    fix: str
    azure: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one run. Refusals carry every reason that was found, not only the first."""

    state: State
    sentence: str
    reasons: tuple[Reason, ...] = ()
    item_id: str | None = None
