"""Private DNS zones and their links to virtual networks: what resolves a name inside of a network.

Source: Private DNS 2020-06-01, Private Zones and Virtual Network Links; both are long operations and lie in `global`.
"""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError, conflict, invalid_resource_reference
from local.emulator.arm.names import NETWORK as NETWORK_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import REFERENCE, Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import NETWORK
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.network.etags import network_etag
from local.emulator.providers.network.references import refers_to

TYPE = "Microsoft.Network/privateDnsZones"
LINKS = f"{TYPE}/virtualNetworkLinks"
NETWORKS = "Microsoft.Network/virtualNetworks"


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """A zone has nothing that could be chosen; it lies in `global`."""
    _check_global(request)
    counts: JsonObject = {"maxNumberOfRecordSets": 25_000, "maxNumberOfVirtualNetworkLinks": 1_000}
    return {"properties": {**counts, "numberOfRecordSets": 1, **(present.properties if present else {})}}


def show(request: ArmRequest, resource: Resource) -> JsonObject:
    """Show a zone with how many networks it is linked to."""
    links = request.cloud.store.of_type(LINKS, resource.id)
    registering = sum(bool(one.properties["registrationEnabled"]) for one in links)
    counts = {
        "numberOfVirtualNetworkLinks": len(links),
        "numberOfVirtualNetworkLinksWithRegistration": registering,
    }
    return {**resource.body, "properties": {**resource.properties, **counts}}


def render_link(request: ArmRequest, _present: Resource | None) -> JsonObject:
    """Check that the network exists and is linked to this zone only once.

    Raises:
        ArmError: 400, the network is missing; 409, it is linked to the zone already.
    """
    _check_global(request)
    given = request.body.get("properties") or {}
    reference = str((given.get("virtualNetwork") or {}).get("id") or "")
    network = request.cloud.store.find(reference)
    if network is None or network.id.type != NETWORKS:
        raise invalid_resource_reference(reference, request.id)
    for other in request.cloud.store.of_type(LINKS, request.id.parent):
        if other.id.key != request.id.key and refers_to(other.properties, "virtualNetwork", network.id):
            raise conflict(f"A virtual network link for '{network.id.text}' already exists: {other.id.text}.")
    registers = bool(given.get("registrationEnabled"))
    linked = {"virtualNetwork": {"id": network.id.text}, "virtualNetworkLinkState": "Completed"}
    return {"properties": {"registrationEnabled": registers, **linked}}


def _check_global(request: ArmRequest) -> None:
    if request.body.get("location") != "global":
        message = "The resource's location must be 'global'."
        raise ArmError(400, "InvalidLocation", message, target="location")


def refuse_linked(cloud: Cloud, resource: Resource) -> None:
    """Keep a zone that a network is linked to, unless its whole group goes."""
    left = cloud.store.of_type(LINKS, resource.id)
    if left and not cloud.is_leaving(resource.id.group_id):
        message = (
            f"Can not delete private zone '{resource.id.name}' as it has {len(left)} virtual network links. Delete "
            "them first."
        )
        raise conflict(message, code="CannotDeleteResource")


ZONES = TrackedType(type=TYPE, naming=NETWORK_NAMES, render=render, present=show, style=NETWORK, etag=network_etag)
ZONE_LINKS = TrackedType(
    type=LINKS,
    naming=NETWORK_NAMES,
    schema={"virtualNetwork": REFERENCE, "registrationEnabled": Kind.FLAG},
    render=render_link,
    style=NETWORK,
    etag=network_etag,
)
