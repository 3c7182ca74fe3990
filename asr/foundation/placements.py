"""Proximity placement groups."""

from asr.foundation.kind import Examined, Ids, Kind
from asr.foundation.survey import Shelf, Survey
from asr.foundation.verdict import Verdict, create, refuse, reuse
from asr.gateway.machines import read_placement_group
from asr.gateway.session import Azure
from asr.gateway.targets import put_placement_group
from asr.model.decision import PlacementGroupPlan
from asr.model.facts import PlacementGroup
from asr.model.step import Operation
from asr.planning.reasons import reason
from asr.planning.suitability import placement_group_problem

PLACEMENT = Shelf[PlacementGroup | None](read_placement_group, None)
"""A proximity placement group; None if it does not exist."""


async def read(survey: Survey, spec: PlacementGroupPlan, _ids: Ids) -> PlacementGroup | None:
    """The group."""
    return await survey.see(PLACEMENT, spec.id)


def judge(found: PlacementGroup | None, spec: PlacementGroupPlan, _ids: Ids) -> Verdict:
    """One that exists serves in its region only; one that a person named is only checked."""
    if found is None and spec.exists:
        return refuse(spec.id, reason("TargetNotFound", role="proximity placement group", id=spec.id))
    if found is None:
        return create(spec.id, "there is no such group", location=spec.location)
    problem = placement_group_problem(found, spec)
    return refuse(spec.id, problem) if problem else reuse(spec.id, "it exists", location=found.location)


async def apply(azure: Azure, examined: Examined[PlacementGroupPlan, PlacementGroup | None]) -> Operation | None:
    """Create the group."""
    return await put_placement_group(azure, examined.spec.id, examined.spec.location)


async def suppose(survey: Survey, examined: Examined[PlacementGroupPlan, PlacementGroup | None]) -> None:
    """The group is there."""
    spec = examined.spec
    survey.suppose(PLACEMENT, spec.id, PlacementGroup(spec.id, spec.location))


PROXIMITY_PLACEMENT_GROUP = Kind("proximity placement group", PlacementGroupPlan, read, judge, apply, suppose)
