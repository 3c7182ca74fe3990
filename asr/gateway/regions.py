"""Azure's regions as a subscription sees them."""

from azure.mgmt.resource.subscriptions.models import Location

from asr.gateway.paging import entries
from asr.gateway.session import Azure
from asr.gateway.shared import recall_shared
from asr.model.vm_facts import Region

REGIONS_SECONDS = 24 * 3600.0
"""How long the regions count."""


async def read_regions(azure: Azure, subscription: str) -> tuple[Region, ...]:
    """The physical regions open to the subscription; they change once in months.

    Logical regions (`unitedstates`, staging regions) hold no resources and are left out.
    Source: Subscriptions - List Locations.
    """

    async def ask() -> tuple[Region, ...]:
        what = f"GET /subscriptions/{subscription}/locations"
        with azure.calling(what):
            listed = entries(what, azure.subscriptions().subscriptions.list_locations(subscription))
            return tuple([region async for place in listed for region in _physical(place)])

    return await recall_shared(azure, ("regions", subscription.lower()), tuple[Region, ...], REGIONS_SECONDS, ask)


def _physical(place: Location) -> tuple[Region, ...]:
    about = place.metadata
    if about is None or about.region_type != "Physical":
        return ()
    paired = about.paired_region[0].name if about.paired_region else None
    return (
        Region(
            name=place.name or "",
            display_name=place.display_name or "",
            geography=about.geography or "",
            geography_group=about.geography_group or "",
            paired=paired,
            zones=tuple(zone.logical_zone for zone in place.availability_zone_mappings or () if zone.logical_zone),
        ),
    )
