"""Which recovery point a VM is started from. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from asr.model.failover import RecoveryPoint
from asr.model.outcome import Reason
from asr.model.resource_id import same
from asr.reasons import reason


class PointKind(StrEnum):
    """Recovery points by kind. Site Recovery takes an id or none for one item, so kinds are looked up in its list.

    `LATEST`: what was sent and not yet made a point of is made one first. `LATEST_PROCESSED`: the newest there is,
    which starts sooner.
    Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-common-questions#recovery-points
    """

    LATEST = "latest"
    LATEST_PROCESSED = "latestProcessed"
    LATEST_CRASH_CONSISTENT = "latestCrashConsistent"
    LATEST_APP_CONSISTENT = "latestAppConsistent"


_PROCESSED = frozenset(PointKind) - {PointKind.LATEST}
"""Kinds of points that are there already."""


def choose(points: Sequence[RecoveryPoint], wanted: str | None, *, grouped: bool = False) -> RecoveryPoint | Reason:
    """The point that is wanted by kind, id or name; of the latest, the newest that is known now.

    `points` are newest first. `grouped`: the VM is in a consistency group, so that of the processed ones of a kind the
    newest counts that all VMs of the group have together, if there is one.
    """
    if not points:
        return reason("NoRecoveryPoint")
    fitting = [point for point in points if _fits(point, wanted or PointKind.LATEST)]
    shared = [point for point in fitting if point.is_multi_vm] if grouped and wanted in _PROCESSED else []
    if fitting:
        return (shared or fitting)[0]
    newest, oldest = points[0].at, points[-1].at
    return reason("RecoveryPointUnknown", wanted=str(wanted), count=len(points), newest=newest, oldest=oldest)


def sent_id(point: RecoveryPoint, wanted: str | None) -> str | None:
    """What Site Recovery is told: nothing for the latest."""
    return None if wanted in (None, PointKind.LATEST) else point.id


def _fits(point: RecoveryPoint, wanted: str) -> bool:
    match wanted:
        case PointKind.LATEST | PointKind.LATEST_PROCESSED:
            return True
        case PointKind.LATEST_CRASH_CONSISTENT:
            return not point.is_app_consistent
        case PointKind.LATEST_APP_CONSISTENT:
            return point.is_app_consistent
    return same(point.id, wanted) or same(point.id.rpartition("/")[2], wanted)
