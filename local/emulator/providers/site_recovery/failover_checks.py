"""Whether a machine can be started on the other side: free names, a size to be had, a network that is there."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.compute.availability_sets import check_fits
from local.emulator.providers.compute.capacity import check_size
from local.emulator.providers.site_recovery import names, references
from local.emulator.providers.site_recovery.failover_kinds import FAILOVER, FailoverKind
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.switches import UNNAMED_MACHINE, chosen

NAMED = "machineNamed"
"""The private fact of an item that somebody has set its recovery machine's name."""

FORMER = "formerMachine"
"""The private fact of an item whose direction was turned around: the id of the machine that failing back replaces."""


def machine_id(cloud: Cloud, item: Resource, kind: FailoverKind) -> ResourceId:
    """Return the id of the machine that a failover starts."""
    details = item.properties["providerSpecificDetails"]
    group = ResourceId.parse(details["recoveryAzureResourceGroupId"])
    is_unnamed = kind is FAILOVER and not item.private.get(NAMED) and chosen(cloud, UNNAMED_MACHINE) == "item"
    return group.extension(
        "Microsoft.Compute", "virtualMachines", item.id.name if is_unnamed else details[kind.machine]
    )


def interface_id(item: Resource, nic: JsonObject, kind: FailoverKind) -> ResourceId:
    """Return the id of one of its NICs."""
    group = ResourceId.parse(item.properties["providerSpecificDetails"]["recoveryAzureResourceGroupId"])
    if chosen := nic[kind.nic_group]:
        group = group.subscription_id.child("resourceGroups", chosen)
    name = nic[kind.nic] or names.name_of(nic["sourceNicArmId"]) + kind.nic_suffix
    return group.extension("Microsoft.Network", "networkInterfaces", name)


def network_of(cloud: Cloud, nic: JsonObject, kind: FailoverKind, network_id: str) -> Resource | None:
    """Return the virtual network of a NIC: `network_id`, else its own choice, else the one of a failover."""
    wanted = _wanted_network(nic, kind, network_id)
    return references.find(cloud, wanted, names.VIRTUAL_NETWORKS)


def _wanted_network(nic: JsonObject, kind: FailoverKind, network_id: str) -> str:
    return str(network_id or nic[kind.network] or nic["recoveryVMNetworkId"] or "")


def check_target(cloud: Cloud, item: Resource, kind: FailoverKind, network_id: str) -> None:
    """Check that nothing stands in the machine's way.

    Raises:
        ServiceFailure: MachineNotCreated (28031) or InterfaceNotCreated (28092).
    """
    details, own = item.properties["providerSpecificDetails"], machine_id(cloud, item, kind)
    former = str(item.private.get(FORMER) or "").lower()
    if cloud.store.find(own) is not None and own.key != former:
        reason = f"a virtual machine '{own.name}' exists in resource group '{own.group}'"
        raise failure(cloud, "MachineNotCreated", vm=own.name, reason=reason)
    try:
        is_managed = bool(details["protectedManagedDisks"])
        check_fits(cloud, {"id": details["recoveryAvailabilitySet"]}, own.name, is_managed=is_managed)
        check_size(cloud, own.subscription_id, details["recoveryFabricLocation"], details["recoveryAzureVMSize"])
    except ArmError as refused:
        raise failure(cloud, "MachineNotCreated", vm=own.name, reason=refused.message) from None
    for nic in details["vmNics"]:
        _check_nic(cloud, interface_id(item, nic, kind), former, reused=bool(nic[kind.reuse]))
        if network_of(cloud, nic, kind, network_id) is None:
            reason = f"virtual network '{_wanted_network(nic, kind, network_id)}' is not there"
            raise failure(cloud, "InterfaceNotCreated", vm=own.name, reason=reason)


def _check_nic(cloud: Cloud, own: ResourceId, former: str, *, reused: bool) -> None:
    taken = cloud.store.find(own)
    user = str(((taken.properties if taken else {}).get("virtualMachine") or {}).get("id") or "")
    if taken is not None and (user.lower() != former if user else not reused):
        reason = f"network interface '{own.name}' exists in resource group '{own.group}'"
        raise failure(cloud, "InterfaceNotCreated", vm=own.name, reason=reason)
