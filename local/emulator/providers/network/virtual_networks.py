"""Virtual networks. Their subnets are resources of their own, and the list in the network's body is kept in step."""

from copy import deepcopy

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.names import NETWORK as NETWORK_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import OBJECT, Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import NETWORK
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.network import addressing, peerings, subnets
from local.emulator.providers.network.etags import network_etag, versioned

TYPE = "Microsoft.Network/virtualNetworks"
_COMPUTED = frozenset({"subnets", "virtualNetworkPeerings", "provisioningState", "resourceGuid", "enableVmProtection"})


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check the address space and write the inline subnets; subnets that are not named any more go.

    A body without `subnets` leaves them alone.
    """
    given = request.body.get("properties") or {}
    space = given.get("addressSpace") or (present.properties["addressSpace"] if present else {})
    prefixes = space.get("addressPrefixes") or []
    if not prefixes:
        message = "Required property 'addressSpace.addressPrefixes' was not found or is empty."
        raise ArmError(400, "InvalidRequestFormat", message)
    for prefix in prefixes:
        addressing.parsed_prefix(prefix, request.id.text)
    inline = given.get("subnets")
    if inline is not None:
        _write_subnets(request, prefixes, inline)
    elif present:
        kept = [(one["name"], prefix) for one in present.properties["subnets"] for prefix in subnets.prefixes(one)]
        addressing.check_subnets(request.id.name, prefixes, kept)
    own = {key: value for key, value in given.items() if key not in _COMPUTED}
    properties = {"enableDdosProtection": False, **own, "subnets": subnets.listed(request.cloud, request.id)}
    return versioned(properties, present)


def _write_subnets(request: ArmRequest, prefixes: list[str], inline: list[JsonObject]) -> None:
    cloud = request.cloud
    rendered = [(_subnet_name(subnet), subnets.rendered(subnet.get("properties") or {})) for subnet in inline]
    pairs = [(name, prefix) for name, body in rendered for prefix in subnets.prefixes(body)]
    addressing.check_subnets(request.id.name, prefixes, pairs)
    kept = {name.lower(): subnets.prefixes(body) for name, body in rendered}
    before = cloud.store.of_type(subnets.TYPE, request.id)
    for _, body in rendered:
        subnets.check_references(request, body, request.body["location"])
    for present in before:
        if present.id.name.lower() in kept:
            subnets.refuse_pulling_away(cloud, present, kept[present.id.name.lower()])
        else:
            subnets.refuse_while_in_use(cloud, present)
    for present in before:
        if present.id.name.lower() not in kept:
            cloud.store.remove(present.id)
    for name, body in rendered:
        cloud.write(request.id.child("subnets", name), deepcopy(body))


def _subnet_name(subnet: JsonObject) -> str:
    name = subnet.get("name")
    if not name:
        raise ArmError(400, "InvalidRequestFormat", "Required property 'name' of a subnet was not found.")
    return str(name)


def refuse_while_in_use(cloud: Cloud, resource: Resource) -> None:
    """Keep a network in which an interface that stays has an address."""
    for subnet in cloud.store.of_type(subnets.TYPE, resource.id):
        subnets.refuse_while_in_use(cloud, subnet)


def show(request: ArmRequest, resource: Resource) -> JsonObject:
    """Show a network with its subnets and who uses them."""
    shown = [
        subnets.with_users(request.cloud, subnet) for subnet in request.cloud.store.of_type(subnets.TYPE, resource.id)
    ]
    state = resource.properties["provisioningState"]
    for subnet in shown:
        subnet["properties"]["provisioningState"] = "Succeeded" if state == "Succeeded" else "Updating"
    linked = {"subnets": shown, "virtualNetworkPeerings": peerings.listed(request.cloud, resource.id)}
    return {**resource.body, "properties": {**resource.properties, **linked}}


VIRTUAL_NETWORKS = TrackedType(
    type=TYPE,
    naming=NETWORK_NAMES,
    schema={
        "addressSpace": {"addressPrefixes": [Kind.TEXT]},
        "subnets": [{"name": Kind.TEXT, "properties": subnets.SCHEMA}],
        "dhcpOptions": {"dnsServers": [Kind.TEXT]},
        "virtualNetworkPeerings": [OBJECT],
    },
    render=render,
    present=show,
    style=NETWORK,
    etag=network_etag,
    etag_header=True,
    updating={"create": "Updating", "update": "Updating"},
)
