"""Where in the recovery region the VM comes up: its network, its placement group, and its availability set or zone."""

from asr.choices.request import ProtectionRequest
from asr.model.decision import ProtectionPlan
from asr.model.outcome import Reason
from asr.model.resource_id import parse, resource_id, same, subscription_of
from asr.model.specs import AvailabilitySetSpec, GroupSpec, NetworkSpec, PlacementGroupSpec
from asr.model.vm_facts import NamedTarget, NetworkInterface, VmFacts
from asr.planning.naming import Named, asr_name
from asr.planning.regions import region_name
from asr.planning.suitability import SET_OF_MANAGED, groups_problem, sku_problem
from asr.planning.targets import (
    AVAILABILITY_SET,
    NETWORK,
    PLACEMENT_GROUP,
    found_target,
    recovery_group_id,
    target_id,
    twin_group_id,
)
from asr.reasons import reason


def network_plan(facts: VmFacts, request: ProtectionRequest, recovery: str) -> tuple[NetworkSpec, str] | Reason:
    """The recovery network, and the name of the source subnet: those of the primary interface's primary address.

    A new network is `<source network>-asr` in `<its group>-asr`, whatever group the VM itself goes to: two VMs on one
    network must agree, since a vault maps a network once. It is in the subscription that the VM is recovered into,
    which is the only one whose networks the VM can use. Between zones the VM stays in its network, which spans them.
    """
    subnet_id = _primary_subnet(facts.interfaces)
    if subnet_id is None:
        return reason("NetworkInterfaceNotFound")
    subnet = parse(subnet_id)
    network = next((network for network in facts.networks if same(network.id, subnet.parent)), None)
    if network is None:
        return reason("VirtualNetworkNotFound")
    named = target_id(facts.vm, request, "virtual_network")
    if region_name(facts.vm.location) == recovery:
        named = named or network.id
    plan = NetworkSpec(
        source_id=network.id,
        recovery_id=named or _twin_network_id(network.id, subscription_of(recovery_group_id(facts.vm, request))),
        location=recovery,
        address_prefixes=network.address_prefixes,
        subnets=network.subnets,
        exists=named is not None,
    )
    return plan, subnet.name


def subnet_problem(facts: VmFacts, request: ProtectionRequest, network: NetworkSpec) -> Reason | None:
    """A subnet that was chosen has to be in the network: the first in the alphabet would be another one.

    Judged of the network that the VM lands in, if that is there, else of the source network, whose copy has the same
    subnets.
    """
    chosen, (id_, present) = request.options.recovery_subnet, _recovery_network(facts, request, network)
    if chosen is None or any(same(chosen, name) for name in present):
        return None
    names = ", ".join(present) or "no subnets"
    return reason("RecoverySubnetNotFound", subnet=chosen, network=id_, present=names)


def subnet_warning(
    facts: VmFacts, request: ProtectionRequest, network: NetworkSpec, source_subnet: str
) -> Reason | None:
    """A network without a subnet of the source's name: the portal takes the first in the alphabet, silently."""
    id_, present = _recovery_network(facts, request, network)
    if request.options.recovery_subnet or not present or any(same(name, source_subnet) for name in present):
        return None
    first = min(present, key=str.lower)
    return reason("SubnetSubstituted", network=id_, wanted=source_subnet, taken=first)


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


def recovery_network_problem(facts: VmFacts, request: ProtectionRequest, group: GroupSpec) -> Reason | None:
    """The vault may map the VM's network into a subscription that the VM is not recovered into."""
    recovery_network, subscription = (
        facts.preflight_facts.recovery_network if facts.preflight_facts else None,
        subscription_of(group.id),
    )
    if recovery_network is None or same(subscription_of(recovery_network.network_id), subscription):
        return None
    if target_id(facts.vm, request, "virtual_network"):
        return None
    role = "virtual network that the vault maps the VM's network to,"
    return reason("TargetInWrongSubscription", role=role, id=recovery_network.network_id, subscription=subscription)


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

    What zones a region has is judged only if it was read.
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


def _recovery_network(facts: VmFacts, request: ProtectionRequest, network: NetworkSpec) -> tuple[str, tuple[str, ...]]:
    """The network that the VM comes to, and its subnets' names: as it was read, as named, or as the copy will be."""
    if facts.preflight_facts and facts.preflight_facts.recovery_network:
        return facts.preflight_facts.recovery_network.network_id, facts.preflight_facts.recovery_network.subnets
    named = target_id(facts.vm, request, "virtual_network")
    if named is None:
        return network.recovery_id, tuple(subnet.name for subnet in network.subnets)
    found = found_target(facts, "virtual_network", named)
    return named, found.subnets if found else ()


def _primary_subnet(interfaces: tuple[NetworkInterface, ...]) -> str | None:
    """Azure marks neither interface nor address as primary where there is only one."""
    for interface in sorted(interfaces, key=lambda interface: not interface.primary):
        for configuration in sorted(interface.ip_configurations, key=lambda entry: not entry.primary):
            if configuration.subnet_id is not None:
                return configuration.subnet_id
    return None


def _twin_id(kind: Named, type_: str, source_id: str, group: GroupSpec) -> str:
    """`<source>-asr` in the recovery group; marked where that is not the twin of the source's own group."""
    source = parse(source_id)
    shared = not same(group.id, twin_group_id(source.group_id))
    return resource_id(group.id, type_, asr_name(kind, source.name, source_id, shared=shared))


def _twin_network_id(source_id: str, subscription: str) -> str:
    """Marked where networks of several subscriptions may meet."""
    source = parse(source_id)
    shared = not same(source.subscription, subscription)
    name = asr_name(Named.VIRTUAL_NETWORK, source.name, source_id, shared=shared)
    return resource_id(twin_group_id(source.group_id, subscription if shared else None), NETWORK, name)
