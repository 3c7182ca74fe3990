"""What enabling leaves behind outside of the vault, and disabling takes away again.

On the machine: the resource link that says it is protected, and the extension with the mobility service. In the
recovery group: one replica per managed disk. The service writes these itself, so each publishes an event; whoever
listens to machine writes hears of its own work.
"""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, fresh_guid, timestamp
from local.emulator.providers.site_recovery.machine import Machine
from local.emulator.providers.site_recovery.switches import EXTENSION_AFTER_DISABLE, chosen

LINK_PREFIX = "ASR-Protect-"
LOCKS = "Microsoft.Authorization/locks"
_LOCK_SEGMENT = "/providers/microsoft.authorization/locks/"

LINKS_STAY = "linksStay"
"""The private fact of an item: a trouble says that its links cannot be removed."""

PUBLISHER = "Microsoft.Azure.RecoveryServices.SiteRecovery"


def link_id(machine: ResourceId, item: ResourceId) -> ResourceId:
    """Return the id of the link on a machine that names its protected item."""
    return machine.extension("Microsoft.Resources", "links", f"{LINK_PREFIX}{item.name}")


def write_link(cloud: Cloud, machine: ResourceId, item: ResourceId) -> ResourceId:
    """Write the link and return its id."""
    link = link_id(machine, item)
    cloud.write(link, {"properties": {"sourceId": f"{machine.text}/", "targetId": f"{item.text}/", "notes": ""}})
    return link


def install_on_machine(cloud: Cloud, machine: Machine, item: ResourceId) -> None:
    """Write the link and install the mobility service."""
    cloud.events.written(write_link(cloud, machine.id, item))
    kind = "Windows" if machine.is_windows else "Linux"
    extension = machine.id.child("extensions", f"SiteRecovery-{kind}")
    cloud.write(
        extension,
        {
            "location": machine.resource.location,
            "properties": {
                "autoUpgradeMinorVersion": True,
                "provisioningState": "Succeeded",
                "publisher": PUBLISHER,
                "type": kind,
                "typeHandlerVersion": "1.0",
                "settings": {},
            },
        },
    )
    cloud.events.written(extension)


def remove_from_machine(cloud: Cloud, machine_id: str, item: ResourceId) -> None:
    """Remove the link and, where the switch says so, the mobility service, as far as they are still there."""
    machine = ResourceId.parse(machine_id)
    removes = chosen(cloud, EXTENSION_AFTER_DISABLE) == "removed"
    kinds = ("Windows", "Linux") if removes else ()
    services = (machine.child("extensions", f"SiteRecovery-{kind}") for kind in kinds)
    for artifact in (link_id(machine, item), *services):
        if cloud.delete(artifact):
            cloud.events.deleted(artifact)


def create_replica(cloud: Cloud, protected_disk: JsonObject, source: Resource | None, location: str) -> None:
    """Create the replica of one managed disk in its recovery group."""
    replica = ResourceId.parse(protected_disk["recoveryReplicaDiskId"])
    size = int(source.properties.get("diskSizeGB") or 0) if source else 0
    body: JsonObject = {
        "location": location,
        "sku": {"name": protected_disk["recoveryReplicaDiskAccountType"]},
        "tags": {"ASR-ReplicaDisk": replica.name},
        "properties": {
            "creationData": {"createOption": "Empty"},
            "diskSizeGB": size,
            "diskSizeBytes": size * 1024**3,
            "diskState": "ActiveSAS",
            "provisioningState": "Succeeded",
            "timeCreated": timestamp(cloud.clock.now()),
            "uniqueId": fresh_guid(),
        },
    }
    cloud.write(replica, body, {"replicaOf": protected_disk["diskId"]})
    cloud.events.written(replica)


def delete_replica(cloud: Cloud, protected_disk: JsonObject) -> None:
    """Delete the replica of one managed disk, as far as it is still there and no lock keeps it."""
    replica = ResourceId.parse(protected_disk["recoveryReplicaDiskId"])
    if not is_locked(cloud, replica) and cloud.delete(replica):
        cloud.events.deleted(replica)


def links_stay(cloud: Cloud, item: Resource) -> bool:
    """Say whether the links of an item's machine cannot be removed: a lock holds them, or a trouble says so."""
    return bool(item.private.get(LINKS_STAY)) or is_locked(
        cloud, ResourceId.parse(item.properties["providerSpecificDetails"]["fabricObjectId"])
    )


def is_locked(cloud: Cloud, resource: ResourceId) -> bool:
    """Say whether a lock lies on a resource, its resource group or its subscription. Either level forbids deletion."""
    for lock in cloud.store.of_type(LOCKS):
        scope = ResourceId.parse(lock.id.key.partition(_LOCK_SEGMENT)[0])
        if scope.contains(resource):
            return True
    return False
