"""Azure's regions as a subscription sees them."""

from azure.mgmt.resource.subscriptions.models import Location

from asr.gateway.session import Azure
from asr.model.vm_facts import Region


async def read_regions(azure: Azure, subscription: str) -> tuple[Region, ...]:
    """The physical regions open to the subscription; read once in a session's life.

    Logical regions (`unitedstates`, staging regions) hold no resources and are left out.
    Source: Subscriptions - List Locations.
    """
    known = azure.regions.get(subscription.lower())
    if known is None:
        with azure.calling(f"GET /subscriptions/{subscription}/locations"):
            listed = [place async for place in azure.subscriptions().subscriptions.list_locations(subscription)]
        known = azure.regions[subscription.lower()] = tuple(region for place in listed for region in _physical(place))
    return known


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
