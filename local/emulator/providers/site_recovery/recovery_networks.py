"""Which network and subnets a protected machine's NICs will be in after a failover."""

import copy

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.store import Resource
from local.emulator.providers.site_recovery import names
from local.emulator.providers.site_recovery.bodies import nics
from local.emulator.providers.site_recovery.machine import Machine
from local.emulator.providers.site_recovery.networks import mapping_of


def choose_network(cloud: Cloud, item: Resource) -> None:
    """Fill the NICs: in the network asked for at enable, else in the one that the source's is mapped to."""
    details = item.properties["providerSpecificDetails"]
    machine = Machine.of_item(cloud, item)
    found = machine.nics() if machine else []
    if not found:
        return
    if turned := [nic for nic in details["vmNics"] if nic["selectionType"] == "NotSelected"]:
        details["vmNics"] = [nics.restored(nic, new.body) for nic, new in zip(turned, found, strict=False)]
        details["selectedRecoveryAzureNetworkId"] = turned[0]["recoveryVMNetworkId"]
        return
    if details["vmNics"]:
        return
    asked = item.private["given"]
    recovery_network = asked.get("recoveryAzureNetworkId") or _mapped_network(cloud, item, found[0])
    details["selectedRecoveryAzureNetworkId"] = recovery_network or None
    wanted = names.name_of(asked.get("recoverySubnetName") or "")
    details["vmNics"] = [
        nics.interface(
            copy.deepcopy(nic.body),
            recovery_network=recovery_network,
            recovery_subnets={
                subnet: wanted or _subnet_like(cloud, recovery_network, subnet) for subnet in _subnets(nic)
            },
        )
        for nic in found
    ]


def _subnets(nic: Resource) -> list[str]:
    configurations = nic.properties.get("ipConfigurations") or ()
    return [names.name_of(found["properties"]["subnet"]["id"]) for found in configurations]


def source_network(nic: Resource) -> str:
    """Return the id of the virtual network that a NIC is in, or ""."""
    configurations = nic.properties.get("ipConfigurations") or ()
    subnets = [found["properties"]["subnet"]["id"] for found in configurations if found["properties"].get("subnet")]
    return str(subnets[0]).rsplit("/", 2)[0] if subnets else ""


def _mapped_network(cloud: Cloud, item: Resource, nic: Resource) -> str:
    recovery_fabric = ResourceId.parse(item.properties["recoveryFabricId"])
    if item.id.parent.parent.key == recovery_fabric.key:
        return source_network(nic)  # within one region the machine stays in its network
    mapping = mapping_of(cloud, item.id.parent.parent, source_network(nic), recovery_fabric)
    kept = cloud.store.find(mapping.properties["recoveryNetworkId"]) if mapping else None
    return kept.id.text if kept else ""


def _subnet_like(cloud: Cloud, network_id: str, subnet: str) -> str:
    """Return the subnet of the same name, else the first in alphabetical order, as the service documents it."""
    network = cloud.store.find(network_id) if network_id else None
    present = sorted(found["name"] for found in (network.properties.get("subnets") or ())) if network else []
    same = [name for name in present if name.lower() == subnet.lower()]
    return next(iter([*same, *present]), subnet)
