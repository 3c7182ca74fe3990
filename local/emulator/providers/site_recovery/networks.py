"""Network mappings: which virtual network stands for which on the other side."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import inputs, names, references, vaults, writes
from local.emulator.providers.site_recovery.bodies import foundation
from local.emulator.providers.site_recovery.fabrics import location_of
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, FABRIC, Vault

NETWORK = f"{FABRIC}/replicationNetworks/{{network}}"
MAPPING = f"{NETWORK}/replicationNetworkMappings/{{mapping}}"
MAPPED, UNMAPPED = "site_recovery.network_mapped", "site_recovery.network_unmapped"


def map_networks(request: ArmRequest) -> ArmResponse:
    """PUT and PATCH of a network mapping. The network segment of the path may be any word (`azureNetwork`).

    Raises:
        ArmError: 404, there is no such fabric or (PATCH) mapping.
    """
    vault = Vault(request)
    fabric = vault.find(FABRIC)
    properties = request.body.get("properties") or {}
    specific = properties.get("fabricSpecificDetails") or {}
    target = vault.child(MAPPING)
    present: JsonObject = vault.find(MAPPING).private if request.method == "PATCH" else {}
    arguments = {
        "fabric": fabric.id.text,
        "recoveryFabric": properties.get("recoveryFabricName") or present.get("recoveryFabric", ""),
        "primary": specific.get("primaryNetworkId") or present.get("primary"),
        "recovery": properties.get("recoveryNetworkId") or present.get("recovery"),
    }
    return writes.begin(
        vault,
        "network.map",
        target,
        then=MAPPED,
        arguments=arguments,
        preflight=lambda: _check(vault.cloud, vault.id, target, arguments),
    )


def _check(cloud: Cloud, vault: ResourceId, target: ResourceId, arguments: JsonObject) -> None:
    ends = (arguments["fabric"], vault.child("replicationFabrics", arguments["recoveryFabric"]).text)
    for fabric_id, network_id in zip(ends, (arguments["primary"], arguments["recovery"]), strict=True):
        region = location_of(references.own(cloud, vault, fabric_id, names.FABRICS))
        if references.find(cloud, network_id, names.VIRTUAL_NETWORKS, region) is None:
            raise failure(cloud, "TargetNetworkNotFound", network=network_id, region=region)
    for other in cloud.store.of_type(names.NETWORK_MAPPINGS, ResourceId.parse(arguments["fabric"])):
        same = other.properties["primaryNetworkId"] == names.lowered(arguments["primary"])
        if (
            same
            and other.id.key != target.key
            and other.private["recoveryFabric"].lower() == arguments["recoveryFabric"].lower()
        ):
            raise failure(cloud, "NetworkAlreadyMapped", network=arguments["primary"], mapping=other.id.name)


def mapped(cloud: Cloud, arguments: JsonObject) -> None:
    """The networks stand for each other from now on."""
    vault, target = ResourceId.parse(arguments["vault"]), ResourceId.parse(arguments["target"])
    _check(cloud, vault, target, arguments)
    primary = cloud.resource(ResourceId.parse(arguments["fabric"]))
    recovery = cloud.resource(vault.child("replicationFabrics", arguments["recoveryFabric"]))
    body = foundation.network_mapping(
        target,
        networks=(arguments["primary"], arguments["recovery"]),
        recovery_fabric=recovery.id,
        fabric_names=(primary.properties["friendlyName"], recovery.properties["friendlyName"]),
        locations=(location_of(primary), location_of(recovery)),
    )
    cloud.write(target, body, {key: arguments[key] for key in ("recoveryFabric", "primary", "recovery")})


def unmap(request: ArmRequest) -> ArmResponse:
    """DELETE of a network mapping.

    Raises:
        ArmError: 404, there is none.
    """
    vault = Vault(request)
    return writes.begin(vault, "network.unmap", vault.find(MAPPING).id, then=UNMAPPED)


def unmapped(cloud: Cloud, arguments: JsonObject) -> None:
    """The networks no longer stand for each other."""
    cloud.delete(ResourceId.parse(arguments["target"]))


def mapping_of(cloud: Cloud, fabric: ResourceId, network_id: str, recovery_fabric: ResourceId) -> Resource | None:
    """Return the mapping of a source network into a recovery fabric, or None."""
    for mapping in cloud.store.of_type(names.NETWORK_MAPPINGS, fabric):
        to_fabric = mapping.properties["recoveryFabricArmId"].lower() == recovery_fabric.key
        if to_fabric and mapping.properties["primaryNetworkId"] == names.lowered(network_id):
            return mapping
    return None


ROUTES = (
    taking("PUT", BASE + MAPPING, inputs.NETWORK_MAPPING, map_networks),
    taking("PATCH", BASE + MAPPING, inputs.NETWORK_MAPPING_CHANGE, map_networks),
    Route("DELETE", BASE + MAPPING, unmap),
    vaults.getter(MAPPING),
    vaults.lister(f"{NETWORK}/replicationNetworkMappings", names.NETWORK_MAPPINGS, NETWORK),
    vaults.lister("/replicationNetworkMappings", names.NETWORK_MAPPINGS),
)
CONTINUATIONS = {MAPPED: mapped, UNMAPPED: unmapped}
