"""Recovery plans: PUT, PATCH, GET, list, DELETE. Which machines are failed over together, and in which order."""

import copy
from collections.abc import Sequence

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, stable_guid
from local.emulator.providers.site_recovery import inputs, names, references, refusals, vaults, writes
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, Vault

PLAN = "/replicationRecoveryPlans/{plan}"
WRITTEN, REMOVED = "site_recovery.plan_written", "site_recovery.plan_removed"
FABRICS = ("primaryFabricId", "recoveryFabricId")
OWN_GROUPS = ("Shutdown", "Failover")
"""The groups that the service adds before those of the client, and that hold no machines."""

MOST_GROUPS = 7
"""How many groups of machines a plan has at most. Source: "Create and customize recovery plans"."""

OPERATIONS = (
    "UnplannedFailover",
    "TestFailover",
    "TestFailoverCleanup",
    "Commit",
    "CancelFailover",
    "SwitchProtection",
)
"""What a plan may allow: what its items do, as far as it can be asked of a plan."""


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
    return _write(vault, "plan.update", present | (request.body.get("properties") or {}))


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
    named = [item["id"] for group in given["groups"] for item in group.get("replicationProtectedItems") or ()]
    items = [references.own(cloud, vault, item, names.PROTECTED_ITEMS).id for item in named]
    ends = {given[fabric].lower() for fabric in FABRICS}
    wrong = (
        (len({item.key for item in items}) < len(items), "a protected item is named more than once"),
        (any(item.parent.parent.key not in ends for item in items), "a protected item is of another fabric"),
        (sum(group["groupType"] == "Boot" for group in given["groups"]) > MOST_GROUPS, "there are more than 7 groups"),
    )
    for is_wrong, reason in wrong:
        if is_wrong:
            raise failure(cloud, "PlanInvalid", reason=reason)


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
            "allowedOperations": [],
            "currentScenario": None,
            "currentScenarioStatus": None,
            "currentScenarioStatusDescription": None,
            "groups": [_own_group(kind, given["groups"]) for kind in OWN_GROUPS]
            + [_given_group(cloud, one) for one in given["groups"] if one["groupType"] not in OWN_GROUPS],
            "providerSpecificDetails": list(given.get("providerSpecificInput") or ()),
        }
    }
    cloud.write(target, body, {"given": given})


def _own_group(kind: str, given: Sequence[JsonObject]) -> JsonObject:
    """Return a group that every plan has; a client that sends it back gives its actions."""
    return _group(kind, [], next((group for group in given if group["groupType"] == kind), {}))


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
    return any(one.lower() == item.id.key for one in item_ids(plan))


def holding(cloud: Cloud, item: Resource) -> list[Resource]:
    """Return the plans that hold an item."""
    vault = names.vault_of(item.id)
    return [plan for plan in cloud.store.of_type(names.RECOVERY_PLANS, vault) if holds(plan, item)]


def item_ids(plan: Resource) -> list[str]:
    """Return the ids of a plan's items, group by group."""
    return [one["id"] for group in plan.properties["groups"] for one in group["replicationProtectedItems"]]


def update_references(cloud: Cloud, item: ResourceId, now: ResourceId | None) -> None:
    """Let every plan that holds an item name it by its new id, or not at all when it is gone."""
    for plan in cloud.store.of_type(names.RECOVERY_PLANS, names.vault_of(item)):
        for groups in (plan.properties["groups"], plan.private["given"]["groups"]):
            for group in groups:
                named = group.get("replicationProtectedItems") or ()
                group["replicationProtectedItems"] = [
                    one | {"id": now.text if now and is_it else one["id"]}
                    for one in named
                    if not (is_it := one["id"].lower() == item.key) or now
                ]


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


def shown(cloud: Cloud, plan: Resource) -> JsonObject:
    """Show a plan with what all its items allow at this moment."""
    items = [item for named in item_ids(plan) if (item := cloud.store.find(named))]
    each = [set(item.properties["allowedOperations"]) for item in items] or [set(OPERATIONS[:2])]
    allowed = [operation for operation in OPERATIONS if all(operation in one for one in each)]
    return plan.body | {"properties": plan.properties | {"allowedOperations": allowed}}


def shown_in_list(cloud: Cloud, plan: Resource) -> JsonObject:
    """Show a plan as lists do: without its groups (recorded)."""
    body = shown(cloud, plan)
    return body | {"properties": body["properties"] | {"groups": []}}


ROUTES = (
    taking("PUT", BASE + PLAN, inputs.PLAN, create),
    taking("PATCH", BASE + PLAN, inputs.PLAN_CHANGE, update),
    Route("DELETE", BASE + PLAN, remove),
    vaults.getter(PLAN, shown),
    vaults.lister("/replicationRecoveryPlans", names.RECOVERY_PLANS, shown=shown_in_list),
)
CONTINUATIONS = {WRITTEN: written, REMOVED: removed}
