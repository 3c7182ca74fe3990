"""Subnets: children of a virtual network."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from ipaddress import ip_address

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.names import NETWORK as NETWORK_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import OBJECT, REFERENCE, Kind, Schema
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import NETWORK
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject, fresh_guid
from local.emulator.providers.network import addressing, references
from local.emulator.providers.network.etags import network_etag

TYPE = "Microsoft.Network/virtualNetworks/subnets"
INTERFACES = references.INTERFACES
_REFERENCES = ("networkSecurityGroup", "routeTable", "natGateway")
SCHEMA: Mapping[str, Schema] = {
    "addressPrefix": Kind.TEXT,
    "addressPrefixes": [Kind.TEXT],
    "delegations": [OBJECT],
    "serviceEndpoints": [OBJECT],
    **dict.fromkeys(_REFERENCES, REFERENCE),
}


def rendered(given: JsonObject) -> JsonObject:
    """Return the body to keep for a subnet with these properties."""
    properties = {
        "delegations": [],
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
        **{key: value for key, value in given.items() if key != "ipConfigurations"},
        "provisioningState": "Succeeded",
    }
    return {"etag": f'W/"{fresh_guid()}"', "properties": properties}


def prefixes(body: JsonObject) -> list[str]:
    """Return the address prefixes of a subnet's body, however they were given.

    Raises:
        ArmError: 400, there is none.
    """
    properties = body["properties"]
    found = properties.get("addressPrefixes") or [properties.get("addressPrefix")]
    if not found[0]:
        raise ArmError(400, "InvalidRequestFormat", "Required property 'addressPrefix' of a subnet was not found.")
    return list(found)


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check that the subnet fits its network and that what it refers to exists."""
    cloud, network = request.cloud, request.cloud.resource(request.id.parent)
    body = rendered(request.body.get("properties") or {})
    check_references(request, body, network.location)
    if present:
        refuse_pulling_away(cloud, present, prefixes(body))
    others = [other for other in cloud.store.of_type(TYPE, network.id) if other.id.key != request.id.key]
    pairs = [(other.id.name, prefix) for other in others for prefix in prefixes(other.body)]
    pairs += [(request.id.name, prefix) for prefix in prefixes(body)]
    addressing.check_subnets(network.id.name, network.properties["addressSpace"]["addressPrefixes"], pairs)
    return body


def check_references(request: ArmRequest, subnet: JsonObject, region: str) -> None:
    """Refuse a subnet that refers to what does not exist in its region."""
    for name in _REFERENCES:
        references.referred(request, subnet["properties"], name, region)


def refuse_pulling_away(cloud: Cloud, subnet: Resource, kept: Iterable[str]) -> None:
    """Refuse prefixes without an address that somebody in the subnet has.

    Raises:
        ArmError: 400 InUsePrefixCannotBeDeleted.
    """
    ranges = [addressing.parsed_prefix(one, subnet.id.text) for one in kept]
    for _, properties in references.configurations(cloud, "subnet", subnet.id):
        address = ip_address(properties["privateIPAddress"])
        if not any(address in one for one in ranges):
            message = f"IpPrefix {', '.join(prefixes(subnet.body))} on Subnet {subnet.id.name} has active allocations"
            raise ArmError(400, "InUsePrefixCannotBeDeleted", f"{message} and cannot be deleted.")


def listed(cloud: Cloud, network: ResourceId) -> list[JsonObject]:
    """Return the subnets of a network as they stand in its body."""
    return [deepcopy(subnet.body) for subnet in cloud.store.of_type(TYPE, network)]


def keep_network_in_step(cloud: Cloud, resource: Resource) -> None:
    """Write the network's list of subnets anew."""
    if network := cloud.store.find(resource.id.parent):
        network.properties["subnets"] = listed(cloud, network.id)


def leave_network(cloud: Cloud, resource: Resource) -> None:
    """After a subnet is gone: take it out of its network's list."""
    keep_network_in_step(cloud, resource)


def users(cloud: Cloud, subnet: ResourceId) -> list[ResourceId]:
    """Return the ids of the IP configurations in a subnet."""
    return [user for user, _ in references.configurations(cloud, "subnet", subnet)]


def with_users(cloud: Cloud, subnet: Resource) -> JsonObject:
    """Return a subnet's body with `ipConfigurations`, in the capitals in which the service shows them (recorded)."""
    body = deepcopy(subnet.body)
    if found := users(cloud, subnet.id):
        body["properties"]["ipConfigurations"] = [{"id": upper_cased(user)} for user in found]
    return body


def upper_cased(user: ResourceId) -> str:
    nic = user.parent
    root = f"{user.subscription_id}/resourceGroups/{user.group.upper()}/providers/{INTERFACES}"
    return f"{root}/{nic.name.upper()}/ipConfigurations/{user.name.upper()}"


def refuse_while_in_use(cloud: Cloud, resource: Resource) -> None:
    """Keep a subnet in which an interface that stays has an address."""
    if left := [user for user in users(cloud, resource.id) if not cloud.is_leaving(user.parent)]:
        message = (
            f"Subnet {resource.id.name} is in use by {left[0].text} and cannot be deleted. In order to delete the "
            "subnet, delete all the resources within the subnet. See aka.ms/deletesubnet."
        )
        raise ArmError(400, "InUseSubnetCannotBeDeleted", message)


def show(request: ArmRequest, resource: Resource) -> JsonObject:
    """Show a subnet with who uses it."""
    return with_users(request.cloud, resource)


SUBNETS = TrackedType(
    type=TYPE,
    naming=NETWORK_NAMES,
    schema=SCHEMA,
    render=render,
    present=show,
    written=keep_network_in_step,
    style=NETWORK,
    etag=network_etag,
    etag_header=True,
    updating={"create": "Updating", "update": "Updating"},
    regional=False,
)
