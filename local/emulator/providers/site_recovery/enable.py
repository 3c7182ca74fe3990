"""Enabling: PUT of a protected item. The machine, its disks and everything referred to are looked at, twice."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.operations import Operation
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, fresh_guid
from local.emulator.providers.site_recovery import (
    artifacts,
    conditions,
    disk_inputs,
    inputs,
    refusals,
    replication,
    writes,
)
from local.emulator.providers.site_recovery.bodies.protected_item import Enablement, Side, protected_item
from local.emulator.providers.site_recovery.disk_inputs import LUNS
from local.emulator.providers.site_recovery.enable_checks import Wanted, check, consistency_group
from local.emulator.providers.site_recovery.fabrics import location_of
from local.emulator.providers.site_recovery.machine import MACHINE_GUID, Machine
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.stages import ENABLING_FAILED
from local.emulator.providers.site_recovery.switches import DUPLICATE_ENABLE, FAILED_ENABLING, chosen
from local.emulator.providers.site_recovery.vaults import BASE, CONTAINER, ITEM, Vault

ENABLED = "site_recovery.item_enabled"
ENABLING, FAILED_BY = "enabling", "enablingFailedBy"
"""Private facts of an item: the name of the EnableDr operation that still runs, and of the one that failed."""


def enable(request: ArmRequest) -> ArmResponse:
    """PUT: begin to protect a machine.

    Raises:
        ArmError: 404, there is no such container.
    """
    vault = Vault(request)
    vault.find(CONTAINER)
    properties = request.body["properties"]
    given = properties["providerSpecificDetails"]
    target, cloud = vault.child(ITEM), vault.cloud
    present = cloud.store.find(target)
    if present and chosen(cloud, DUPLICATE_ENABLE) == "accept":
        return writes.begin(vault, "item.enable", target, then=writes.NOTED)
    arguments = {"policy": properties["policyId"], "given": given}
    wanted = Wanted(target, properties["policyId"], given)
    accepted = writes.begin(
        vault,
        "item.enable",
        target,
        then=ENABLED,
        arguments=arguments,
        preflight=lambda: check(cloud, wanted),
        machine=given["fabricObjectId"],
    )
    operation = accepted.operation
    if present is None and operation and _is_seen(cloud, vault.id, operation):
        cloud.write(target, _body(cloud, vault.id, wanted), {ENABLING: operation.id, "given": given})
    return accepted


def _is_seen(cloud: Cloud, vault: ResourceId, operation: Operation) -> bool:
    """Say whether there is an item while the operation runs: not when a prerequisite was not met."""
    stopped_at = writes.failing_task(cloud, vault, operation)
    return stopped_at is None or (stopped_at > 0 and chosen(cloud, FAILED_ENABLING) == "present")


def failed(cloud: Cloud, operation: Operation) -> None:
    """Let an item whose EnableDr operation failed after it was made stay as one that can only be disabled."""
    item = cloud.store.find(operation.resource_id)
    if item is None or item.private.get(ENABLING) != operation.id or operation.error is None:
        return
    item.private |= {FAILED_BY: item.private.pop(ENABLING)}
    details = item.properties["providerSpecificDetails"]
    item.properties["protectionState"], item.properties["protectionStateDescription"] = ENABLING_FAILED
    details["vmProtectionState"], details["vmProtectionStateDescription"] = ENABLING_FAILED


def enabled(cloud: Cloud, arguments: JsonObject) -> None:
    """The machine is protected from now on, and its initial replication begins."""
    target, vault = ResourceId.parse(arguments["target"]), ResourceId.parse(arguments["vault"])
    wanted = Wanted(target, arguments["policy"], arguments["given"])
    present = cloud.store.find(target)
    job = ResourceId.parse(arguments["job"]).name
    if present and job in {present.private.get(ENABLING), present.private.get(FAILED_BY)}:
        cloud.delete(target)
    check(cloud, wanted)
    item = cloud.write(target, _body(cloud, vault, wanted), {"given": wanted.given})
    machine = Machine.find(cloud, wanted.given["fabricObjectId"])
    if machine is not None:
        item.private |= {
            MACHINE_GUID: machine.guid,
            conditions.KNOWN_DISKS: [disk.key for disk in machine.disks()],
            LUNS: {disk.key: disk.lun for disk in machine.disks()},
        }
        artifacts.install_on_machine(cloud, machine, item.id)
    details = item.properties["providerSpecificDetails"]
    for disk in details["protectedManagedDisks"] or ():
        artifacts.create_replica(cloud, disk, cloud.store.find(disk["diskId"]), details["recoveryFabricLocation"])
    replication.start(cloud, item)


def _body(cloud: Cloud, vault: ResourceId, wanted: Wanted) -> JsonObject:
    machine = Machine.find(cloud, wanted.given["fabricObjectId"])
    if machine is None:
        raise refusals.failure(cloud, "VmNotFound", vm=wanted.given["fabricObjectId"])
    managed, unmanaged = disk_inputs.protected(cloud, machine, wanted.given)
    return protected_item(
        Enablement(
            item=wanted.item,
            vault=vault,
            policy=cloud.resource(ResourceId.parse(wanted.policy)).id,
            primary=side(cloud, wanted.item.parent),
            recovery=side(cloud, ResourceId.parse(wanted.given["recoveryContainerId"])),
            given=wanted.given,
            machine=machine.resource.body,
            generation=machine.generation,
            group_id=_group_id(cloud, vault, wanted.given),
            managed_disks=managed,
            unmanaged_disks=unmanaged,
        )
    )


def _group_id(cloud: Cloud, vault: ResourceId, given: JsonObject) -> str:
    """Return the id of the consistency group: the one given, that of its members, or a new one."""
    members = consistency_group(cloud, vault, given.get("multiVmGroupName"))
    found = (str(one.properties["providerSpecificDetails"]["multiVmGroupId"]) for one in members)
    return given.get("multiVmGroupId") or next(found, fresh_guid())


def side(cloud: Cloud, container: ResourceId) -> Side:
    """Return one end of replication, from its container."""
    kept = cloud.resource(container).id
    fabric = cloud.resource(kept.parent)
    return Side(fabric.id, fabric.properties["friendlyName"], location_of(fabric), kept)


def is_enabling(item: Resource) -> bool:
    """Say whether the item's EnableDr operation still runs."""
    return ENABLING in item.private


ROUTES = (taking("PUT", BASE + ITEM, inputs.ITEM, enable),)
CONTINUATIONS = {ENABLED: enabled}
