"""The recovery availability set."""

from asr.foundation.kind import Examined, Ids, Kind
from asr.foundation.survey import Shelf, Survey
from asr.foundation.verdict import Verdict, create, refuse, reuse
from asr.gateway.machines import read_availability_set
from asr.gateway.session import Azure
from asr.gateway.targets import put_availability_set
from asr.model.decision import AvailabilitySetPlan
from asr.model.facts import AvailabilitySet
from asr.model.step import Operation
from asr.planning.reasons import reason
from asr.planning.suitability import availability_set_problem

SET = Shelf[AvailabilitySet | None](read_availability_set, None)
"""An availability set; None if it does not exist."""


async def read(survey: Survey, spec: AvailabilitySetPlan, _ids: Ids) -> AvailabilitySet | None:
    """The set."""
    return await survey.see(SET, spec.id)


def judge(found: AvailabilitySet | None, spec: AvailabilitySetPlan, _ids: Ids) -> Verdict:
    """One that exists keeps its domains; one that a person named is only checked."""
    if found is None and spec.exists:
        return refuse(spec.id, reason("TargetNotFound", role="availability set", id=spec.id))
    if found is None:
        return create(spec.id, "there is no such set", **_values(spec))
    problem = availability_set_problem(found, spec)
    return refuse(spec.id, problem) if problem else reuse(spec.id, "it exists", **_values(found))


async def apply(azure: Azure, examined: Examined[AvailabilitySetPlan, AvailabilitySet | None]) -> Operation | None:
    """Create the set."""
    spec = examined.spec
    return await put_availability_set(
        azure,
        spec.id,
        spec.location,
        fault_domains=spec.fault_domains,
        update_domains=spec.update_domains,
        sku=spec.sku,
        placement_group_id=spec.placement_group_id,
    )


async def suppose(survey: Survey, examined: Examined[AvailabilitySetPlan, AvailabilitySet | None]) -> None:
    """The set is there."""
    spec = examined.spec
    made = AvailabilitySet(
        spec.id, spec.location, spec.fault_domains, spec.update_domains, spec.sku, spec.placement_group_id
    )
    survey.suppose(SET, spec.id, made)


def _values(about: AvailabilitySet | AvailabilitySetPlan) -> dict[str, object]:
    return {
        "location": about.location,
        "sku": about.sku,
        "faultDomains": about.fault_domains,
        "updateDomains": about.update_domains,
        "proximityPlacementGroupId": about.placement_group_id,
    }


AVAILABILITY_SET = Kind("availability set", AvailabilitySetPlan, read, judge, apply, suppose)
