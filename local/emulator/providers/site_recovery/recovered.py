"""The machines that a failover starts on the other side, and what they are made of.

A failed-over machine has the source's names; a test machine has the item's test names. Source for the body: the
recorded machine after a failover (attached disks, no `osProfile`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, fresh_guid, offset_timestamp
from local.emulator.providers.compute.machines import wire_up
from local.emulator.providers.site_recovery import names

RESERVED_ADDRESSES = 4
"""How many addresses at the beginning of a subnet Azure keeps for itself."""


@dataclass(frozen=True, slots=True)
class Flavour:
    """Where a failover and a test failover differ: the keys of the item's body that they go by.

    Attributes:
        machine: the key of the machine's name.
        disk: the key of a disk's name.
        nic: the key of a NIC's name.
        nic_suffix: what is added to the source NIC's name when that key is empty.
        subnet, address: the keys of an IP configuration's subnet and static address.
        network: the key of a NIC's virtual network.
    """

    machine: str
    disk: str
    nic: str
    nic_suffix: str
    subnet: str
    address: str
    network: str


FAILOVER = Flavour(
    "recoveryAzureVMName",
    "failoverDiskName",
    "recoveryNicName",
    "",
    "recoverySubnetName",
    "recoveryStaticIPAddress",
    "recoveryVMNetworkId",
)
TEST = Flavour(
    "tfoAzureVMName",
    "tfoDiskName",
    "tfoRecoveryNicName",
    "-test",
    "tfoSubnetName",
    "tfoStaticIPAddress",
    "tfoVMNetworkId",
)


def build(cloud: Cloud, item: Resource, flavour: Flavour, network_id: str = "") -> Resource:
    """Start a machine from the item's replicas.

    Args:
        cloud: the emulated Azure.
        item: the protected item.
        flavour: whether it is a failover or a test.
        network_id: the network for every NIC that has none of its own choice.
    """
    details = item.properties["providerSpecificDetails"]
    group, location = details["recoveryAzureResourceGroupId"], details["recoveryFabricLocation"]
    disks = {
        disk["diskType"] + disk["diskName"]: _disk(cloud, disk, flavour, location)
        for disk in details["protectedManagedDisks"] or ()
    }
    nics = [_nic(cloud, nic, flavour, group, location, network_id) for nic in details["vmNics"]]
    machine = ResourceId.parse(f"{group}/providers/Microsoft.Compute/virtualMachines/{details[flavour.machine]}")
    kept = cloud.write(machine, _machine(cloud, details, location, disks, nics), {"power": "running"})
    wire_up(cloud, kept)
    cloud.events.written(kept.id)
    return kept


def take_down(cloud: Cloud, machine_id: str) -> None:
    """Delete a test machine with its disks and NICs."""
    machine = cloud.store.find(machine_id)
    if machine is None:
        return
    profile = machine.properties["storageProfile"]
    parts = [disk["managedDisk"]["id"] for disk in (profile["osDisk"], *profile["dataDisks"]) if "managedDisk" in disk]
    parts += [nic["id"] for nic in machine.properties["networkProfile"]["networkInterfaces"]]
    for part in (machine.id, *map(ResourceId.parse, parts)):
        if cloud.delete(part):
            cloud.events.deleted(part)


def _disk(cloud: Cloud, disk: JsonObject, flavour: Flavour, location: str) -> Resource:
    replica = cloud.store.find(disk["recoveryReplicaDiskId"])
    own = ResourceId.parse(f"{disk['recoveryResourceGroupId']}/providers/Microsoft.Compute/disks/{disk[flavour.disk]}")
    size = int(replica.properties["diskSizeGB"]) if replica else 0
    body: JsonObject = {
        "location": location,
        "sku": {"name": disk["recoveryTargetDiskAccountType"]},
        "properties": {
            "creationData": {"createOption": "Copy", "sourceResourceId": disk["recoveryReplicaDiskId"]},
            "diskSizeGB": size,
            "diskSizeBytes": size * 1024**3,
            "diskState": "Attached",
            "provisioningState": "Succeeded",
            "timeCreated": offset_timestamp(cloud.clock.now()),
            "uniqueId": fresh_guid(),
        },
    }
    kept = cloud.write(own, body)
    cloud.events.written(kept.id)
    return kept


def _nic(cloud: Cloud, nic: JsonObject, flavour: Flavour, group: str, location: str, network_id: str) -> Resource:
    name = nic[flavour.nic] or names.name_of(nic["sourceNicArmId"]) + flavour.nic_suffix
    own = ResourceId.parse(f"{group}/providers/Microsoft.Network/networkInterfaces/{name}")
    network = cloud.store.find(nic[flavour.network] or network_id or nic["recoveryVMNetworkId"] or "")
    body: JsonObject = {
        "location": location,
        "etag": f'W/"{fresh_guid()}"',
        "kind": "Regular",
        "properties": {
            "provisioningState": "Succeeded",
            "resourceGuid": fresh_guid(),
            "ipConfigurations": [_address(own, configuration, flavour, network) for configuration in nic["ipConfigs"]],
            "dnsSettings": {"dnsServers": [], "appliedDnsServers": []},
            "enableAcceleratedNetworking": bool(nic["enableAcceleratedNetworkingOnRecovery"]),
            "enableIPForwarding": False,
            "nicType": "Standard",
        },
    }
    kept = cloud.write(own, body)
    cloud.events.written(kept.id)
    return kept


def _address(nic: ResourceId, configuration: JsonObject, flavour: Flavour, network: Resource | None) -> JsonObject:
    subnet_name = configuration[flavour.subnet] or configuration["recoverySubnetName"]
    subnet = _subnet(network, subnet_name)
    static = configuration[flavour.address]
    return {
        "name": configuration["name"],
        "id": nic.child("ipConfigurations", configuration["name"]).text,
        "type": "Microsoft.Network/networkInterfaces/ipConfigurations",
        "properties": {
            "provisioningState": "Succeeded",
            "privateIPAddress": static or _free_address(subnet, configuration["staticIPAddress"]),
            "privateIPAllocationMethod": "Static" if static else "Dynamic",
            "subnet": {"id": f"{network.id.text if network else ''}/subnets/{subnet.get('name', subnet_name)}"},
            "primary": configuration["isPrimary"],
            "privateIPAddressVersion": "IPv4",
        },
    }


def _subnet(network: Resource | None, name: str) -> JsonObject:
    """Return the subnet of this name, else the first in alphabetical order."""
    subnets = sorted(network.properties.get("subnets") or (), key=lambda one: one["name"]) if network else []
    same = [subnet for subnet in subnets if subnet["name"].lower() == name.lower()]
    found: JsonObject = next(iter([*same, *subnets]), {})
    return found


def _free_address(subnet: JsonObject, source_address: str | None) -> str | None:
    """Return the source's address when the subnet has room for it, else the subnet's first one for hosts."""
    prefix = (subnet.get("properties") or {}).get("addressPrefix")
    if not prefix:
        return source_address
    room = ip_network(prefix)
    if source_address and ip_address(source_address) in room:
        return source_address
    return str(room[RESERVED_ADDRESSES])


def _machine(
    cloud: Cloud, details: JsonObject, location: str, disks: Mapping[str, Resource], nics: list[Resource]
) -> JsonObject:
    attached = [
        {
            "name": disk.id.name,
            "createOption": "Attach",
            "caching": "ReadWrite" if key.startswith("OperatingSystem") else "None",
            "managedDisk": {"storageAccountType": disk.body["sku"]["name"], "id": disk.id.text},
            "deleteOption": "Detach",
            "diskSizeGB": disk.properties["diskSizeGB"],
        }
        for key, disk in sorted(disks.items(), reverse=True)
    ]
    boot = attached[0] if attached else {"name": details["recoveryAzureVMName"], "createOption": "Attach"}
    properties: JsonObject = {
        "vmId": fresh_guid(),
        "hardwareProfile": {"vmSize": details["recoveryAzureVMSize"]},
        "storageProfile": {
            "osDisk": {"osType": details["osType"], **boot},
            "dataDisks": [{"lun": lun, **disk} for lun, disk in enumerate(attached[1:])],
        },
        "networkProfile": {
            "networkInterfaces": [
                {"id": nic.id.text, "properties": {"primary": index == 0}} for index, nic in enumerate(nics)
            ]
        },
        "provisioningState": "Succeeded",
        "timeCreated": offset_timestamp(cloud.clock.now()),
    }
    if details["recoveryAvailabilitySet"]:
        properties["availabilitySet"] = {"id": details["recoveryAvailabilitySet"]}
    body: JsonObject = {
        "location": location,
        "tags": dict(details["vmSyncedConfigDetails"]["tags"]),
        "properties": properties,
    }
    return body | ({"zones": [details["recoveryAvailabilityZone"]]} if details["recoveryAvailabilityZone"] else {})
