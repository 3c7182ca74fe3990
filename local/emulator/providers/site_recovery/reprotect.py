"""Reprotecting: POST switchprotection of a container turns the direction of one item around."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import (
    artifacts,
    disk_inputs,
    inputs,
    items,
    names,
    recovery_plans,
    references,
    refusals,
    replication,
)
from local.emulator.providers.site_recovery.bodies import nics
from local.emulator.providers.site_recovery.bodies.protected_item import Enablement, protected_item
from local.emulator.providers.site_recovery.container_mappings import check_paired
from local.emulator.providers.site_recovery.enable import side
from local.emulator.providers.site_recovery.failover_checks import FORMER
from local.emulator.providers.site_recovery.machine import MACHINE_GUID, Machine
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, CONTAINER, ITEM, Vault

SWITCHED = "site_recovery.protection_switched"


def switch(request: ArmRequest) -> ArmResponse:
    """POST switchprotection: protect the machine that was failed over, back to where it came from.

    Raises:
        ArmError: 404, there is no such container or item.
    """
    vault = Vault(request)
    container = vault.find(CONTAINER)
    properties = request.body["properties"]
    name = properties["replicationProtectedItemName"]
    item = vault.cloud.store.find(container.id.child("replicationProtectedItems", name))
    if item is None:
        raise refusals.not_found(request, name)
    return _begin(vault, item, properties["providerSpecificDetails"], results=container.id)


def reprotect(request: ArmRequest) -> ArmResponse:
    """POST reProtect of an item: the same as switchprotection, asked of the item itself.

    Raises:
        ArmError: 404, there is no such item.
    """
    vault = Vault(request)
    item = items.find(vault)
    return _begin(vault, item, request.body["properties"]["providerSpecificDetails"], results=item.id)


def _begin(vault: Vault, item: Resource, given: JsonObject, *, results: ResourceId) -> ArmResponse:
    return items.begin(
        vault,
        item,
        "item.switch",
        then=SWITCHED,
        operation="SwitchProtection",
        arguments={"given": given},
        check=lambda: _check(vault.cloud, item, given),
        results=results,
        details={"newReplicationProtectedItemId": _reversed_id(item).text},
    )


def _reversed_id(item: Resource) -> ResourceId:
    recovery_container = ResourceId.parse(item.properties["recoveryContainerId"])
    return recovery_container.child("replicationProtectedItems", item.id.name)


def _check(cloud: Cloud, item: Resource, given: JsonObject) -> Machine:
    items.check_allowed(cloud, item, "SwitchProtection")
    details = item.properties["providerSpecificDetails"]
    machine = Machine.find(cloud, details["recoveryFabricObjectId"] or "")
    if machine is None:
        raise failure(cloud, "VmNotFound", vm=details["recoveryFabricObjectId"] or item.properties["friendlyName"])
    vault = names.vault_of(item.id)
    container = references.own(cloud, vault, given["recoveryContainerId"], names.CONTAINERS).id
    if container.key != item.id.parent.key:
        raise failure(cloud, "RelatedResourceNotFound", resource=container.name)
    references.own(cloud, vault, given["policyId"], names.POLICIES)
    check_paired(cloud, ResourceId.parse(item.properties["recoveryContainerId"]), container, given["policyId"])
    group = given.get("recoveryResourceGroupId")
    if references.find(cloud, group, names.GROUPS) is None:
        raise failure(cloud, "RecoveryGroupNotFound", group=group or "")
    disk_inputs.check(cloud, machine, given, details["primaryFabricLocation"])
    return machine


def switched(cloud: Cloud, arguments: JsonObject) -> None:
    """The item is found under the other fabric from now on, and replicates the other way."""
    item, vault = cloud.resource(ResourceId.parse(arguments["target"])), ResourceId.parse(arguments["vault"])
    given: JsonObject = arguments["given"]
    machine = _check(cloud, item, given)
    before = item.properties["providerSpecificDetails"]
    given = {**given, "fabricObjectId": machine.id.text}
    managed, unmanaged = disk_inputs.protected(cloud, machine, given)
    for disk in managed:
        disk["recoveryOrignalTargetDiskId"] = _original(before, disk, given)
    turned = _reversed_id(item)
    body = protected_item(
        Enablement(
            item=turned,
            vault=vault,
            policy=cloud.resource(ResourceId.parse(given["policyId"])).id,
            primary=side(cloud, turned.parent),
            recovery=side(cloud, item.id.parent),
            given=given,
            machine=machine.resource.body,
            generation=machine.generation,
            group_id=before["multiVmGroupId"],
            managed_disks=managed,
            unmanaged_disks=unmanaged,
        )
    )
    body["properties"]["providerSpecificDetails"] |= {
        key: before[key]
        for key in (
            "initialPrimaryFabricLocation",
            "initialRecoveryFabricLocation",
            "initialPrimaryZone",
            "initialRecoveryZone",
            "multiVmGroupName",
        )
    }
    body["properties"]["providerSpecificDetails"]["vmNics"] = _turned_nics(cloud, before, machine)
    lifecycle: JsonObject = {"lifecycleId": item.private.get("lifecycleId")}
    for disk in before["protectedManagedDisks"] or ():
        artifacts.delete_replica(cloud, disk)
    artifacts.remove_from_machine(cloud, before["fabricObjectId"], item.id)
    cloud.delete(item.id)
    private = {"given": given, FORMER: before["fabricObjectId"], MACHINE_GUID: machine.guid, **lifecycle}
    kept = cloud.write(turned, body, private | {disk_inputs.LUNS: {disk.key: disk.lun for disk in machine.disks()}})
    recovery_plans.update_references(cloud, item.id, kept.id)
    artifacts.install_on_machine(cloud, machine, kept.id)
    location = body["properties"]["providerSpecificDetails"]["recoveryFabricLocation"]
    for disk in managed:
        artifacts.create_replica(cloud, disk, cloud.store.find(disk["diskId"]), location)
    replication.start(cloud, kept)


def _turned_nics(cloud: Cloud, before: JsonObject, machine: Machine) -> list[JsonObject]:
    """Return the item's NICs with the sides exchanged; a NIC that has no counterpart any more is left out."""
    return [
        nics.reversed_interface(nic, source.body, machine_nic=now.id.text)
        for nic, now in zip(before["vmNics"], machine.nics(), strict=False)
        if (source := cloud.store.find(nic["sourceNicArmId"]))
    ]


def _original(before: JsonObject, disk: JsonObject, given: JsonObject) -> str:
    """Return the id of the disk that the machine had before its failover, which failing back brings up to date."""
    names_before = {str(old["diskName"]).lower(): old["diskName"] for old in before["protectedManagedDisks"] or ()}
    name = names_before.get(disk["diskName"].lower(), disk["diskName"])
    group = next(
        found["recoveryResourceGroupId"]
        for found in disk_inputs.managed_of(given)
        if found["diskId"].lower() == disk["diskId"]
    )
    return f"{group}/providers/Microsoft.Compute/disks/{name}"


ROUTES = (
    taking("POST", f"{BASE}{CONTAINER}/switchprotection", inputs.SWITCH, switch),
    taking("POST", f"{BASE}{ITEM}/reProtect", inputs.REPROTECTION, reprotect),
)
CONTINUATIONS = {SWITCHED: switched}
