"""The network interfaces of a machine that a failover starts."""

from ipaddress import ip_address, ip_network

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, fresh_guid
from local.emulator.providers.network.addressing import free_address
from local.emulator.providers.site_recovery.failover_checks import interface_id, network_of
from local.emulator.providers.site_recovery.failover_kinds import FailoverKind

INTERFACES = "Microsoft.Network/networkInterfaces"
MADE = "madeByFailover"
"""The private fact of a NIC that a failover made, so that it goes with its machine."""


def build(cloud: Cloud, item: Resource, nic: JsonObject, kind: FailoverKind, network_id: str) -> Resource:
    """Make one NIC, or take the one of that name where the item says so. Arguments as for the machine."""
    own = interface_id(item, nic, kind)
    present = cloud.store.find(own)
    if present is not None and nic[kind.reuse]:
        return present
    network = network_of(cloud, nic, kind, network_id)
    accelerated = nic[kind.accelerated]
    if accelerated is None:
        accelerated = nic["enableAcceleratedNetworkingOnRecovery"]
    properties: JsonObject = {
        "provisioningState": "Succeeded",
        "resourceGuid": fresh_guid(),
        "ipConfigurations": [_address(cloud, own, found, kind, network) for found in nic["ipConfigs"]],
        "dnsSettings": {"dnsServers": [], "appliedDnsServers": []},
        "enableAcceleratedNetworking": bool(accelerated),
        "enableIPForwarding": False,
        "nicType": "Standard",
    }
    if security := nic[kind.security]:
        properties["networkSecurityGroup"] = {"id": security}
    location = item.properties["providerSpecificDetails"]["recoveryFabricLocation"]
    body = {"location": location, "etag": f'W/"{fresh_guid()}"', "kind": "Regular", "properties": properties}
    kept = cloud.write(own, body, {MADE: True})
    cloud.events.written(kept.id)
    return kept


def release(cloud: Cloud, machine: Resource) -> list[str]:
    """Take a machine's NICs from it; return the ids of those that were made for it."""
    made = []
    for named in machine.properties["networkProfile"]["networkInterfaces"]:
        nic = cloud.resource(ResourceId.parse(named["id"]))
        nic.properties.pop("virtualMachine", None)
        if nic.private.get(MADE):
            made.append(nic.id.text)
    return made


def _address(
    cloud: Cloud, nic: ResourceId, configuration: JsonObject, kind: FailoverKind, network: Resource | None
) -> JsonObject:
    subnet = _subnet(network, configuration[kind.subnet] or configuration["recoverySubnetName"])
    subnet_id = f"{network.id.text if network else ''}/subnets/{subnet.get('name', '')}"
    static = configuration[kind.address]
    properties: JsonObject = {
        "provisioningState": "Succeeded",
        "privateIPAddress": static or _free(cloud, nic, subnet_id, subnet, configuration["staticIPAddress"]),
        "privateIPAllocationMethod": "Static" if static else "Dynamic",
        "subnet": {"id": subnet_id},
        "primary": configuration["isPrimary"],
        "privateIPAddressVersion": "IPv4",
    }
    if public := configuration[kind.public_address]:
        properties["publicIPAddress"] = {"id": public}
    if pools := configuration[kind.pools]:
        properties["loadBalancerBackendAddressPools"] = [{"id": pool} for pool in pools]
    return {
        "name": configuration["name"],
        "id": nic.child("ipConfigurations", configuration["name"]).text,
        "type": f"{INTERFACES}/ipConfigurations",
        "properties": properties,
    }


def _subnet(network: Resource | None, name: str) -> JsonObject:
    """Return the subnet of this name, else the first in alphabetical order."""
    subnets = sorted(network.properties.get("subnets") or (), key=lambda one: one["name"]) if network else []
    same = [subnet for subnet in subnets if subnet["name"].lower() == name.lower()]
    found: JsonObject = next(iter([*same, *subnets]), {})
    return found


def _free(cloud: Cloud, own: ResourceId, subnet_id: str, subnet: JsonObject, source: str | None) -> str | None:
    """Return the source's address when the subnet has it to give, else the lowest that is free."""
    prefix = (subnet.get("properties") or {}).get("addressPrefix")
    if not prefix:
        return source
    taken = {
        configuration["properties"].get("privateIPAddress")
        for nic in cloud.store.of_type(INTERFACES)
        for configuration in nic.properties.get("ipConfigurations") or ()
        if nic.id.key != own.key and str(configuration["properties"]["subnet"]["id"]).lower() == subnet_id.lower()
    }
    if source and ip_address(source) in ip_network(prefix) and source not in taken:
        return source
    return free_address(prefix, taken)
