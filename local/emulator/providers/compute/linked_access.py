"""What writing a machine needs at its interfaces.

Source: "Microsoft.Network permissions": `networkInterfaces/join/action` joins a machine to an interface.
"""

from collections.abc import Iterator, Mapping

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.permissions import LinkedAccess, Permission
from local.emulator.arm.wire import JsonObject

_JOIN = "Microsoft.Network/networkInterfaces/join/action"


def _machine(body: JsonObject, _: ResourceId) -> Iterator[Permission]:
    profile = (body.get("properties") or {}).get("networkProfile") or {}
    for interface in profile.get("networkInterfaces") or ():
        if id_ := interface.get("id"):
            yield Permission(_JOIN, ResourceId.parse(id_))


LINKED_ACCESS: Mapping[str, LinkedAccess] = {"Microsoft.Compute/virtualMachines/write": _machine}
