"""What says where a virtual machine is among others: availability sets and proximity placement groups."""

from asr.gateway.answers import not_understood
from asr.gateway.document import number, text, text_or_none
from asr.gateway.resources import is_ours, read, region_name
from asr.gateway.session import Azure
from asr.model.vm_facts import AvailabilitySet, PlacementGroup


async def read_availability_set(azure: Azure, set_id: str) -> AvailabilitySet | None:
    """The availability set; None if it does not exist. NotUnderstood if it does not tell its domains.

    Source: Availability Sets - Get.
    """
    body = await read(azure, set_id)
    if body is None:
        return None
    faults, updates = (number(body, "properties", f"platform{kind}DomainCount") or 0 for kind in ("Fault", "Update"))
    if not (0 < faults <= 3 and 0 < updates <= 20):
        raise not_understood(f"GET {set_id}", "it does not tell the domains of the availability set")
    return AvailabilitySet(
        id=text(body, "id"),
        location=region_name(text(body, "location")),
        fault_domains=faults,
        update_domains=updates,
        sku=text(body, "sku", "name") or "Classic",
        placement_group_id=text_or_none(body, "properties", "proximityPlacementGroup", "id"),
        ours=is_ours(body),
    )


async def read_placement_group(azure: Azure, group_id: str) -> PlacementGroup | None:
    """The proximity placement group; None if it does not exist. Source: Proximity Placement Groups - Get."""
    body = await read(azure, group_id)
    if body is None:
        return None
    return PlacementGroup(text(body, "id"), region_name(text(body, "location")), is_ours(body))
