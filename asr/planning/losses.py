"""What a VM has and will not have on the recovery side: each kind of loss is told once, and none blocks.

Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-support-matrix, compute settings and networking
"""

from collections.abc import Iterable, Iterator

from asr.model.decision import ProtectionPlan
from asr.model.outcome import Reason
from asr.model.vm_facts import IpConfiguration, VirtualMachine, VmFacts
from asr.planning.placement import source_placement_group
from asr.planning.systems import system_warnings
from asr.reasons import reason

_OWN_EXTENSIONS = "siterecovery-"
"""How the names of the extensions begin that Site Recovery brings itself, in lower case."""


def carried_warnings(facts: VmFacts, plan: ProtectionPlan) -> Iterator[Reason]:
    """What the VM has and will not have on the recovery side, and extensions that failed."""
    yield from _placement(facts, plan)
    yield from _machine(facts)
    yield from system_warnings(facts)
    yield from _network(facts)
    if facts.vm.failed_extensions:
        yield reason("ExtensionFailed", names=facts.vm.failed_extensions)


def _placement(facts: VmFacts, plan: ProtectionPlan) -> Iterator[Reason]:
    vm, near = facts.vm, source_placement_group(facts)
    if near and plan.placement_group is None:
        yield reason("PlacementGroupNotCarried", id=near)
    if vm.capacity_group_id and plan.capacity_group_id is None:
        yield reason("CapacityReservationNotCarried", id=vm.capacity_group_id)
    if vm.scale_set_id and plan.scale_set_id is None:
        yield reason("ScaleSetNotCarried", id=vm.scale_set_id)


def _machine(facts: VmFacts) -> Iterator[Reason]:
    vm, known = facts.vm, facts.matrix.machines
    uncertain = vm.security_type and vm.security_type not in known.unsupported_security_types
    if uncertain and vm.os_type not in known.proven_security_types.get(vm.security_type or "", ()):
        yield reason("SecurityTypeUncertain", kind=vm.security_type, system=vm.os_type)
    yield from machine_losses(vm)
    if facts.preflight_facts and facts.preflight_facts.roles:
        yield reason("RolesNotCarried", count=len(facts.preflight_facts.roles))


def machine_losses(vm: VirtualMachine) -> Iterator[Reason]:
    """What the VM alone tells, whatever is planned for it."""
    if vm.encryption_at_host:
        yield reason("HostEncryptionNotCarried")
    extensions = [name for name in vm.extensions if not name.lower().startswith(_OWN_EXTENSIONS)]
    if extensions:
        yield reason("ExtensionsNotCarried", names=sorted(extensions))
    if vm.identity and "systemassigned" in vm.identity.replace(" ", "").lower():
        yield reason("IdentityNotCarried")


def _network(facts: VmFacts) -> Iterator[Reason]:
    configurations = [one for interface in facts.interfaces for one in interface.ip_configurations]
    secondary = [
        f"{_name(interface.id)}/{one.name}"
        for interface in facts.interfaces
        for one in _secondary(interface.ip_configurations)
    ]
    if secondary:
        yield reason("SecondaryAddressesNotCarried", names=secondary)
    public = _names(one.public_address_id for one in configurations)
    if public:
        yield reason("PublicAddressesNotCarried", names=public)
    pools = _names(id_ for one in configurations for id_ in one.pool_ids)
    if pools:
        yield reason("LoadBalancersNotCarried", names=pools)
    groups = _names(interface.security_group_id for interface in facts.interfaces)
    if groups:
        yield reason("InterfaceSecurityGroupsNotCarried", names=groups)


def _secondary(configurations: tuple[IpConfiguration, ...]) -> Iterable[IpConfiguration]:
    """All but the primary one; of an interface that marks none, the first is."""
    primary = next((one for one in configurations if one.primary), configurations[0] if configurations else None)
    return (one for one in configurations if one is not primary)


def _names(ids: Iterable[str | None]) -> list[str]:
    """A pool is known by its load balancer, `lb/backendAddressPools/pool`; everything else by its name."""
    return list(
        dict.fromkeys(_pool(id_) if "/backendaddresspools/" in id_.lower() else _name(id_) for id_ in ids if id_)
    )


def _pool(id_: str) -> str:
    parts = id_.split("/")
    return f"{parts[-3]}/{parts[-1]}"


def _name(id_: str) -> str:
    return id_.rsplit("/", 1)[-1]
