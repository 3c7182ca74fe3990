"""What writing an account needs at the subnets that it admits.

Source: "Microsoft.Network permissions": `subnets/joinViaServiceEndpoint/action` joins a storage account to a subnet.
"""

from collections.abc import Iterator, Mapping

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.permissions import LinkedAccess, Permission
from local.emulator.arm.wire import JsonObject

_JOIN = "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action"


def _account(body: JsonObject, _: ResourceId) -> Iterator[Permission]:
    rules = (body.get("properties") or {}).get("networkAcls") or {}
    for rule in rules.get("virtualNetworkRules") or ():
        if id_ := rule.get("id"):
            yield Permission(_JOIN, ResourceId.parse(id_))


LINKED_ACCESS: Mapping[str, LinkedAccess] = {"Microsoft.Storage/storageAccounts/write": _account}
