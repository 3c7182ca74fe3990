"""Changing a protected item: PATCH of names, sizes, NICs and disk SKUs; adding and removing disks."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.exchange import ArmRequest, ArmResponse
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import disk_inputs, inputs, items, replication, traces
from local.emulator.providers.site_recovery.bodies import nics
from local.emulator.providers.site_recovery.machine import Machine
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.shapes import shaped
from local.emulator.providers.site_recovery.vaults import BASE, ITEM, Vault

UPDATED, DISKS_ADDED, DISKS_REMOVED = (
    "site_recovery.item_updated",
    "site_recovery.disks_added",
    "site_recovery.disks_removed",
)

UPDATABLE = {
    "recoveryAzureVMName": "recoveryAzureVMName",
    "recoveryAzureVMSize": "recoveryAzureVMSize",
    "selectedRecoveryAzureNetworkId": "selectedRecoveryAzureNetworkId",
    "selectedTfoAzureNetworkId": "selectedTfoAzureNetworkId",
    "recoveryAvailabilitySetId": "recoveryAvailabilitySet",
}
"""Key of PATCH's `properties` -> key of the item's A2A details."""

UPDATABLE_SPECIFIC = {
    "recoveryResourceGroupId": "recoveryAzureResourceGroupId",
    "recoveryCloudServiceId": "recoveryCloudService",
    "tfoAzureVMName": "tfoAzureVMName",
    "recoveryProximityPlacementGroupId": "recoveryProximityPlacementGroupId",
    "recoveryAvailabilityZone": "recoveryAvailabilityZone",
    "recoveryBootDiagStorageAccountId": "recoveryBootDiagStorageAccountId",
    "recoveryVirtualMachineScaleSetId": "recoveryVirtualMachineScaleSetId",
    "recoveryCapacityReservationGroupId": "recoveryCapacityReservationGroupId",
}
"""Key of PATCH's `providerSpecificDetails` -> key of the item's A2A details."""

UPDATABLE_DISK = (
    "recoveryTargetDiskAccountType",
    "recoveryReplicaDiskAccountType",
    "failoverDiskName",
    "tfoDiskName",
)


def update(request: ArmRequest) -> ArmResponse:
    """PATCH: change how the machine will be recovered.

    Raises:
        ArmError: 404, there is no such item.
    """
    vault = Vault(request)
    item = items.find(vault)
    change = request.body.get("properties") or {}
    return items.begin(vault, item, "item.update", then=UPDATED, arguments={"change": change})


def updated(cloud: Cloud, arguments: JsonObject) -> None:
    """The item has the values asked for from now on."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    change: JsonObject = arguments["change"]
    specific: JsonObject = change.get("providerSpecificDetails") or {}
    details: JsonObject = item.properties["providerSpecificDetails"]
    for table, given in ((UPDATABLE, change), (UPDATABLE_SPECIFIC, specific)):
        details |= {shown: given[key] for key, shown in table.items() if given.get(key) is not None}
    _update_nics(details, change)
    wanted = {disk["diskId"].lower(): disk for disk in specific.get("managedDiskUpdateDetails") or ()}
    for disk in details["protectedManagedDisks"] or ():
        given = wanted.get(disk["diskId"]) or {}
        disk |= {key: given[key] for key in UPDATABLE_DISK if given.get(key) is not None}


def _update_nics(details: JsonObject, change: JsonObject) -> None:
    network = change.get("selectedRecoveryAzureNetworkId")
    wanted = {nic["nicId"].lower(): nic for nic in change.get("vmNics") or ()}
    moved = [nic | ({"recoveryVMNetworkId": network} if network else {}) for nic in details["vmNics"]]
    details["vmNics"] = [nics.updated(nic, wanted.get(nic["nicId"].lower()) or {}) for nic in moved]


