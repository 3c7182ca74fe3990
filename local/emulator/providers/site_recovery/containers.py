"""Protection containers: PUT, GET, lists of a fabric and of the vault, remove."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import inputs, names, vaults, writes
from local.emulator.providers.site_recovery.bodies import foundation
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.removal import removing
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, CONTAINER, FABRIC, Vault

CREATED = "site_recovery.container_created"


def create(request: ArmRequest) -> ArmResponse:
    """PUT: create a container in a fabric; one that is there is left as it is.

    Raises:
        ArmError: 400 or 404, there is no such fabric.
    """
    vault = Vault(request)
    vault.find(FABRIC)
    return writes.begin(vault, "container.create", vault.child(CONTAINER), then=CREATED)


def created(cloud: Cloud, arguments: JsonObject) -> None:
    """The container exists from now on."""
    target = ResourceId.parse(arguments["target"])
    fabric = cloud.store.find(target.parent)
    if fabric is None:
        raise failure(cloud, "RelatedResourceNotFound", resource=target.parent.name)
    if cloud.store.find(target) is None:
        cloud.write(target, foundation.container(target, fabric_name=fabric.properties["friendlyName"]))


def shown(cloud: Cloud, container: Resource) -> JsonObject:
    """Show a container with its present pairing and number of items."""
    mappings = cloud.store.of_type(names.CONTAINER_MAPPINGS, container.id.parent.parent)
    paired = any(
        container.id.contains(mapping.id)
        or mapping.properties["targetProtectionContainerId"].lower() == container.id.key
        for mapping in mappings
    )
    present = {
        "protectedItemCount": len(cloud.store.of_type(names.PROTECTED_ITEMS, container.id)),
        "pairingStatus": "Paired" if paired else "NotPaired",
    }
    return container.body | {"properties": container.properties | present}


_REMOVE = removing("container.remove", CONTAINER)

ROUTES = (
    taking("PUT", BASE + CONTAINER, inputs.CONTAINER, create),
    Route("POST", f"{BASE}{CONTAINER}/remove", _REMOVE),
    vaults.getter(CONTAINER, shown),
    vaults.lister(f"{FABRIC}/replicationProtectionContainers", names.CONTAINERS, FABRIC, shown),
    vaults.lister("/replicationProtectionContainers", names.CONTAINERS, shown=shown),
)
CONTINUATIONS = {CREATED: created}
