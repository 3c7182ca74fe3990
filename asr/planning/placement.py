"""Where in the recovery region the VM comes up: its placement group, and its availability set or zone."""

from asr.choices.request import ProtectionRequest
from asr.model.decision import ProtectionPlan
from asr.model.outcome import Reason
from asr.model.resource_id import parse, resource_id, same
from asr.model.specs import AvailabilitySetSpec, GroupSpec, PlacementGroupSpec
from asr.model.vm_facts import NamedTarget, VmFacts
from asr.planning.naming import Named, asr_name
from asr.planning.suitability import SET_OF_MANAGED, groups_problem, sku_problem
from asr.planning.targets import (
    AVAILABILITY_SET,
    PLACEMENT_GROUP,
    found_target,
    target_id,
    twin_group_id,
)
from asr.reasons import reason


def availability_set_plan(
    facts: VmFacts, request: ProtectionRequest, group: GroupSpec, recovery: str
) -> AvailabilitySetSpec | Reason | None:
    """The recovery set of a VM that is in a set: the named one, else `<source set>-asr` with the same domains.

    None for a VM in no set, and for one that is to be recovered into a zone or a scale set.
    """
    named = target_id(facts.vm, request, "availability_set")
    source_id = facts.vm.availability_set_id
    if source_id is None:
        return reason("AvailabilitySetNotApplicable", name=named) if named else None
    if request.options.recovery_zone is not None or request.options.scale_set is not None:
        return None
    source = facts.availability_set
    if source is None:
        return reason("AvailabilitySetNotFound", id=source_id)
    near = placement_group_plan(facts, request, group, recovery)
    return AvailabilitySetSpec(
        id=named or _twin_id(Named.AVAILABILITY_SET, AVAILABILITY_SET, source.id, group),
        location=recovery,
        fault_domains=source.fault_domains,
        update_domains=source.update_domains,
        sku=SET_OF_MANAGED if facts.vm.managed_disks else source.sku,
        exists=named is not None,
        placement_group_id=near.id if near else None,
    )


def placement_group_plan(
    facts: VmFacts, request: ProtectionRequest, group: GroupSpec, recovery: str
) -> PlacementGroupSpec | None:
    """The recovery placement group: the named one, else that of the named set, else `<source group>-asr` if the VM or
    its set is in one.

    None is made for a VM that is to use reserved capacity, which Azure does not combine with placement groups, or that
    goes to a scale set, whose own group counts.
    Source: https://learn.microsoft.com/azure/virtual-machines/capacity-reservation-overview, limitations
    """
    if named := target_id(facts.vm, request, "proximity_placement_group"):
        return PlacementGroupSpec(named, recovery, exists=True)
    if named_set := _named_set(facts, request):
        of_set = named_set.placement_group_id
        return PlacementGroupSpec(of_set, recovery, exists=True) if of_set else None
    source_id = source_placement_group(facts)
    if source_id is None or request.options.capacity_group is not None or request.options.scale_set is not None:
        return None
    return PlacementGroupSpec(_twin_id(Named.PLACEMENT_GROUP, PLACEMENT_GROUP, source_id, group), recovery)


def set_warning(facts: VmFacts, request: ProtectionRequest, group: GroupSpec) -> Reason | None:
    """Azure's description of virtual machines wants a set in the group of its VMs."""
    named = target_id(facts.vm, request, "availability_set")
    if named is None or same(parse(named).group_id, group.id):
        return None
    return reason("AvailabilitySetInAnotherGroup", id=named, group=group.id)


def set_problem(facts: VmFacts, request: ProtectionRequest, plan: ProtectionPlan) -> Reason | None:
    """A set that was named may be for the other kind of disks, or not belong to a placement group that was named."""
    named_set, near = _named_set(facts, request), plan.placement_group
    if named_set is None:
        return None
    if plan.availability_set and (unsuitable := sku_problem(named_set.id, named_set.sku, plan.availability_set.sku)):
        return unsuitable
    if near is None:
        return None
    return groups_problem(named_set.id, named_set.placement_group_id, near.id)


def unmanaged_problem(facts: VmFacts, request: ProtectionRequest, plan: ProtectionPlan) -> Reason | None:
    """Site Recovery brings only VMs with managed disks up in a placement group.

    Source: https://learn.microsoft.com/azure/site-recovery/how-to-enable-replication-proximity-placement-groups
    """
    if plan.placement_group is None or not facts.vm.unmanaged_disks:
        return None
    named = target_id(facts.vm, request, "proximity_placement_group") is not None
    return reason("PlacementGroupUnmanaged", id=plan.placement_group.id if named else source_placement_group(facts))


def source_placement_group(facts: VmFacts) -> str | None:
    """The placement group of the VM, or of its availability set: a VM need not repeat that of its set."""
    of_set = facts.availability_set.placement_group_id if facts.availability_set else None
    return facts.vm.placement_group_id or of_set


def recovery_zone(facts: VmFacts, request: ProtectionRequest, recovery: str) -> str | Reason | None:
    """The zone to recover to: the one asked for, else the VM's own number where the recovery region has it.

    What zones a region has is checked only if it was read.
    """
    region = next((region for region in facts.regions if region.name == recovery), None)
    zones = region.zones if region else ()
    asked = request.options.recovery_zone
    if asked is not None:
        if region is None or asked in zones:
            return asked
        present = f"the zones {', '.join(zones)}" if zones else "no zones"
        return reason("RecoveryZoneNotFound", zone=asked, region=recovery, present=present)
    return next((zone for zone in facts.vm.zones if zone in zones), None)


def _named_set(facts: VmFacts, request: ProtectionRequest) -> NamedTarget | None:
    named = target_id(facts.vm, request, "availability_set")
    return found_target(facts, "availability_set", named) if named else None


def _twin_id(kind: Named, type_: str, source_id: str, group: GroupSpec) -> str:
    """`<source>-asr` in the recovery group; marked where that is not the twin of the source's own group."""
    source = parse(source_id)
    shared = not same(group.id, twin_group_id(source.group_id))
    return resource_id(group.id, type_, asr_name(kind, source.name, source_id, shared=shared))
