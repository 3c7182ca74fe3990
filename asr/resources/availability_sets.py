"""The recovery availability set."""

from dataclasses import replace

from asr.gateway.machine_placement import read_availability_set
from asr.gateway.session import Azure
from asr.gateway.targets import put_availability_set
from asr.model.change import Change, create, refuse, reuse
from asr.model.specs import AvailabilitySetSpec
from asr.model.step import Operation
from asr.model.vm_facts import AvailabilitySet
from asr.planning.keys import is_placement
from asr.planning.naming import Named
from asr.planning.suitability import availability_set_problem
from asr.reasons import reason
from asr.resources.azure_view import AzureView, Query
from asr.resources.kind import Compared, Ids, Kind
from asr.resources.second_names import At, see_at

SET = Query[AvailabilitySet | None](read_availability_set, None)
"""An availability set; None if it does not exist."""


async def read(view: AzureView, spec: AvailabilitySetSpec, _ids: Ids) -> At[AvailabilitySet]:
    """The set."""
    return await see_at(view, SET, Named.AVAILABILITY_SET, spec.id, spec.location, named=spec.exists)


def diff(at: At[AvailabilitySet], spec: AvailabilitySetSpec, ids: Ids) -> Change:
    """One that exists keeps its domains; one that a person named is only checked."""
    if at.found is None and spec.exists:
        return refuse(at.id, reason("TargetNotFound", role="availability set", id=at.id))
    wanted = _near(spec, ids)
    if at.found is None:
        return create(at.id, "there is no such set", **_values(wanted))
    problem = availability_set_problem(at.found, wanted)
    return refuse(at.id, problem) if problem else reuse(at.id, "it exists", **_values(at.found))


def _near(spec: AvailabilitySetSpec, ids: Ids) -> AvailabilitySetSpec:
    """With the placement group that it turned out to be, if one is required."""
    near = next((id_ for key, id_ in ids.items() if is_placement(key)), spec.placement_group_id)
    return replace(spec, placement_group_id=near)


async def apply(azure: Azure, compared: Compared[AvailabilitySetSpec, At[AvailabilitySet]]) -> Operation | None:
    """Create the set."""
    spec = _near(compared.spec, compared.ids)
    return await put_availability_set(
        azure,
        compared.change.id,
        spec.location,
        fault_domains=spec.fault_domains,
        update_domains=spec.update_domains,
        sku=spec.sku,
        placement_group_id=spec.placement_group_id,
    )


async def assume(view: AzureView, compared: Compared[AvailabilitySetSpec, At[AvailabilitySet]]) -> None:
    """The set is there."""
    spec, id_ = _near(compared.spec, compared.ids), compared.change.id
    domains = (spec.fault_domains, spec.update_domains)
    view.assume(SET, id_, AvailabilitySet(id_, spec.location, *domains, spec.sku, spec.placement_group_id, ours=True))


def _values(about: AvailabilitySet | AvailabilitySetSpec) -> dict[str, object]:
    return {
        "location": about.location,
        "sku": about.sku,
        "faultDomains": about.fault_domains,
        "updateDomains": about.update_domains,
        "proximityPlacementGroupId": about.placement_group_id,
    }


AVAILABILITY_SET = Kind("availability set", AvailabilitySetSpec, read, diff, apply, assume)
