"""What enabling protection needs at the resources that are given to Site Recovery.

"When a new virtual machine is replicated, the associated user's access levels are validated to ensure that the user has
the required permissions to use the Azure resources provided to Site Recovery": to make a machine in the chosen group
and network, to write to the chosen account and to a managed disk. Failing over, testing and reprotecting need nothing
besides, or the built-in role Site Recovery Operator could not do it. Source: "Manage Site Recovery access with Azure
role-based access control", the table of permissions by resource type.
"""

from collections.abc import Iterator, Mapping

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.permissions import LinkedAccess, Permission
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import names

_MACHINE = ("Microsoft.Compute/virtualMachines/read",)
_GROUP = (
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Resources/deployments/read",
    "Microsoft.Resources/deployments/write",
    "Microsoft.Resources/deployments/delete",
    "Microsoft.Resources/deployments/cancel/action",
    "Microsoft.Resources/deployments/validate/action",
    "Microsoft.Resources/deployments/operations/read",
    "Microsoft.Resources/deployments/operationstatuses/read",
    "Microsoft.Compute/availabilitySets/read",
    "Microsoft.Compute/virtualMachines/read",
    "Microsoft.Compute/virtualMachines/write",
    "Microsoft.Compute/virtualMachines/delete",
    "Microsoft.Compute/disks/write",
    "Microsoft.Network/networkInterfaces/read",
    "Microsoft.Network/networkInterfaces/write",
    "Microsoft.Network/networkInterfaces/delete",
    "Microsoft.Network/networkInterfaces/join/action",
)
_NETWORK = ("Microsoft.Network/virtualNetworks/read",)
_SUBNET = ("Microsoft.Network/virtualNetworks/subnets/read", "Microsoft.Network/virtualNetworks/subnets/join/action")
_ACCOUNT = ("Microsoft.Storage/storageAccounts/read", "Microsoft.Storage/storageAccounts/listKeys/action")
_OF_MACHINE: Mapping[str, tuple[str, ...]] = {
    "fabricObjectId": _MACHINE,
    "recoveryResourceGroupId": _GROUP,
    "recoveryAzureNetworkId": _NETWORK,
}
_OF_DISK: Mapping[str, tuple[str, ...]] = {
    "primaryStagingAzureStorageAccountId": _ACCOUNT,
    "recoveryAzureStorageAccountId": _ACCOUNT,
}


def _enabling(body: JsonObject, _: ResourceId) -> Iterator[Permission]:
    """An update, which has no `fabricObjectId`, needs nothing besides."""
    details = (body.get("properties") or {}).get("providerSpecificDetails") or {}
    if not details.get("fabricObjectId"):
        return
    yield from _at(details, _OF_MACHINE)
    if network := details.get("recoveryAzureNetworkId"):
        subnet = details.get("recoverySubnetName") or "default"
        scope = ResourceId.parse(network).child("subnets", subnet)
        yield from (Permission(action, scope) for action in _SUBNET)
    for disk in (*(details.get("vmManagedDisks") or ()), *(details.get("vmDisks") or ())):
        yield from _at(disk, _OF_DISK)


def _at(given: JsonObject, actions: Mapping[str, tuple[str, ...]]) -> Iterator[Permission]:
    for name, needed in actions.items():
        if id_ := given.get(name):
            yield from (Permission(action, ResourceId.parse(id_)) for action in needed)


LINKED_ACCESS: Mapping[str, LinkedAccess] = {f"{names.PROTECTED_ITEMS}/write": _enabling}
