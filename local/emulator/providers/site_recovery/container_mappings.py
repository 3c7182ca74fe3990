"""Container mappings: which container replicates to which, under which policy."""

from functools import partial

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import inputs, names, references, vaults, writes
from local.emulator.providers.site_recovery.bodies import foundation
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.removal import removing
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, CONTAINER, Vault

MAPPING = f"{CONTAINER}/replicationProtectionContainerMappings/{{mapping}}"
WRITTEN, UPDATED = "site_recovery.mapping_written", "site_recovery.mapping_updated"


def create(request: ArmRequest) -> ArmResponse:
    """PUT: pair two containers.

    Raises:
        ArmError: 404, there is no such container.
    """
    vault = Vault(request)
    vault.find(CONTAINER)
    properties = request.body["properties"]
    target = vault.child(MAPPING)
    arguments = {
        "container": properties["targetProtectionContainerId"],
        "policy": properties["policyId"],
        "settings": properties.get("providerSpecificInput") or {},
    }
    return writes.begin(
        vault,
        "mapping.create",
        target,
        then=WRITTEN,
        arguments=arguments,
        preflight=lambda: _check(vault.cloud, target, arguments),
    )


def _check(cloud: Cloud, target: ResourceId, arguments: JsonObject) -> None:
    vault = names.vault_of(target)
    for resource_id in (target.parent.text, arguments["container"]):
        references.own(cloud, vault, resource_id, names.CONTAINERS)
    references.own(cloud, vault, arguments["policy"], names.POLICIES)


def written(cloud: Cloud, arguments: JsonObject) -> None:
    """The containers are paired from now on. A mapping that is there keeps its values, as recorded for a second PUT."""
    target = ResourceId.parse(arguments["target"])
    _check(cloud, target, arguments)
    if cloud.store.find(target):
        return
    container = cloud.resource(ResourceId.parse(arguments["container"]))
    source = cloud.resource(target.parent)
    body = foundation.container_mapping(
        target,
        target=container.id,
        policy_id=cloud.resource(ResourceId.parse(arguments["policy"])).id,
        fabric_names=(source.properties["fabricFriendlyName"], container.properties["fabricFriendlyName"]),
        settings=arguments["settings"],
    )
    cloud.write(target, body, {"settings": arguments["settings"]})


def update(request: ArmRequest) -> ArmResponse:
    """PATCH: change how the agent is updated.

    Raises:
        ArmError: 404, there is none.
    """
    vault = Vault(request)
    present = vault.find(MAPPING)
    settings = (request.body.get("properties") or {}).get("providerSpecificInput") or {}
    return writes.begin(
        vault,
        "mapping.update",
        present.id,
        then=UPDATED,
        arguments={"settings": {**present.private["settings"], **settings}},
    )


def updated(cloud: Cloud, arguments: JsonObject) -> None:
    """The mapping has these settings from now on."""
    target = ResourceId.parse(arguments["target"])
    present = cloud.store.find(target)
    if present is None:
        raise failure(cloud, "RelatedResourceNotFound", resource=target.name)
    properties = present.properties
    body = foundation.container_mapping(
        target,
        target=ResourceId.parse(properties["targetProtectionContainerId"]),
        policy_id=ResourceId.parse(properties["policyId"]),
        fabric_names=(properties["sourceFabricFriendlyName"], properties["targetFabricFriendlyName"]),
        settings=arguments["settings"],
    )
    cloud.write(target, body, {"settings": arguments["settings"]})


def check_paired(cloud: Cloud, source: ResourceId, target: ResourceId, policy: str) -> None:
    """Raise ServiceFailure (ContainersNotPaired) unless `source` is mapped to `target` under this policy."""
    for mapping in cloud.store.of_type(names.CONTAINER_MAPPINGS, source):
        paired, by = mapping.properties["targetProtectionContainerId"], mapping.properties["policyId"]
        if (paired.lower(), by.lower()) == (target.key, policy.lower()):
            return
    facts = {"container": source.name, "target": target.name, "policy": names.name_of(policy)}
    raise failure(cloud, "ContainersNotPaired", **facts)


def of_container(request: ArmRequest) -> ArmResponse:
    """GET the mappings of one container: those from it and, as recorded, those to it."""
    vault = Vault(request)
    container = vault.child(CONTAINER)
    found = [mapping for mapping in vault.under(names.CONTAINER_MAPPINGS) if _involves(mapping, container)]
    return vaults.listed(request, found, partial(vaults.as_kept, vault.cloud))


def _involves(mapping: Resource, container: ResourceId) -> bool:
    target = mapping.properties["targetProtectionContainerId"]
    return container.contains(mapping.id) or target.lower() == container.key


_REMOVE = removing("mapping.remove", MAPPING)

ROUTES = (
    taking("PUT", BASE + MAPPING, inputs.MAPPING, create),
    taking("PATCH", BASE + MAPPING, inputs.MAPPING_CHANGE, update),
    Route("DELETE", BASE + MAPPING, _REMOVE),
    Route("POST", f"{BASE}{MAPPING}/remove", _REMOVE),
    Route("GET", f"{BASE}{CONTAINER}/replicationProtectionContainerMappings", of_container),
    vaults.getter(MAPPING),
    vaults.lister("/replicationProtectionContainerMappings", names.CONTAINER_MAPPINGS),
)
CONTINUATIONS = {WRITTEN: written, UPDATED: updated}
