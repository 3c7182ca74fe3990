"""Adding disks to a protected item and removing them."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import added_disks, artifacts, disk_inputs, inputs, items
from local.emulator.providers.site_recovery.disk_inputs import key_of
from local.emulator.providers.site_recovery.machine import Machine
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.replication import disks_of
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, ITEM, Vault

DISKS_ADDED, DISKS_REMOVED = "site_recovery.disks_added", "site_recovery.disks_removed"


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
        check=lambda: _check_addable(cloud, item, given),
    )


def _check_addable(cloud: Cloud, item: Resource, given: JsonObject) -> None:
    if item.properties["activeLocation"] != "Primary":
        raise failure(cloud, "OperationNotAllowed", operation="AddDisks", state=item.properties["protectionState"])
    named = [key_of(disk) for disk in (*disk_inputs.managed_of(given), *disk_inputs.unmanaged_of(given))]
    if not named:
        raise failure(cloud, "NoDisks", vm=item.properties["friendlyName"])
    for disk in disks_of(item):
        if key_of(disk) in named:
            raise failure(cloud, "DiskAlreadyProtected", disk=key_of(disk), vm=item.properties["friendlyName"])
    disk_inputs.check(cloud, _machine(cloud, item), given, _recovery_location(item))


def disks_added(cloud: Cloud, arguments: JsonObject) -> None:
    """The disks begin to replicate; what is protected already stays so."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    machine, given = _machine(cloud, item), arguments["given"]
    _check_addable(cloud, item, given)
    managed, unmanaged = disk_inputs.protected(cloud, machine, given)
    details = item.properties["providerSpecificDetails"]
    details["protectedManagedDisks"] = [*(details["protectedManagedDisks"] or ()), *managed] or None
    details["protectedDisks"] = [*(details["protectedDisks"] or ()), *unmanaged] or None
    for disk in managed:
        artifacts.create_replica(cloud, disk, cloud.store.find(disk["diskId"]), _recovery_location(item))
    item.private.setdefault(disk_inputs.LUNS, {}).update({disk.key: disk.lun for disk in machine.disks()})
    added_disks.join(cloud, item, [*managed, *unmanaged])


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
    protected = {key_of(disk): disk for disk in disks_of(item)}
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
        if key_of(disk) in gone:
            artifacts.delete_replica(cloud, disk)
    for kind in ("protectedManagedDisks", "protectedDisks"):
        details[kind] = [disk for disk in details[kind] or () if key_of(disk) not in gone] or None


def _machine(cloud: Cloud, item: Resource) -> Machine:
    machine = Machine.of_item(cloud, item)
    if machine is None:
        raise failure(cloud, "VmNotFound", vm=item.properties["friendlyName"])
    return machine


def _recovery_location(item: Resource) -> str:
    return str(item.properties["providerSpecificDetails"]["recoveryFabricLocation"])


ROUTES = (
    taking("POST", f"{BASE}{ITEM}/addDisks", inputs.DISK_ADDITION, add_disks),
    taking("POST", f"{BASE}{ITEM}/removeDisks", inputs.DISK_REMOVAL, remove_disks),
)
CONTINUATIONS = {DISKS_ADDED: disks_added, DISKS_REMOVED: disks_removed}