def add_disks(request: ArmRequest) -> ArmResponse:
    """POST addDisks: protect further disks of the machine.

    Raises:
        ArmError: 404, there is no such item.
    """
    vault = Vault(request)
    item, cloud = items.find(vault), vault.cloud
    given = request.body["properties"]["providerSpecificDetails"]
    return items.begin(
        vault,
        item,
        "item.add_disks",
        then=DISKS_ADDED,
        arguments={"given": given},
        check=lambda: disk_inputs.check(cloud, _machine(cloud, item), given, _recovery_location(item)),
    )


def disks_added(cloud: Cloud, arguments: JsonObject) -> None:
    """The disks are protected from now on; replication of the item goes through its stages again."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    machine, given = _machine(cloud, item), arguments["given"]
    disk_inputs.check(cloud, machine, given, _recovery_location(item))
    managed, unmanaged = disk_inputs.protected(cloud, machine, given)
    details = item.properties["providerSpecificDetails"]
    details["protectedManagedDisks"] = [*(details["protectedManagedDisks"] or ()), *managed] or None
    details["protectedDisks"] = [*(details["protectedDisks"] or ()), *unmanaged] or None
    for disk in managed:
        traces.make_replica(cloud, disk, cloud.store.find(disk["diskId"]), _recovery_location(item))
    replication.start(cloud, item)


def remove_disks(request: ArmRequest) -> ArmResponse:
    """POST removeDisks: stop protecting some disks.

    Raises:
        ArmError: 404, there is no such item.
    """
    vault = Vault(request)
    item = items.find(vault)
    given = request.body["properties"]["providerSpecificDetails"]
    keys = [key.lower() for key in (*(given.get("vmManagedDisksIds") or ()), *(given.get("vmDisksUris") or ()))]
    return items.begin(
        vault,
        item,
        "item.remove_disks",
        then=DISKS_REMOVED,
        arguments={"disks": keys},
        check=lambda: _check_removable(vault.cloud, item, keys),
    )


def _check_removable(cloud: Cloud, item: Resource, keys: list[str]) -> None:
    protected = {_key(disk): disk for disk in replication.disks_of(item)}
    for key in keys:
        if key not in protected:
            raise failure(cloud, "DiskNotAttached", disk=key, vm=item.properties["friendlyName"])
        if protected[key]["diskType"] == "OperatingSystem":
            raise failure(cloud, "NoDisks", vm=item.properties["friendlyName"])


def disks_removed(cloud: Cloud, arguments: JsonObject) -> None:
    """The disks are no longer protected, their replicas gone."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    gone = set(arguments["disks"])
    _check_removable(cloud, item, arguments["disks"])
    details = item.properties["providerSpecificDetails"]
    for disk in details["protectedManagedDisks"] or ():
        if _key(disk) in gone:
            traces.remove_replica(cloud, disk)
    for kind in ("protectedManagedDisks", "protectedDisks"):
        details[kind] = [disk for disk in details[kind] or () if _key(disk) not in gone] or None


def _key(disk: JsonObject) -> str:
    return str(disk.get("diskId") or disk.get("diskUri")).lower()


def _machine(cloud: Cloud, item: Resource) -> Machine:
    vm_id = item.properties["providerSpecificDetails"]["fabricObjectId"]
    machine = Machine.find(cloud, vm_id)
    if machine is None:
        raise failure(cloud, "VmNotFound", vm=vm_id)
    return machine


def _recovery_location(item: Resource) -> str:
    return str(item.properties["providerSpecificDetails"]["recoveryFabricLocation"])


ROUTES = (
    Route("PATCH", BASE + ITEM, shaped(inputs.ITEM_CHANGE, update)),
    Route("POST", f"{BASE}{ITEM}/addDisks", shaped(inputs.DISK_ADDITION, add_disks)),
    Route("POST", f"{BASE}{ITEM}/removeDisks", shaped(inputs.DISK_REMOVAL, remove_disks)),
)
CONTINUATIONS = {UPDATED: updated, DISKS_ADDED: disks_added, DISKS_REMOVED: disks_removed}
