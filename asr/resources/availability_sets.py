"""The recovery availability set."""

from asr.gateway.machines import read_availability_set
from asr.gateway.session import Azure
from asr.gateway.targets import put_availability_set
from asr.model.change import Change, create, refuse, reuse
from asr.model.specs import AvailabilitySetSpec
from asr.model.step import Operation
from asr.model.vm_facts import AvailabilitySet
from asr.planning.suitability import availability_set_problem
from asr.reasons import reason
from asr.resources.azure_view import AzureView, Query
from asr.resources.kind import Compared, Ids, Kind

SET = Query[AvailabilitySet | None](read_availability_set, None)
"""An availability set; None if it does not exist."""


async def read(view: AzureView, spec: AvailabilitySetSpec, _ids: Ids) -> AvailabilitySet | None:
    """The set."""
    return await view.see(SET, spec.id)


def diff(found: AvailabilitySet | None, spec: AvailabilitySetSpec, _ids: Ids) -> Change:
    """One that exists keeps its domains; one that a person named is only checked."""
    if found is None and spec.exists:
        return refuse(spec.id, reason("TargetNotFound", role="availability set", id=spec.id))
    if found is None:
        return create(spec.id, "there is no such set", **_values(spec))
    problem = availability_set_problem(found, spec)
    return refuse(spec.id, problem) if problem else reuse(spec.id, "it exists", **_values(found))


async def apply(azure: Azure, compared: Compared[AvailabilitySetSpec, AvailabilitySet | None]) -> Operation | None:
    """Create the set."""
    spec = compared.spec
    return await put_availability_set(
        azure,
        spec.id,
        spec.location,
        fault_domains=spec.fault_domains,
        update_domains=spec.update_domains,
        sku=spec.sku,
        placement_group_id=spec.placement_group_id,
    )


async def assume(view: AzureView, compared: Compared[AvailabilitySetSpec, AvailabilitySet | None]) -> None:
    """The set is there."""
    spec = compared.spec
    made = AvailabilitySet(
        spec.id, spec.location, spec.fault_domains, spec.update_domains, spec.sku, spec.placement_group_id
    )
    view.assume(SET, spec.id, made)


def _values(about: AvailabilitySet | AvailabilitySetSpec) -> dict[str, object]:
    return {
        "location": about.location,
        "sku": about.sku,
        "faultDomains": about.fault_domains,
        "updateDomains": about.update_domains,
        "proximityPlacementGroupId": about.placement_group_id,
    }


AVAILABILITY_SET = Kind("availability set", AvailabilitySetSpec, read, diff, apply, assume)
