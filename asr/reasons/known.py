"""The form in which a reason code is known."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad a reason is: an `ERROR` keeps a VM from being protected, a `WARNING` wants attention, `INFO` nothing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Kind(StrEnum):
    """What can be done about a reason: wait, change something, nothing with Site Recovery; or it does not block."""

    RETRYABLE = "retryable"
    NEEDS_CHANGE = "needs_change"
    UNSUPPORTED = "unsupported"
    WARNING = "warning"

    @property
    def severity(self) -> Severity:
        """The severity of the codes of this kind."""
        return Severity.WARNING if self is Kind.WARNING else Severity.ERROR


@dataclass(frozen=True, slots=True)
class Known:
    """One reason code. `sentence` and `fix` are templates over the facts, in the form that `asr.reasons.templates`
    tells; `source` is the document behind it. `command` mends it in a shell, if one command can: `$VM` is the VM's id
    there, and `$NAME` its name.
    """

    code: str
    kind: Kind
    sentence: str
    fix: str
    source: str
    command: str = ""
