"""How much Azure lets an identity ask.

Source: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests at once, and so many more each second."""

    capacity: int
    per_second: float


LIMITS: Mapping[str, Limit] = {"reads": Limit(250, 25.0), "writes": Limit(200, 10.0), "deletes": Limit(200, 10.0)}
"""For each subscription and identity; of requests that name no subscription, for the tenant and identity."""

GRAPH = Limit(15, 3.0)
"""Queries to Resource Graph, for each identity.

Source: https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
"""

SHARE = 0.95
"""Of the refill that is counted on: Azure's clock and ours do not tick alike."""

RESERVED = 2.0
"""Permits that are left where they are: answers come back in another order than requests were counted in."""
