"""Changing how a protected item will be recovered: PATCH of names, sizes, networks, NICs, disks and targets."""

from collections.abc import Sequence

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import inputs, items, names, references
from local.emulator.providers.site_recovery.bodies import nics
from local.emulator.providers.site_recovery.bodies.disks import encryption
from local.emulator.providers.site_recovery.failover_checks import NAMED
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.switches import UPDATE_LEAVING_OUT, chosen
from local.emulator.providers.site_recovery.vaults import BASE, ITEM, Vault

UPDATED = "site_recovery.item_updated"

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
    "platformFaultDomain": "platformFaultDomain",
}
"""Key of PATCH's `providerSpecificDetails` -> key of the item's A2A details."""

RESET = frozenset(
    {
        "selectedTfoAzureNetworkId",
        "recoveryAvailabilitySetId",
        "recoveryProximityPlacementGroupId",
        "recoveryBootDiagStorageAccountId",
        "recoveryVirtualMachineScaleSetId",
        "recoveryCapacityReservationGroupId",
    }
)
"""What an update that leaves it out takes away; what an item always has stays."""

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
    return items.begin(
        vault,
        item,
        "item.update",
        then=UPDATED,
        check=lambda: _check(vault.cloud, item, change),
        arguments={"change": change},
    )


def _check(cloud: Cloud, item: Resource, change: JsonObject) -> None:
    """Check that everything the change refers to is there.

    Raises:
        ServiceFailure: TargetNetworkNotFound, AvailabilitySetNotFound, RecoveryGroupNotFound, NicNotFound,
            DiskNotProtected.
    """
    details = item.properties["providerSpecificDetails"]
    specific, region = change.get("providerSpecificDetails") or {}, details["recoveryFabricLocation"]
    for key in ("selectedRecoveryAzureNetworkId", "selectedTfoAzureNetworkId"):
        if (network := change.get(key)) and references.find(cloud, network, names.VIRTUAL_NETWORKS, region) is None:
            raise failure(cloud, "TargetNetworkNotFound", network=network, region=region)
    wanted = change.get("recoveryAvailabilitySetId")
    if wanted and references.find(cloud, wanted, names.AVAILABILITY_SETS, region) is None:
        raise failure(cloud, "AvailabilitySetNotFound", set=wanted, region=region)
    group = specific.get("recoveryResourceGroupId")
    if group and references.find(cloud, group, names.GROUPS) is None:
        raise failure(cloud, "RecoveryGroupNotFound", group=group)
    _check_parts(cloud, item, change.get("vmNics") or (), specific.get("managedDiskUpdateDetails") or ())


def _check_parts(cloud: Cloud, item: Resource, wanted: Sequence[JsonObject], disks: Sequence[JsonObject]) -> None:
    vm, details = item.properties["friendlyName"], item.properties["providerSpecificDetails"]
    present = {nic["nicId"]: {one["name"] for one in nic["ipConfigs"]} for nic in details["vmNics"]}
    for nic in wanted:
        named = {name for one in nic.get("ipConfigs") or () if (name := one.get("ipConfigName"))}
        known = present.get(nic["nicId"].lower())
        if known is None or not named <= known:
            raise failure(cloud, "NicNotFound", nic=nic["nicId"], configurations=", ".join(sorted(named)), vm=vm)
    protected = {disk["diskId"] for disk in details["protectedManagedDisks"] or ()}
    for disk in disks:
        if disk["diskId"].lower() not in protected:
            raise failure(cloud, "DiskNotProtected", disk=disk["diskId"], vm=vm)


def updated(cloud: Cloud, arguments: JsonObject) -> None:
    """The item has the values asked for from now on."""
    item = cloud.resource(ResourceId.parse(arguments["target"]))
    change: JsonObject = arguments["change"]
    specific: JsonObject = change.get("providerSpecificDetails") or {}
    details: JsonObject = item.properties["providerSpecificDetails"]
    for table, given in ((UPDATABLE, change), (UPDATABLE_SPECIFIC, specific)):
        details |= {shown: given[key] for key, shown in table.items() if given.get(key) not in (None, "")}
        if chosen(cloud, UPDATE_LEAVING_OUT) == "reset":
            details |= {table[key]: None for key in RESET & table.keys() if given.get(key) in (None, "")}
    item.private[NAMED] = item.private.get(NAMED) or bool(change.get("recoveryAzureVMName"))
    if chosen(cloud, UPDATE_LEAVING_OUT) == "reset":
        details["vmNics"] = [nics.reset(nic) for nic in details["vmNics"]]
    _update_nics(details, change)
    wanted = {disk["diskId"].lower(): disk for disk in specific.get("managedDiskUpdateDetails") or ()}
    for disk in details["protectedManagedDisks"] or ():
        given = wanted.get(disk["diskId"]) or {}
        disk.update({key: given[key] for key in UPDATABLE_DISK if given.get(key) is not None})
        if info := given.get("diskEncryptionInfo") or specific.get("diskEncryptionInfo"):
            disk.update(encryption(info))


def _update_nics(details: JsonObject, change: JsonObject) -> None:
    moves = (("selectedRecoveryAzureNetworkId", "recoveryVMNetworkId"), ("selectedTfoAzureNetworkId", "tfoVMNetworkId"))
    moved_to = {shown: change[key] for key, shown in moves if change.get(key)}
    wanted = {nic["nicId"].lower(): nic for nic in change.get("vmNics") or ()}
    details["vmNics"] = [nics.updated(nic | moved_to, wanted.get(nic["nicId"]) or {}) for nic in details["vmNics"]]


ROUTES = (taking("PATCH", BASE + ITEM, inputs.ITEM_CHANGE, update),)
CONTINUATIONS = {UPDATED: updated}
