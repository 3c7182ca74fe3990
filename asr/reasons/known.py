"""The form in which a reason code is known."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What can be done about a reason: wait, change something, nothing with Site Recovery; or it does not block."""

    RETRYABLE = "retryable"
    NEEDS_CHANGE = "needs_change"
    UNSUPPORTED = "unsupported"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Known:
    """One reason code. `sentence` and `fix` are templates over the facts; `source` is the document behind it."""

    code: str
    kind: Kind
    sentence: str
    fix: str
    source: str
