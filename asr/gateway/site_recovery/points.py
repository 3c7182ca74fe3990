"""Recovery points of a protected item."""

from datetime import UTC, datetime

from asr.gateway.document import text
from asr.gateway.resources import list_path
from asr.gateway.session import Azure
from asr.gateway.site_recovery.ids import place
from asr.gateway.versions import SITE_RECOVERY_VERSION


async def newest_point(azure: Azure, item_id: str) -> str | None:
    """When the newest recovery point was taken, in UTC; None while there is none. Their order is not relied on.

    Source: Recovery Points - List By Replication Protected Items.

    Raises:
        Rejected: there is no such item.
    """
    listed = await list_path(azure, place(item_id).subscription, f"{item_id}/recoveryPoints", SITE_RECOVERY_VERSION)
    times = [at for point in listed if (at := _time(text(point, "properties", "recoveryPointTime")))]
    return max(times).isoformat() if times else None


def _time(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
