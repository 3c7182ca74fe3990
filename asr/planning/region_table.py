"""What Site Recovery says about single regions, as data.

Azure itself tells the rest (pairs, geographies): Subscriptions - List Locations.
Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-support-matrix, and for vaults
https://learn.microsoft.com/azure/site-recovery/azure-to-azure-common-questions
"""

from collections.abc import Mapping

AS_OF = "2025-06-13"
"""The date of the support matrix that this table was written from."""

ON_REQUEST: Mapping[str, frozenset[str]] = {
    "switzerlandwest": frozenset({"switzerlandnorth"}),
    "francesouth": frozenset({"francecentral"}),
    "norwaywest": frozenset({"norwayeast"}),
    "jioindiacentral": frozenset({"jioindiawest"}),
    "brazilsoutheast": frozenset({"brazilsouth"}),
    "southafricawest": frozenset({"southafricanorth"}),
    "germanynorth": frozenset({"germanywestcentral"}),
    "uaecentral": frozenset({"uaenorth"}),
}
"""Regions that Azure opens to a subscription on request, and the regions for which they are meant."""

ONLY_TARGETS: Mapping[str, frozenset[str]] = {
    "brazilsouth": frozenset(
        {
            "brazilsoutheast",
            "southcentralus",
            "westcentralus",
            "eastus",
            "eastus2",
            "westus",
            "westus2",
            "northcentralus",
        }
    ),
}
"""Regions whose VMs can go to these regions only."""

NOT_TARGETS: frozenset[str] = frozenset({"brazilsouth"})
"""Regions that can be protected, but not recovered to."""

NOT_SOURCES: frozenset[str] = frozenset({"brazilsoutheast"})
"""Regions that can be recovered to, but not protected."""

NO_VAULTS: frozenset[str] = frozenset({"newzealandnorth"})
"""Regions without Recovery Services vaults: the vault has to be in a third region."""

CLOSED_CIRCLES: Mapping[str, tuple[str, ...]] = {
    "US Government": ("usgov",),
    "US Department of Defense": ("usdod",),
    "China": ("china",),
    "Jio India": ("jioindia",),
}
"""Regions, by the beginnings of their names, between which and all others nothing is replicated."""


def circle(region: str) -> str | None:
    """The closed circle of regions that this one is in; None for the public cloud at large."""
    return next((name for name, starts in CLOSED_CIRCLES.items() if region.startswith(starts)), None)
