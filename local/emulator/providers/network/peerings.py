"""Peerings: one network's side of a link to another. It is connected when the other network has its side, too."""

from ipaddress import IPv4Network, IPv6Network
from itertools import product

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.names import NETWORK as NETWORK_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import REFERENCE, Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import NETWORK
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.network import addressing
from local.emulator.providers.network.etags import network_etag
from local.emulator.providers.network.references import refers_to

TYPE = "Microsoft.Network/virtualNetworks/virtualNetworkPeerings"
_SWITCHES: JsonObject = {
    "allowVirtualNetworkAccess": True,
    "allowForwardedTraffic": False,
    "allowGatewayTransit": False,
    "useRemoteGateways": False,
    "doNotVerifyRemoteGateways": False,
}


def render(request: ArmRequest, _present: Resource | None) -> JsonObject:
    """Check that the other network exists, is another one and has other addresses.

    Raises:
        ArmError: 400, it is missing, the network itself, peered already, or overlaps.
    """
    cloud, given = request.cloud, request.body.get("properties") or {}
    own = cloud.resource(request.id.parent)
    reference = str((given.get("remoteVirtualNetwork") or {}).get("id") or "")
    remote = cloud.store.find(reference)
    if remote is None or remote.id.key == own.id.key:
        message = f"Remote virtual network '{reference}' of peering {request.id.text} is no other network that exists."
        raise ArmError(400, "InvalidRequestFormat", message, target="remoteVirtualNetwork.id")
    for other in cloud.store.of_type(TYPE, own.id):
        if other.id.key != request.id.key and refers_to(other.properties, "remoteVirtualNetwork", remote.id):
            message = f"Peering {other.id.text} already references remote virtual network {remote.id.text}."
            raise ArmError(400, "AnotherPeeringAlreadyReferencesRemoteVnet", f"{message} Cannot add another one.")
    if any(_overlap(*pair) for pair in product(_spaces(own), _spaces(remote))):
        message = (
            f"Cannot create or update peering {request.id.text}. Virtual networks {own.id.text} and {remote.id.text} "
            "cannot be peered because their address spaces overlap."
        )
        raise ArmError(400, "VnetAddressSpacesOverlap", message)
    space = remote.properties["addressSpace"]
    properties = {
        **_SWITCHES,
        **given,
        "remoteVirtualNetwork": {"id": remote.id.text},
        "remoteAddressSpace": space,
        "remoteVirtualNetworkAddressSpace": space,
        "peeringSyncLevel": "FullyInSync",
    }
    return {"properties": properties}


def _spaces(network: Resource) -> list[addressing.Prefix]:
    return [
        addressing.parsed_prefix(one, network.id.text) for one in network.properties["addressSpace"]["addressPrefixes"]
    ]


def _overlap(one: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network) -> bool:
    return one.version == other.version and one.overlaps(other)


def _other_side(cloud: Cloud, peering: Resource) -> Resource | None:
    remote = ResourceId.parse(peering.properties["remoteVirtualNetwork"]["id"])
    sides = cloud.store.of_type(TYPE, remote)
    return next((one for one in sides if refers_to(one.properties, "remoteVirtualNetwork", peering.id.parent)), None)


def connect(cloud: Cloud, peering: Resource) -> None:
    """A side is Initiated until the other side is there; then both are Connected."""
    other = _other_side(cloud, peering)
    peering.properties["peeringState"] = "Connected" if other else "Initiated"
    if other:
        other.properties["peeringState"] = "Connected"


def disconnect(cloud: Cloud, peering: Resource) -> None:
    """The other side stays, and leads nowhere."""
    if other := _other_side(cloud, peering):
        other.properties["peeringState"] = "Disconnected"


def listed(cloud: Cloud, network: ResourceId) -> list[JsonObject]:
    """Return the peerings of a network as they stand in its body."""
    return [peering.body for peering in cloud.store.of_type(TYPE, network)]


PEERINGS = TrackedType(
    type=TYPE,
    naming=NETWORK_NAMES,
    schema={"remoteVirtualNetwork": REFERENCE, **dict.fromkeys(_SWITCHES, Kind.FLAG)},
    render=render,
    written=connect,
    style=NETWORK,
    etag=network_etag,
    updating={"create": "Updating", "update": "Updating"},
    regional=False,
)
