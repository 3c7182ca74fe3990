"""Announcements as CloudEvents 1.0, in words. Pure.

What is made here is kept as it is until it has been sent, so the same event is the same text however often it is sent.
"""

from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from asr.model.announcement import Announcement, EventState, EventType
from asr.model.outcome import Reason
from asr.planning.naming import vm_key
from asr.reporting.answers.events import EVENTS
from asr.reporting.outcome import reasons_shown

SOURCE = "/asr-autoprotect"
"""What all events have as their source."""

PREFIX = "AsrAutoprotect."

MOST_REASONS, MOST_WORDS = 10, 500
"""Reasons that one event tells, and the characters of each of Azure's words about them: an event has some kilobytes."""

_PROTECTION = frozenset({EventType.PROTECTION_ENABLED, EventType.PROTECTED, EventType.UNPROTECTED})
"""Events about one matter: whether the VM is protected."""

_SUMMARIES = {
    EventType.PROTECTION_ENABLED: "replication is enabled; initial replication is under way",
    EventType.PROTECTED: "is protected",
    EventType.PROTECTION_REFUSED: "cannot be protected",
    EventType.PROTECTION_FAILED: "protection failed",
    EventType.UNHEALTHY: "replication is not healthy",
    EventType.ORPHANED: "the VM behind the protected item is gone or another one",
    EventType.DRIFTED: "the protected item does not follow what is asked for",
    EventType.RPO_BREACHED: "the newest recovery point is older than the objective",
    EventType.UNPROTECTED: "is not protected any more",
    EventType.FAILOVER_FINISHED: "{action} failed",
    EventType.DRILL_FINISHED: "the drill failed",
}
_OVER = "no longer so: "
_SUCCEEDED = {
    EventType.FAILOVER_FINISHED: "{action} is done",
    EventType.DRILL_FINISHED: "the drill is over: {status}",
}


def dedup_key(type_: EventType, vm_id: str, matter: str | None = None) -> str:
    """What all events about one matter of one VM have in common."""
    about = "Protection" if type_ in _PROTECTION else type_.value
    return f"{about}{f'-{matter}' if matter else ''}:{vm_key(vm_id)}"


def event_id(one: Announcement) -> str:
    """The event's id: the same whenever the same change is told."""
    return str(uuid5(NAMESPACE_URL, f"asr-autoprotect:{one.type}:{vm_key(one.vm_id)}:{one.state}:{one.mark}"))


def cloud_event(one: Announcement, tag_prefix: str) -> dict[str, Any]:
    """The event as JSON values, tags called as they are under the prefix."""
    reasons = reasons_shown(map(_cut, one.reasons[:MOST_REASONS]), tag_prefix)
    known = {
        "state": one.state,
        "severity": one.severity,
        "dedup_key": dedup_key(one.type, one.vm_id, one.matter),
        "vm_id": one.vm_id,
        "summary": _summary(one, reasons[0].sentence if reasons else ""),
        "run_id": one.run,
        "item_id": one.item_id,
        "reasons": reasons,
    }
    data = EVENTS[one.type].data.model_validate({**known, **one.facts})
    return {
        "specversion": "1.0",
        "id": event_id(one),
        "source": SOURCE,
        "type": f"{PREFIX}{one.type.value}",
        "subject": one.vm_id,
        "time": one.at,
        "datacontenttype": "application/json",
        "data": data.model_dump(mode="json", by_alias=True),
    }


def _summary(one: Announcement, why: str) -> str:
    ended = one.state is EventState.RESOLVED
    succeeded = _SUCCEEDED.get(one.type) if ended else None
    over = _OVER if ended and succeeded is None and one.type not in _PROTECTION else ""
    shown = {name: str(value).replace("_", " ") for name, value in one.facts.items()}
    words = f"{over}{(succeeded or _SUMMARIES[one.type]).format_map(shown)}"
    return f"{one.vm_id.rpartition('/')[2]}: {words}{': ' + why if why else '.'}"


def _cut(reason: Reason) -> Reason:
    said = {name: words[:MOST_WORDS] for name, words in (reason.azure or {}).items()}
    return replace(reason, azure=said or None)
