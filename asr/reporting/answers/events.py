"""The data of the events that are published: the one source of what is sent and of docs/events.md."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import ConfigDict, Field

from asr.model.announcement import EventSeverity, EventState, EventType
from asr.model.drift import DriftDecision
from asr.reporting.answers.base import Answer, is_none
from asr.reporting.answers.reasons import Reason


class EventData(Answer):
    """What every event's `data` has."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    state: Annotated[EventState, Field(description="`open`: somebody may have to do something; `resolved`: not.")]
    severity: Annotated[
        EventSeverity, Field(description="How bad it is while it is open; `resolved` has that of its `open`.")
    ]
    dedup_key: Annotated[
        str, Field(description="The same for all events about one matter of one VM: what resolves has that of `open`.")
    ]
    vm_id: Annotated[str, Field(description="The VM's resource id, as the subject.")]
    summary: Annotated[str, Field(description="One sentence for people.")]
    run_id: Annotated[
        str | None, Field(description="The run that brought it about (GET /api/runs/{id}); null: a sweep saw it.")
    ]
    item_id: Annotated[str | None, Field(description="The VM's protected item, if one is known.")]
    reasons: Annotated[list[Reason], Field(description="Why: docs/reasons.md has the codes. Empty when resolved.")]


class Difference(Answer):
    """One choice that the protected item does not follow."""

    field: str
    wished: str
    present: str
    decision: DriftDecision


class DriftedData(EventData):
    """The data of `Drifted`."""

    differences: Annotated[
        list[Difference] | None,
        Field(description="As in GET /api/drift, 20 at most; only while open.", exclude_if=is_none),
    ] = None


class RpoData(EventData):
    """The data of `RpoBreached`."""

    rpo_seconds: Annotated[int | None, Field(description="Age of the newest recovery point, in seconds.")] = None
    objective_seconds: Annotated[int | None, Field(description="The profile's objective.")] = None


class FailoverData(EventData):
    """The data of `FailoverFinished`."""

    action: Annotated[str, Field(description="The kind of the run, as in the trail: `unplanned_failover`.")]
    recovered_vm_id: Annotated[str | None, Field(description="The VM that it made, of a test the test VM.")] = None
    recovery_point: Annotated[str | None, Field(description="The time of the recovery point that it took.")] = None
    lost_seconds: Annotated[float | None, Field(description="The point's age when the action began.")] = None


class DrillData(EventData):
    """The data of `DrillFinished`."""

    drill_id: Annotated[str | None, Field(description="The drill that the VM was part of (GET /api/drills/{id}).")] = (
        None
    )
    status: Annotated[str | None, Field(description="How the VM's part ended, as in GET /api/drills/{id}.")] = None
    rto_seconds: Annotated[float | None, Field(description="What was measured; null: nothing was.")] = None
    rpo_seconds: Annotated[float | None, Field(description="What was measured; null: nothing was.")] = None


class EventAbout(Answer):
    """One type of event, for its documentation: when it is told, what resolves it, and the model of its data."""

    opens: str
    resolves: str
    data: type[EventData] = EventData


EVENTS: Mapping[EventType, EventAbout] = {
    EventType.PROTECTION_ENABLED: EventAbout(
        opens="Never: it is told as resolved, when a run has enabled replication. Initial replication takes hours.",
        resolves="At once.",
    ),
    EventType.PROTECTED: EventAbout(
        opens="Never: it is told as resolved, when a sweep sees that the VM can be failed over, and could not before.",
        resolves="At once. It has the `dedupKey` of `Unprotected`, and so closes what that has opened.",
    ),
    EventType.PROTECTION_REFUSED: EventAbout(
        opens="Protection is asked for and cannot be: a run was refused, or refused for other reasons than before.",
        resolves="A later run ends in another way, or nobody asks any more.",
    ),
    EventType.PROTECTION_FAILED: EventAbout(
        opens="A run failed, or waits for somebody (a lock, a stopped VM), for other reasons than before, or was ended "
        "without a report.",
        resolves="A later run ends in another way, or nobody asks any more.",
    ),
    EventType.UNHEALTHY: EventAbout(
        opens="The VM is replicated and could not be failed over as it should: health Critical, a swapped OS disk, "
        "replication that failed. Again when the reasons change.",
        resolves="A sweep sees that it is healthy, or not replicated any more.",
    ),
    EventType.ORPHANED: EventAbout(
        opens="The protected item's VM is gone, or is another one now. Its recovery points may be the last copy.",
        resolves="The item is gone, or its VM is back.",
    ),
    EventType.DRIFTED: EventAbout(
        opens="The protected item does not follow the choices of tags and profile, or follows others than before.",
        resolves="It follows them.",
        data=DriftedData,
    ),
    EventType.RPO_BREACHED: EventAbout(
        opens="The newest recovery point is older than the profile's objective. While nobody can tell it stays open.",
        resolves="It is younger again, or the VM is not replicated any more.",
        data=RpoData,
    ),
    EventType.UNPROTECTED: EventAbout(
        opens="The protected item is gone although protection is asked for: somebody else has ended it.",
        resolves="`Protected`. Where nobody asks, or a run has ended the protection as asked, it is told as resolved.",
    ),
    EventType.FAILOVER_FINISHED: EventAbout(
        opens="A failover, a test, or what follows one (clean-up, commit, reprotection) was refused or failed.",
        resolves="It was done: at once. Failovers of every kind and fail-backs are one matter, a test and its clean-up "
        "another one, every other action is its own; so what succeeds closes what an earlier try has opened.",
        data=FailoverData,
    ),
    EventType.DRILL_FINISHED: EventAbout(
        opens="The VM's part of a drill was refused or failed, or its run was ended without a report.",
        resolves="The VM's part of a drill has passed.",
        data=DrillData,
    ),
}
"""Every type of event, in the order of its documentation."""
