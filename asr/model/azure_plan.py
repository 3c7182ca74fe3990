"""Site Recovery's own recovery plans: what the portal shows, and what of ours is written for its sake."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AzurePlan:
    """A recovery plan of a vault. `groups` are the items of its boot groups, in their order, by their ids.

    Source: Replication Recovery Plans - Get.
    """

    id: str
    name: str
    primary_fabric_id: str
    recovery_fabric_id: str
    groups: tuple[tuple[str, ...], ...] = ()
