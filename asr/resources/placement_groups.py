"""Proximity placement groups."""

from asr.gateway.machines import read_placement_group
from asr.gateway.session import Azure
from asr.gateway.targets import put_placement_group
from asr.model.change import Change, create, refuse, reuse
from asr.model.specs import PlacementGroupSpec
from asr.model.step import Operation
from asr.model.vm_facts import PlacementGroup
from asr.planning.suitability import placement_group_problem
from asr.reasons import reason
from asr.resources.azure_view import AzureView, Query
from asr.resources.kind import Compared, Ids, Kind

PLACEMENT = Query[PlacementGroup | None](read_placement_group, None)
"""A proximity placement group; None if it does not exist."""


async def read(view: AzureView, spec: PlacementGroupSpec, _ids: Ids) -> PlacementGroup | None:
    """The group."""
    return await view.see(PLACEMENT, spec.id)


def diff(found: PlacementGroup | None, spec: PlacementGroupSpec, _ids: Ids) -> Change:
    """One that exists serves in its region only; one that a person named is only checked."""
    if found is None and spec.exists:
        return refuse(spec.id, reason("TargetNotFound", role="proximity placement group", id=spec.id))
    if found is None:
        return create(spec.id, "there is no such group", location=spec.location)
    problem = placement_group_problem(found, spec)
    return refuse(spec.id, problem) if problem else reuse(spec.id, "it exists", location=found.location)


async def apply(azure: Azure, compared: Compared[PlacementGroupSpec, PlacementGroup | None]) -> Operation | None:
    """Create the group."""
    return await put_placement_group(azure, compared.spec.id, compared.spec.location)


async def assume(view: AzureView, compared: Compared[PlacementGroupSpec, PlacementGroup | None]) -> None:
    """The group is there."""
    spec = compared.spec
    view.assume(PLACEMENT, spec.id, PlacementGroup(spec.id, spec.location))


PROXIMITY_PLACEMENT_GROUP = Kind("proximity placement group", PlacementGroupSpec, read, diff, apply, assume)
