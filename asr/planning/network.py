"""Which network a VM is recovered into: the one place that decides it.

What is wanted is made from the VM's own network (`network_plan`); what is there decides (`choose_network`): a named
network, else the one that the vault maps the VM's network to, else the copy. What the answer means for the VM's subnet
is decided of the network that it turned out to be.
"""

from collections.abc import Iterable

from asr.choices.request import ProtectionRequest
from asr.model.outcome import Reason
from asr.model.resource_id import parse, resource_id, same, subscription_of
from asr.model.specs import GroupSpec, NetworkSpec
from asr.model.vault_facts import NetworkMapping
from asr.model.vm_facts import NetworkInterface, VmFacts
from asr.planning.naming import Named, asr_name
from asr.planning.reconcile import choose_network_mapping
from asr.planning.regions import region_name
from asr.planning.targets import NETWORK, found_target, recovery_group_id, target_id, twin_group_id
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


def choose_network(
    spec: NetworkSpec, mappings: Iterable[NetworkMapping], recovery_fabric_id: str
) -> NetworkMapping | None:
    """The mapping of the vault that leads the VM's network elsewhere; None: the wanted network it is.

    Azure maps a network once towards a fabric, so what is mapped decides, unless a network was named.
    """
    if spec.exists:
        return None
    chosen = choose_network_mapping(tuple(mappings), spec.source_id, recovery_fabric_id, name="")
    return chosen if isinstance(chosen, NetworkMapping) else None


def subnet_problem(facts: VmFacts, request: ProtectionRequest, network: NetworkSpec) -> Reason | None:
    """A subnet that was chosen has to be in the network: the first in the alphabet would be another one.

    Decided of the network that it turned out to be, if that is known, else of the copy, which has the source's subnets.
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


def _twin_network_id(source_id: str, subscription: str) -> str:
    """Marked where networks of several subscriptions may meet."""
    source = parse(source_id)
    shared = not same(source.subscription, subscription)
    name = asr_name(Named.VIRTUAL_NETWORK, source.name, source_id, shared=shared)
    return resource_id(twin_group_id(source.group_id, subscription if shared else None), NETWORK, name)
