"""The machines that a failover starts on the other side, and what they are made of.

A failed-over machine has the source's names; a test machine has the item's test names. Source for the body: the
recorded machine after a failover (attached disks, no `osProfile`).
"""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, fresh_guid, offset_timestamp
from local.emulator.providers.compute.machines import machine_made
from local.emulator.providers.site_recovery import recovered_nics
from local.emulator.providers.site_recovery.disk_inputs import LUNS, key_of
from local.emulator.providers.site_recovery.failover_checks import check_target, machine_id
from local.emulator.providers.site_recovery.failover_kinds import FailoverKind
from local.emulator.providers.site_recovery.replication import disks_of, sync_tags
from local.emulator.providers.site_recovery.switches import MACHINE_AT_HOME, chosen


def build(cloud: Cloud, item: Resource, kind: FailoverKind, network_id: str = "") -> Resource:
    """Start a machine from the item's replicas.

    Args:
        cloud: the emulated Azure.
        item: the protected item.
        kind: whether it is a failover or a test.
        network_id: the network for every NIC that has none of its own choice.

    Raises:
        ServiceFailure: MachineNotCreated (28031) or InterfaceNotCreated (28092).
    """
    details = item.properties["providerSpecificDetails"]
    location = details["recoveryFabricLocation"]
    check_target(cloud, item, kind, network_id)
    sync_tags(cloud, item)
    disks = [_attached(cloud, disk, kind, location) for disk in disks_of(item)]
    luns = _luns(item)
    nics = [recovered_nics.build(cloud, item, nic, kind, network_id) for nic in details["vmNics"]]
    own = machine_id(cloud, item, kind)
    guid = _guid(cloud, own)
    body = _machine(details, guid, offset_timestamp(cloud.clock.now()), list(zip(luns, disks, strict=True)), nics)
    kept = cloud.write(own, {"location": location, **body}, {"power": "running"})
    machine_made(cloud, kept)
    cloud.events.written(kept.id)
    return kept


def take_down(cloud: Cloud, machine_id: str) -> None:
    """Delete a machine that a failover started, with its disks and NICs; a NIC that it was lent is let go."""
    machine = cloud.store.find(machine_id)
    if machine is None:
        return
    profile = machine.properties["storageProfile"]
    parts = [disk["managedDisk"]["id"] for disk in (profile["osDisk"], *profile["dataDisks"]) if "managedDisk" in disk]
    parts += recovered_nics.release(cloud, machine)
    for part in (machine.id, *map(ResourceId.parse, parts)):
        if cloud.delete(part):
            cloud.events.deleted(part)


def _disk(cloud: Cloud, disk: JsonObject, kind: FailoverKind, location: str) -> Resource:
    replica = cloud.store.find(disk["recoveryReplicaDiskId"])
    own = ResourceId.parse(f"{disk['recoveryResourceGroupId']}/providers/Microsoft.Compute/disks/{disk[kind.disk]}")
    size = int(replica.properties["diskSizeGB"]) if replica else 0
    body: JsonObject = {
        "location": location,
        "sku": {"name": disk["recoveryTargetDiskAccountType"]},
        "properties": {
            "creationData": {"createOption": "Copy", "sourceResourceId": disk["recoveryReplicaDiskId"]},
            "diskSizeGB": size,
            "diskSizeBytes": size * 1024**3,
            "diskState": "Attached",
            "provisioningState": "Succeeded",
            "timeCreated": offset_timestamp(cloud.clock.now()),
            "uniqueId": fresh_guid(),
        },
    }
    kept = cloud.write(own, body)
    cloud.events.written(kept.id)
    return kept


def _attached(cloud: Cloud, disk: JsonObject, kind: FailoverKind, location: str) -> JsonObject:
    """Make one disk and return how the machine names it; the blob of an unmanaged one is nothing in ARM."""
    entry = {
        "name": disk[kind.disk],
        "createOption": "Attach",
        "caching": "ReadWrite" if disk["diskType"] == "OperatingSystem" else "None",
        "deleteOption": "Detach",
    }
    if uri := disk.get("recoveryDiskUri"):
        blob = f"{uri.rpartition('/')[0]}/{disk[kind.disk]}.vhd"
        return entry | {"vhd": {"uri": blob}, "diskSizeGB": disk["diskCapacityInBytes"] // 1024**3}
    made = _disk(cloud, disk, kind, location)
    managed = {"storageAccountType": made.body["sku"]["name"], "id": made.id.text}
    return entry | {"managedDisk": managed, "diskSizeGB": made.properties["diskSizeGB"]}


def _luns(item: Resource) -> list[int | None]:
    """Return where each disk is attached, as on the source; None for the one it boots from."""
    known: JsonObject = item.private.get(LUNS) or {}
    return [
        None if disk["diskType"] == "OperatingSystem" else known.get(key_of(disk), number)
        for number, disk in enumerate(disks_of(item))
    ]


def _guid(cloud: Cloud, own: ResourceId) -> str:
    """Return the new machine's vmId: that of the machine whose place it takes at home, unless the switch says so."""
    former = cloud.store.find(own)
    if former is None or chosen(cloud, MACHINE_AT_HOME) == "another":
        return fresh_guid()
    return str(former.properties["vmId"])


def _machine(
    details: JsonObject, guid: str, at: str, disks: list[tuple[int | None, JsonObject]], nics: list[Resource]
) -> JsonObject:
    boot = next((disk for lun, disk in disks if lun is None), {})
    properties: JsonObject = {
        "vmId": guid,
        "hardwareProfile": {"vmSize": details["recoveryAzureVMSize"]},
        "storageProfile": {
            "osDisk": {"osType": details["osType"], **boot},
            "dataDisks": [{"lun": lun, **disk} for lun, disk in disks if lun is not None],
        },
        "networkProfile": {
            "networkInterfaces": [
                {"id": nic.id.text, "properties": {"primary": index == 0}} for index, nic in enumerate(nics)
            ]
        },
        "provisioningState": "Succeeded",
        "timeCreated": at,
    }
    if details["recoveryAvailabilitySet"]:
        properties["availabilitySet"] = {"id": details["recoveryAvailabilitySet"]}
    body: JsonObject = {
        "tags": dict(details["vmSyncedConfigDetails"]["tags"]),
        "properties": properties,
    }
    return body | ({"zones": [details["recoveryAvailabilityZone"]]} if details["recoveryAvailabilityZone"] else {})
