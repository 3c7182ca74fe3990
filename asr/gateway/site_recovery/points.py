"""Recovery points of a protected item."""

from asr.gateway.document import Json, section, text, texts
from asr.gateway.resources import list_path
from asr.gateway.session import Azure
from asr.gateway.site_recovery.ids import place
from asr.gateway.site_recovery.item_documents import time_of
from asr.gateway.versions import SITE_RECOVERY_VERSION
from asr.model.failover import RecoveryPoint

APP_CONSISTENT = "appconsistent"
"""How a point with the applications' own word is called, in lower case."""

MULTI_VM = "multivmsyncrecoverypoint"
"""How a point is called, in lower case, that all VMs of a consistency group have together."""


async def newest_point(azure: Azure, item_id: str) -> str | None:
    """When the newest recovery point was taken, in UTC; None while there is none.

    Raises:
        Rejected: there is no such item.
    """
    return next((point.at for point in await list_recovery_points(azure, item_id)), None)


async def list_recovery_points(azure: Azure, item_id: str) -> tuple[RecoveryPoint, ...]:
    """The item's recovery points, newest first: Azure promises no order.

    Source: Recovery Points - List By Replication Protected Items.
    """
    listed = await list_path(azure, place(item_id).subscription, f"{item_id}/recoveryPoints", SITE_RECOVERY_VERSION)
    points = [point for point in map(_point, listed) if point is not None]
    return tuple(sorted(points, key=lambda point: point.at, reverse=True))


def _point(document: Json) -> RecoveryPoint | None:
    about = section(document, "properties")
    at, id_ = time_of(text(about, "recoveryPointTime")), text(document, "id")
    if at is None or not id_:
        return None
    details = section(about, "providerSpecificDetails")
    return RecoveryPoint(
        id=id_,
        at=at,
        is_app_consistent=text(about, "recoveryPointType").lower() == APP_CONSISTENT,
        is_multi_vm=text(details, "recoveryPointSyncType").lower() == MULTI_VM,
        disks=texts(details, "disks"),
    )
