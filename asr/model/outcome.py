"""Expected results are values: what happened to a VM, why, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How a run ended."""

    PROTECTED = "protected"
    ALREADY_PROTECTED = "already_protected"
    ENABLING = "enabling"
    FAILED_OVER = "failed_over"
    NOT_REQUESTED = "not_requested"
    REFUSED = "refused"
    FAILED = "failed"
    GONE = "gone"
    SUPERSEDED = "superseded"
    GRACE = "grace"
    WAITING = "waiting"
    UNPROTECTED = "unprotected"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code, and the facts that its words tell. The words are made at the edge, by `asr.reasons.render`.

    `code` is stable and documented in docs/reasons.md; Azure's own codes are kept as they are. `facts` are plain JSON
    values. `azure` holds what Azure itself said, verbatim but for its length and for secrets, if it said anything:
    `code`, `message`, `possibleCauses`, `recommendedAction`, `correlationId`, `level`.
    """

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    azure: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one run. Refusals carry every reason that was found, not only the first.

    `facts` are plain JSON values that its sentence tells: `step`, the step that failed; `item`, how the protected item
    stands (see `asr.planning.states.item_facts`); `failover`, what was done with the item (see
    `asr.planning.failover_outcomes`).
    """

    state: State
    reasons: tuple[Reason, ...] = ()
    item_id: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
