"""Fabrics: one per region and vault. PUT, GET, list, remove, purge."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.regions import region_name, regions
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, stable_guid
from local.emulator.providers.site_recovery import inputs, names, vaults, writes
from local.emulator.providers.site_recovery.bodies import foundation
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.removal import removing
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, FABRIC, Vault

CREATED = "site_recovery.fabric_created"


def create(request: ArmRequest) -> ArmResponse:
    """PUT: create a fabric, or accept an existing one again.

    Raises:
        ArmError: 404, there is no such vault.
    """
    vault = Vault(request)
    location = region_name(request.body["properties"]["customDetails"]["location"])
    target = vault.child(FABRIC)
    return writes.begin(
        vault,
        "fabric.create",
        target,
        then=CREATED,
        arguments={"location": location},
        preflight=lambda: _check(vault.cloud, vault.id, target, location),
    )


def _check(cloud: Cloud, vault: ResourceId, target: ResourceId, location: str) -> None:
    if location not in regions():
        raise failure(cloud, "RegionUnknown", region=location)
    for other in cloud.store.of_type(names.FABRICS, vault):
        if other.id.key == target.key and location_of(other) != location:
            raise failure(cloud, "FabricRegionTaken", region=location_of(other), fabric=other.id.name)
        if other.id.key != target.key and location_of(other) == location:
            raise failure(cloud, "FabricRegionTaken", region=location, fabric=other.id.name)


def created(cloud: Cloud, arguments: JsonObject) -> None:
    """The fabric exists from now on."""
    vault, target = ResourceId.parse(arguments["vault"]), ResourceId.parse(arguments["target"])
    location = arguments["location"]
    _check(cloud, vault, target, location)
    if cloud.store.find(target):
        return
    display_name = regions()[location].display_name
    identifier = stable_guid(f"fabric {vault.key} {location}")
    cloud.write(target, foundation.fabric(target, location=location, display_name=display_name, identifier=identifier))


def location_of(fabric: Resource) -> str:
    """Return the region's name of a fabric."""
    return str(fabric.properties["customDetails"]["location"])


def shown(cloud: Cloud, fabric: Resource) -> JsonObject:
    """Show a fabric with the ids of its containers, which the service names by GUIDs here."""
    containers = cloud.store.of_type(names.CONTAINERS, fabric.id)
    ids = [fabric.id.child("replicationProtectionContainers", stable_guid(found.id.key)).text for found in containers]
    properties = fabric.properties
    return fabric.body | {
        "properties": properties | {"customDetails": properties["customDetails"] | {"containerIds": ids}}
    }


def shown_in_list(_: Cloud, fabric: Resource) -> JsonObject:
    """Show a fabric as lists do."""
    return foundation.fabric_in_list(fabric.body)


_REMOVE = removing("fabric.remove", FABRIC)

ROUTES = (
    taking("PUT", BASE + FABRIC, inputs.FABRIC, create),
    Route("DELETE", BASE + FABRIC, _REMOVE),
    Route("POST", f"{BASE}{FABRIC}/remove", _REMOVE),
    vaults.getter(FABRIC, shown),
    vaults.lister("/replicationFabrics", names.FABRICS, shown=shown_in_list),
)
CONTINUATIONS = {CREATED: created}
