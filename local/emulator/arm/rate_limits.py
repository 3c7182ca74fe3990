"""Which limits a request counts against.

Source: "Understand how Azure Resource Manager throttles requests" (token buckets of 2024), "Compute throttling limits"
(May 2024), the limits of Microsoft.Network and of Resource Graph. Header names of the Compute limits are observed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.tokens import Caller


@dataclass(frozen=True, slots=True)
class BucketSize:
    """The size of one token bucket.

    Attributes:
        capacity: how many requests fit in at once.
        refill: how many are given back per second.
    """

    capacity: int
    refill: float


class LimitOwner(Enum):
    """Whose limit it is: who reports it, and refuses, in which words."""

    ARM = auto()
    COMPUTE = auto()
    NETWORK = auto()
    RESOURCE_GRAPH = auto()


@dataclass(frozen=True, slots=True)
class RateLimit:
    """One bucket that a request takes from.

    Attributes:
        key: which bucket.
        size: how large it is.
        name: the limit's name, as headers and refusals have it.
        owner: whose limit it is.
    """

    key: tuple[str, ...]
    size: BucketSize
    name: str
    owner: LimitOwner = LimitOwner.ARM

    def reported(self, left: int) -> dict[str, str]:
        """Return the header that says how many requests are left; Microsoft.Network sends none."""
        match self.owner:
            case LimitOwner.COMPUTE:
                return {"x-ms-ratelimit-remaining-resource": f"Microsoft.Compute/{self.name};{left}"}
            case LimitOwner.RESOURCE_GRAPH:
                return {"x-ms-user-quota-remaining": str(left), "x-ms-user-quota-resets-after": "00:00:05"}
            case LimitOwner.NETWORK:
                return {}
            case _:
                return {f"x-ms-ratelimit-remaining-{self.name}": str(left)}


ARM_LIMITS: Mapping[str, BucketSize] = {
    "reads": BucketSize(250, 25),
    "writes": BucketSize(200, 10),
    "deletes": BucketSize(200, 10),
}
"""Per subscription and principal, or per tenant and principal above subscriptions, by class."""

GLOBAL_FACTOR = 15
"""The subscription's buckets over all principals are this many times as large."""

CLASSES: Mapping[str, str] = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}


def _per_minute(refill: float, capacity: int) -> BucketSize:
    return BucketSize(capacity, refill / 60)


COMPUTE_LIMITS: Mapping[str, tuple[BucketSize | None, BucketSize]] = {
    "PutVM": (_per_minute(4, 12), _per_minute(500, 1500)),
    "UpdateVM": (_per_minute(4, 12), _per_minute(500, 1500)),
    "DeleteVM": (_per_minute(4, 12), _per_minute(500, 1500)),
    "LowCostGet": (_per_minute(12, 36), _per_minute(8000, 24000)),
    "HighCostGet": (None, _per_minute(300, 900)),
    "GetOperation": (_per_minute(15, 45), _per_minute(5000, 15000)),
}
"""Per resource (None: no such limit) and per subscription, for one principal."""

NETWORK_LIMITS: Mapping[str, BucketSize] = {
    "reads": BucketSize(10_000, 10_000 / 300),
    "writes": BucketSize(1_000, 1_000 / 300),
    "deletes": BucketSize(1_000, 1_000 / 300),
}
"""Per subscription, in five minutes."""

RESOURCE_GRAPH_LIMIT = BucketSize(15, 3)
"""Fifteen queries in five seconds per user."""

_VM = "microsoft.compute/virtualmachines"
_OPERATIONS = "microsoft.compute/locations/operations"
_VM_METHODS = {"PUT": "PutVM", "PATCH": "UpdateVM", "DELETE": "DeleteVM"}


def limits_for(method: str, target: ResourceId, caller: Caller) -> list[RateLimit]:
    """Return the buckets that a request takes from, ARM's own first."""
    subscription, principal, kind = target.subscription.lower(), caller.object_id, CLASSES.get(method, "writes")
    if not subscription:
        found = [RateLimit(("tenant", principal, kind), ARM_LIMITS[kind], f"tenant-{kind}")]
        if target.type.lower().startswith("microsoft.resourcegraph/"):
            key = ("graph", principal)
            found.append(RateLimit(key, RESOURCE_GRAPH_LIMIT, "user-quota", LimitOwner.RESOURCE_GRAPH))
        return found
    size = ARM_LIMITS[kind]
    overall = BucketSize(size.capacity * GLOBAL_FACTOR, size.refill * GLOBAL_FACTOR)
    own = ("subscription", subscription, principal, kind)
    found = [
        RateLimit(own, size, f"subscription-{kind}"),
        RateLimit(("global", subscription, kind), overall, f"subscription-global-{kind}"),
    ]
    if target.namespace.lower() == "microsoft.network":
        found.append(RateLimit(("network", subscription, kind), NETWORK_LIMITS[kind], kind, LimitOwner.NETWORK))
    return [*found, *_compute(method, target, principal)]


def _compute(method: str, target: ResourceId, principal: str) -> Iterator[RateLimit]:
    group = _compute_group(method, target)
    if not group:
        return
    of_resource, of_subscription = COMPUTE_LIMITS[group]
    key = ("compute", target.subscription.lower(), principal, group)
    if of_resource:
        yield RateLimit((*key, _machine(target)), of_resource, f"{group}Resource", LimitOwner.COMPUTE)
    yield RateLimit(key, of_subscription, f"{group}SubscriptionMaximum", LimitOwner.COMPUTE)


def _compute_group(method: str, target: ResourceId) -> str:
    kind = target.type.lower()
    if kind == _OPERATIONS:
        return "GetOperation"
    if kind != _VM and not kind.startswith(f"{_VM}/"):
        return ""
    if method == "GET":
        return "HighCostGet" if kind == _VM and not target.name else "LowCostGet"
    if kind == _VM:
        return _VM_METHODS.get(method, "")
    return "DeleteVM" if kind == f"{_VM}/deallocate" else "UpdateVM"


def _machine(target: ResourceId) -> str:
    """Return the machine (or the operation) that a path is about, without what is below it."""
    segments = target.key.split("/")
    return "/".join(segments[:9])
