"""Request limits: token buckets per subscription, principal and class of request, and those of single providers.

What is left is always counted and reported in headers; with the switch `throttling` set to `on`, a request that finds
an empty bucket is refused. Which buckets a request takes from is the table in `rate_limits`.
"""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from local.emulator.arm import errors
from local.emulator.arm.clock import Clock
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.rate_limits import LimitOwner, RateLimit, limits_for
from local.emulator.arm.tokens import Caller
from local.emulator.arm.wire import offset_timestamp

SWITCH = "throttling"
SWITCHES = {SWITCH: ("off", "on")}


@dataclass(slots=True)
class Bucket:
    """What is left of one limit, as of a moment."""

    left: float
    since: datetime


class Throttle:
    """The buckets of one cloud; `enforced` says whether an empty one is a refusal."""

    def __init__(self, clock: Clock, enforced: Callable[[], bool]) -> None:
        self._clock = clock
        self._enforced = enforced
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def take(self, method: str, path: str, caller: Caller) -> dict[str, str]:
        """Count a request and return the headers that say what is left; while throttling is off, nothing is taken.

        Raises:
            ArmError: 429, throttling is on and a bucket is empty; the refused request takes nothing.
        """
        now = self._clock.now()
        target = ResourceId.parse(path)
        wanted = limits_for(method, target, caller)
        levels = [self._refilled(limit, now) for limit in wanted]
        if not self._enforced():
            return self._reported(wanted, less=1)
        for limit, bucket in zip(wanted, levels, strict=True):
            if bucket.left < 1:
                raise _refusal(limit, bucket, target, now, self._reported(wanted))
        for bucket in levels:
            bucket.left -= 1
        return self._reported(wanted)

    def clear(self) -> None:
        """Fill every bucket."""
        self._buckets.clear()

    def _refilled(self, limit: RateLimit, now: datetime) -> Bucket:
        size = limit.size
        bucket = self._buckets.setdefault(limit.key, Bucket(size.capacity, now))
        gained = max((now - bucket.since).total_seconds(), 0) * size.refill
        bucket.left, bucket.since = min(size.capacity, bucket.left + gained), now
        return bucket

    def _reported(self, wanted: Sequence[RateLimit], less: int = 0) -> dict[str, str]:
        found: dict[str, str] = {}
        for limit in wanted:
            for name, value in limit.reported(int(self._buckets[limit.key].left) - less).items():
                found[name] = f"{found[name]},{value}" if name in found else value
        return found


def _refusal(limit: RateLimit, bucket: Bucket, target: ResourceId, now: datetime, headers: dict[str, str]) -> ArmError:
    """Return the 429 in the words of whose limit it is."""
    wait = max(math.ceil((1 - bucket.left) / limit.size.refill), 1)
    match limit.owner:
        case LimitOwner.COMPUTE:
            error = _compute_throttled(limit.name, limit.size.capacity, now)
        case LimitOwner.NETWORK:
            error = _resource_requests_throttled(target.type, limit.size.capacity, wait)
        case LimitOwner.RESOURCE_GRAPH:
            error = _resource_graph_throttled()
        case _:
            error = errors.throttled(target.subscription, retry_after=wait)
    error.headers = {**headers, "Retry-After": str(wait)}
    return error


def _resource_requests_throttled(kind: str, limit: int, wait: int) -> ArmError:
    """429 from a provider's limit per five minutes; `wait` is in whole seconds."""
    message = (
        f"Number of requests for action '{kind}' exceeded the limit of '{limit}' for time interval '00:05:00'. "
        f"Please try again after '{wait}' seconds."
    )
    return ArmError(429, "ResourceRequestsThrottled", message)


def _compute_throttled(group: str, limit: int, now: datetime) -> ArmError:
    """429 from Microsoft.Compute; the detail's message is JSON, as documented."""
    told = {
        "operationGroup": group,
        "startTime": offset_timestamp(now - timedelta(minutes=1)),
        "endTime": offset_timestamp(now),
        "allowedRequestCount": limit,
        "measuredRequestCount": limit + 1,
    }
    detail = {"code": "TooManyRequests", "target": group, "message": json.dumps(told, separators=(",", ":"))}
    message = "The server rejected the request because too many requests have been received for this subscription."
    return ArmError(429, "OperationNotAllowed", message, details=[detail])


def _resource_graph_throttled() -> ArmError:
    """429 from Resource Graph."""
    message = (
        "Client application has been throttled and should not attempt to repeat the request until an amount of time "
        "has elapsed. Please see https://aka.ms/resourcegraph-throttling for help."
    )
    return ArmError(429, "RateLimiting", message, details=[{"code": "RateLimiting", "message": message}])
