"""Proximity placement groups."""

from asr.gateway.machine_placement import read_placement_group
from asr.gateway.session import Azure
from asr.gateway.targets import put_placement_group
from asr.model.change import Change, create, refuse, reuse
from asr.model.specs import PlacementGroupSpec
from asr.model.step import Operation
from asr.model.vm_facts import PlacementGroup
from asr.planning.naming import Named
from asr.planning.suitability import placement_group_problem
from asr.reasons import reason
from asr.resources.azure_view import AzureView, Query
from asr.resources.kind import Compared, Ids, Kind
from asr.resources.second_names import At, see_at

PLACEMENT = Query[PlacementGroup | None](read_placement_group, None)
"""A proximity placement group; None if it does not exist."""


async def read(view: AzureView, spec: PlacementGroupSpec, _ids: Ids) -> At[PlacementGroup]:
    """The group."""
    return await see_at(view, PLACEMENT, Named.PLACEMENT_GROUP, spec.id, spec.location, named=spec.exists)


def diff(at: At[PlacementGroup], spec: PlacementGroupSpec, _ids: Ids) -> Change:
    """One that exists serves in its region only; one that a person named is only checked."""
    if at.found is None and spec.exists:
        return refuse(at.id, reason("TargetNotFound", role="proximity placement group", id=at.id))
    if at.found is None:
        return create(at.id, "there is no such group", location=spec.location)
    problem = placement_group_problem(at.found, spec)
    return refuse(at.id, problem) if problem else reuse(at.id, "it exists", location=at.found.location)


async def apply(azure: Azure, compared: Compared[PlacementGroupSpec, At[PlacementGroup]]) -> Operation | None:
    """Create the group."""
    return await put_placement_group(azure, compared.change.id, compared.spec.location)


async def assume(view: AzureView, compared: Compared[PlacementGroupSpec, At[PlacementGroup]]) -> None:
    """The group is there."""
    id_ = compared.change.id
    view.assume(PLACEMENT, id_, PlacementGroup(id_, compared.spec.location, ours=True))


PROXIMITY_PLACEMENT_GROUP = Kind("proximity placement group", PlacementGroupSpec, read, diff, apply, assume)
