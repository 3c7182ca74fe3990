"""What writing a network, a subnet, a peering or an interface needs at what it is joined to.

Source: "Microsoft.Network permissions": the actions `.../join/action` and `.../peer/action`.
"""

from collections.abc import Iterator, Mapping

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.permissions import LinkedAccess, Permission
from local.emulator.arm.wire import JsonObject

_NETWORK = "Microsoft.Network/"
_OF_SUBNET = {
    "networkSecurityGroup": f"{_NETWORK}networkSecurityGroups/join/action",
    "routeTable": f"{_NETWORK}routeTables/join/action",
    "natGateway": f"{_NETWORK}natGateways/join/action",
}
_OF_INTERFACE = {"networkSecurityGroup": f"{_NETWORK}networkSecurityGroups/join/action"}
_OF_ADDRESS = {
    "subnet": f"{_NETWORK}virtualNetworks/subnets/join/action",
    "publicIPAddress": f"{_NETWORK}publicIPAddresses/join/action",
}
_OF_PEERING = {"remoteVirtualNetwork": f"{_NETWORK}virtualNetworks/peer/action"}


def _joined(part: JsonObject, actions: Mapping[str, str]) -> Iterator[Permission]:
    about = part.get("properties") or {}
    for name, action in actions.items():
        if id_ := (about.get(name) or {}).get("id"):
            yield Permission(action, ResourceId.parse(id_))


def _network(body: JsonObject, _: ResourceId) -> Iterator[Permission]:
    about = body.get("properties") or {}
    for subnet in about.get("subnets") or ():
        yield from _joined(subnet, _OF_SUBNET)
    for peering in about.get("virtualNetworkPeerings") or ():
        yield from _joined(peering, _OF_PEERING)


def _interface(body: JsonObject, _: ResourceId) -> Iterator[Permission]:
    yield from _joined(body, _OF_INTERFACE)
    for configuration in (body.get("properties") or {}).get("ipConfigurations") or ():
        yield from _joined(configuration, _OF_ADDRESS)


LINKED_ACCESS: Mapping[str, LinkedAccess] = {
    f"{_NETWORK}virtualNetworks/write": _network,
    f"{_NETWORK}virtualNetworks/subnets/write": lambda body, _: _joined(body, _OF_SUBNET),
    f"{_NETWORK}virtualNetworks/virtualNetworkPeerings/write": lambda body, _: _joined(body, _OF_PEERING),
    f"{_NETWORK}networkInterfaces/write": _interface,
}
