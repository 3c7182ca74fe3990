"""What others are told of a VM: one event each time something about it begins or ends.

Times are ISO 8601 texts in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from asr.model.outcome import Reason


class EventType(StrEnum):
    """What is told; the CloudEvents type is `AsrAutoprotect.<value>`."""

    PROTECTION_ENABLED = "ProtectionEnabled"
    PROTECTED = "Protected"
    PROTECTION_REFUSED = "ProtectionRefused"
    PROTECTION_FAILED = "ProtectionFailed"
    UNHEALTHY = "Unhealthy"
    ORPHANED = "Orphaned"
    DRIFTED = "Drifted"
    RPO_BREACHED = "RpoBreached"
    UNPROTECTED = "Unprotected"
    FAILOVER_FINISHED = "FailoverFinished"
    DRILL_FINISHED = "DrillFinished"


class EventState(StrEnum):
    """`OPEN`: somebody may have to do something. `RESOLVED`: nothing is left to do, or never was."""

    OPEN = "open"
    RESOLVED = "resolved"


class EventSeverity(StrEnum):
    """How bad it is while it is open; the words of the receivers of events (PagerDuty's Common Event Format)."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Announcement:
    """One event about one VM.

    `mark` names the change that it tells of: whoever tells of the same change again uses the same one, so that the
    event has the same id. `run` is the run that brought the change about; None: a sweep saw it. `facts` are plain JSON
    values, by the names of the event's own fields. `matter` parts what a type tells of one VM and is not one matter.
    """

    type: EventType
    state: EventState
    severity: EventSeverity
    vm_id: str
    mark: str
    at: str
    run: str | None = None
    item_id: str | None = None
    reasons: tuple[Reason, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    matter: str | None = None
