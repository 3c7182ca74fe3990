"""The headers that every ARM answer carries, request limits among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from local.emulator.arm.wire import fresh_guid


@dataclass(frozen=True, slots=True)
class Limit:
    """The size of one token bucket.

    Attributes:
        capacity: how many requests fit in at once.
        refill: how many are given back per second.
    """

    capacity: int
    refill: float


LIMITS: Mapping[str, Limit] = {"reads": Limit(250, 25), "writes": Limit(200, 10), "deletes": Limit(200, 10)}
"""Per subscription and principal, by class. Source: "Understand how Azure Resource Manager throttles requests"."""

GLOBAL_FACTOR = 15
"""The subscription-wide buckets, over all principals, are this many times as large."""

CLASSES: Mapping[str, str] = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}


class Buckets:
    """How many requests each subscription has left. Only reported: nobody is turned away by it."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, str], tuple[float, datetime]] = {}

    def take(self, subscription: str, method: str, now: datetime) -> dict[str, str]:
        """Take one token and return the headers that say how many are left."""
        kind = CLASSES.get(method, "writes")
        limit = LIMITS[kind]
        left, since = self._left.get((subscription, kind), (float(limit.capacity), now))
        refilled = min(limit.capacity, left + (now - since).total_seconds() * limit.refill)
        left = max(refilled - 1, 0)
        self._left[subscription, kind] = (left, now)
        overall = limit.capacity * GLOBAL_FACTOR - (limit.capacity - int(left))
        return {
            f"x-ms-ratelimit-remaining-subscription-{kind}": str(int(left)),
            f"x-ms-ratelimit-remaining-subscription-global-{kind}": str(overall),
        }


def common_headers(correlation_id: str, moment: datetime) -> dict[str, str]:
    """Return the headers of every answer; a provider's own value for one of them wins."""
    request_id = fresh_guid()
    return {
        "Cache-Control": "no-cache",
        "Pragma": "no-cache",
        "Expires": "-1",
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": correlation_id,
        "x-ms-routing-request-id": f"LOCAL:{moment:%Y%m%dT%H%M%SZ}:{request_id}",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
    }
