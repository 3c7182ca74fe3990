"""Recovery plans: PUT, PATCH, GET, list, DELETE. Which machines are failed over together, and in which order."""

import copy

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.exchange import ArmRequest, ArmResponse
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, stable_guid
from local.emulator.providers.site_recovery import inputs, names, references, refusals, vaults, writes
from local.emulator.providers.site_recovery.shapes import shaped
from local.emulator.providers.site_recovery.vaults import BASE, Vault

PLAN = "/replicationRecoveryPlans/{plan}"
WRITTEN, REMOVED = "site_recovery.plan_written", "site_recovery.plan_removed"
FABRICS = ("primaryFabricId", "recoveryFabricId")
OWN_GROUPS = ("Shutdown", "Failover")
"""The groups that the service adds before those of the client."""


def create(request: ArmRequest) -> ArmResponse:
    """PUT: create or replace a plan.

    Raises:
        ArmError: 400, it has no group.
    """
    vault = Vault(request)
    properties = request.body["properties"]
    if not properties.get("groups"):
        raise refusals.invalid(request, "properties.groups", "is required: at least one group")
    return _write(vault, "plan.create", properties)


def update(request: ArmRequest) -> ArmResponse:
    """PATCH: give a plan other groups.

    Raises:
        ArmError: 404, there is none.
    """
    vault = Vault(request)
    present = vault.find(PLAN).private["given"]
    return _write(vault, "plan.update", present | _without_nulls(request.body.get("properties") or {}))


def _without_nulls(given: JsonObject) -> JsonObject:
    return {key: value for key, value in given.items() if value is not None}


def _write(vault: Vault, key: str, given: JsonObject) -> ArmResponse:
    return writes.begin(
        vault,
        key,
        vault.child(PLAN),
        then=WRITTEN,
        arguments={"given": given},
        preflight=lambda: _check(vault.cloud, vault.id, given),
    )


def _check(cloud: Cloud, vault: ResourceId, given: JsonObject) -> None:
    for fabric in FABRICS:
        references.own(cloud, vault, given[fabric], names.FABRICS)
    for group in given["groups"]:
        for item in group.get("replicationProtectedItems") or ():
            references.own(cloud, vault, item["id"], names.PROTECTED_ITEMS)


def written(cloud: Cloud, arguments: JsonObject) -> None:
    """The plan is there from now on."""
    target, given = ResourceId.parse(arguments["target"]), arguments["given"]
    _check(cloud, names.vault_of(target), given)
    primary, recovery = (cloud.resource(ResourceId.parse(given[key])) for key in FABRICS)
    body: JsonObject = {
        "properties": {
            "friendlyName": target.name,
            "primaryFabricId": primary.id.text,
            "primaryFabricFriendlyName": primary.properties["friendlyName"],
            "recoveryFabricId": recovery.id.text,
            "recoveryFabricFriendlyName": recovery.properties["friendlyName"],
            "failoverDeploymentModel": given.get("failoverDeploymentModel") or "ResourceManager",
            "replicationProviders": ["A2A"],
            "allowedOperations": ["UnplannedFailover", "TestFailover"],
            "currentScenario": None,
            "currentScenarioStatus": None,
            "currentScenarioStatusDescription": None,
            "groups": [_group(kind, [], {}) for kind in OWN_GROUPS]
            + [_given_group(cloud, one) for one in given["groups"]],
            "providerSpecificDetails": list(given.get("providerSpecificInput") or ()),
        }
    }
    cloud.write(target, body, {"given": given})


def _given_group(cloud: Cloud, given: JsonObject) -> JsonObject:
    found = [cloud.resource(ResourceId.parse(item["id"])) for item in given.get("replicationProtectedItems") or ()]
    items = [{"id": item.id.text, "virtualMachineId": _machine_guid(item)} for item in found]
    return _group(given["groupType"], items, given)


def _machine_guid(item: Resource) -> str:
    """Return the GUID that the service knows a machine by; not its ARM id, although that is what clients send."""
    return stable_guid(item.properties["providerSpecificDetails"]["fabricObjectId"])


def _group(kind: str, items: list[JsonObject], given: JsonObject) -> JsonObject:
    return {
        "groupType": kind,
        "replicationProtectedItems": items,
        "startGroupActions": copy.deepcopy(given.get("startGroupActions") or []),
        "endGroupActions": copy.deepcopy(given.get("endGroupActions") or []),
    }


def holds(plan: Resource, item: Resource) -> bool:
    """Say whether an item is in one of the plan's groups."""
    named = (one["id"] for group in plan.properties["groups"] for one in group["replicationProtectedItems"])
    return any(one.lower() == item.id.key for one in named)


def remove(request: ArmRequest) -> ArmResponse:
    """DELETE: take the plan away.

    Raises:
        ArmError: 404, there is none.
    """
    vault = Vault(request)
    return writes.begin(vault, "plan.remove", vault.find(PLAN).id, then=REMOVED)


def removed(cloud: Cloud, arguments: JsonObject) -> None:
    """The plan is gone."""
    cloud.delete(ResourceId.parse(arguments["target"]))


def shown_in_list(_: Cloud, plan: Resource) -> JsonObject:
    """Show a plan as lists do: without its groups (recorded)."""
    return plan.body | {"properties": plan.properties | {"groups": []}}


ROUTES = (
    Route("PUT", BASE + PLAN, shaped(inputs.PLAN, create)),
    Route("PATCH", BASE + PLAN, shaped(inputs.PLAN_CHANGE, update)),
    Route("DELETE", BASE + PLAN, remove),
    vaults.getter(PLAN),
    vaults.lister("/replicationRecoveryPlans", names.RECOVERY_PLANS, shown=shown_in_list),
)
CONTINUATIONS = {WRITTEN: written, REMOVED: removed}
