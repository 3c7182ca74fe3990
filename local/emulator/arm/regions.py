"""Azure's regions, and the rules about a resource's location."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from local.emulator.arm import errors
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.store import Resource

_DATA = Path(__file__).parent.parent / "data" / "regions.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One region.

    Attributes:
        name: `southeastasia`.
        display_name: `Southeast Asia`.
        geography: `Asia Pacific`.
        geography_group: the continent-wide group that `az account list-locations` shows.
        physical_location: the city or state.
        paired: the name of the paired region, or "".
        zones: whether it has availability zones.
        recommended: whether its category is `Recommended` rather than `Other`.
        restricted: whether access must be asked for.
    """

    name: str
    display_name: str
    geography: str
    geography_group: str
    physical_location: str
    paired: str
    zones: bool
    recommended: bool
    restricted: bool


@cache
def regions() -> Mapping[str, Region]:
    """Return every region by name."""
    rows = json.loads(_DATA.read_text(encoding="utf-8"))["regions"]
    return {row["name"]: Region(**row) for row in rows}


def region_name(text: str) -> str:
    """Return `Southeast Asia` as `southeastasia`: ARM takes both."""
    return text.replace(" ", "").lower()


def checked_location(request: ArmRequest, present: Resource | None, kind: str) -> str:
    """Return the normalised location that a PUT asks for.

    Raises:
        ArmError: it is missing, unknown, or not where the resource already is.
    """
    given = request.body.get("location")
    if not given:
        if present:
            return present.location
        raise errors.location_required(kind)
    location = region_name(str(given))
    if location not in regions() and location != "global":
        raise errors.location_not_available(str(given), kind, sorted(regions()))
    if present and region_name(present.location) != location:
        raise errors.invalid_resource_location(present.id, present.location)
    return location
