"""Where in the recovery region the VM comes up: its network, and its availability set or zone."""

from asr.model.decision import AvailabilitySetPlan, GroupPlan, NetworkPlan
from asr.model.facts import NetworkInterface, VmFacts
from asr.model.outcome import Reason
from asr.planning.naming import Named, asr_name
from asr.planning.reasons import reason
from asr.planning.regions import region_name
from asr.planning.targets import AVAILABILITY_SET, NETWORK, found_target, target_id, twin_group_id
from asr.planning.wish import Wish
from asr.resource_id import parse, resource_id, same


def network_plan(facts: VmFacts, wish: Wish, recovery: str) -> tuple[NetworkPlan, str] | Reason:
    """The recovery network, and the name of the source subnet: those of the primary interface's primary address.

    A new network is `<source network>-asr` in `<its group>-asr`, whatever group the VM itself goes to: two VMs on one
    network must agree, since a vault maps a network once. Between zones the VM stays in its network, which spans them.
    """
    subnet_id = _primary_subnet(facts.interfaces)
    if subnet_id is None:
        return reason("NetworkInterfaceNotFound")
    subnet = parse(subnet_id)
    network = next((network for network in facts.networks if same(network.id, subnet.parent)), None)
    if network is None:
        return reason("VirtualNetworkNotFound")
    named = target_id(facts.vm, wish, "virtual_network")
    if region_name(facts.vm.location) == recovery:
        named = named or network.id
    plan = NetworkPlan(
        source_id=network.id,
        recovery_id=named or _twin_network_id(network.id),
        location=recovery,
        address_prefixes=network.address_prefixes,
        subnets=network.subnets,
        exists=named is not None,
    )
    return plan, subnet.name


def subnet_problem(facts: VmFacts, wish: Wish, network: NetworkPlan) -> Reason | None:
    """A subnet that was chosen has to be in the network: the first in the alphabet would be another one.

    Judged of a network that was named, and of the source network, whose copy has the same subnets.
    """
    chosen = wish.chosen.recovery_subnet
    if chosen is None or any(same(chosen, name) for name in _known_subnets(facts, wish, network)):
        return None
    return reason("RecoverySubnetNotFound", subnet=chosen, present=", ".join(_known_subnets(facts, wish, network)))


def subnet_warning(facts: VmFacts, wish: Wish, network: NetworkPlan, source_subnet: str) -> Reason | None:
    """A named network without a subnet of the source's name: the portal takes the first in the alphabet, silently."""
    present = _known_subnets(facts, wish, network)
    if wish.chosen.recovery_subnet or not present or any(same(name, source_subnet) for name in present):
        return None
    first = min(present, key=str.lower)
    return reason("SubnetSubstituted", network=network.recovery_id, wanted=source_subnet, taken=first)


def availability_set_plan(
    facts: VmFacts, wish: Wish, group: GroupPlan, recovery: str
) -> AvailabilitySetPlan | Reason | None:
    """The recovery set of a VM that is in a set: the named one, else `<source set>-asr` with the same domains.

    None for a VM in no set, and for one that is to be recovered into a zone or a scale set.
    """
    named = target_id(facts.vm, wish, "availability_set")
    source_id = facts.vm.availability_set_id
    if source_id is None:
        return reason("AvailabilitySetNotApplicable", name=named) if named else None
    if wish.chosen.recovery_zone is not None or wish.chosen.scale_set is not None:
        return None
    source = facts.availability_set
    if source is None:
        return reason("AvailabilitySetNotFound", id=source_id)
    origin = parse(source.id)
    shared = not same(group.id, twin_group_id(origin.group_id))
    twin = asr_name(Named.AVAILABILITY_SET, origin.name, source.id, shared=shared)
    return AvailabilitySetPlan(
        id=named or resource_id(group.id, AVAILABILITY_SET, twin),
        location=recovery,
        fault_domains=source.fault_domains,
        update_domains=source.update_domains,
        sku=source.sku,
        exists=named is not None,
    )


def recovery_zone(facts: VmFacts, wish: Wish, recovery: str) -> str | Reason | None:
    """The zone to recover to: the one asked for, else the VM's own number where the recovery region has it.

    What zones a region has is judged only if it was read.
    """
    region = next((region for region in facts.regions if region.name == recovery), None)
    zones = region.zones if region else ()
    asked = wish.chosen.recovery_zone
    if asked is not None:
        if region is None or asked in zones:
            return asked
        present = f"the zones {', '.join(zones)}" if zones else "no zones"
        return reason("RecoveryZoneNotFound", zone=asked, region=recovery, present=present)
    return next((zone for zone in facts.vm.zones if zone in zones), None)


def _known_subnets(facts: VmFacts, wish: Wish, network: NetworkPlan) -> tuple[str, ...]:
    named = target_id(facts.vm, wish, "virtual_network")
    if named is None:
        return tuple(subnet.name for subnet in network.subnets)
    found = found_target(facts, "virtual_network", named)
    return found.subnets if found else ()


def _primary_subnet(interfaces: tuple[NetworkInterface, ...]) -> str | None:
    """Azure marks neither interface nor address as primary where there is only one."""
    for interface in sorted(interfaces, key=lambda interface: not interface.primary):
        for configuration in sorted(interface.ip_configurations, key=lambda entry: not entry.primary):
            if configuration.subnet_id is not None:
                return configuration.subnet_id
    return None


def _twin_network_id(source_id: str) -> str:
    source = parse(source_id)
    name = asr_name(Named.VIRTUAL_NETWORK, source.name, source_id)
    return resource_id(twin_group_id(source.group_id), NETWORK, name)
