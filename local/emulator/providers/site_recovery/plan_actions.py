"""Actions of recovery plans: what is asked of the plan happens to each of its items, as one job with a job per item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, timestamp
from local.emulator.providers.site_recovery import (
    busy,
    failover,
    failover_changes,
    injected_failures,
    inputs,
    items,
    names,
    recovery_plans,
    recovery_points,
    references,
    test_failover,
    writes,
)
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, Vault

PLAN = "/replicationRecoveryPlans/{plan}"
ACTED = "site_recovery.plan_acted"

type Arguments = Callable[[Cloud, Resource, JsonObject], JsonObject]
"""What an item's continuation takes, from the item and the plan action's `properties`."""


@dataclass(frozen=True, slots=True)
class Action:
    """One action.

    Attributes:
        word: the last segment of its path.
        key: the scenario of the plan's job.
        item_key: the scenario of each item's job.
        operation: what each item must allow.
        then: what happens to each item.
        arguments: what that takes.
    """

    word: str
    key: str
    item_key: str
    operation: str
    then: Callable[[Cloud, JsonObject], None]
    arguments: Arguments = lambda _cloud, _item, _given: {}


POINT_KINDS = {"LatestApplicationConsistent": "AppConsistent", "LatestCrashConsistent": "CrashConsistent"}
"""Recovery point types of a plan -> the kind of point that is wanted; the others mean the newest of all."""


def _point(cloud: Cloud, item: Resource, given: JsonObject) -> str | None:
    """Return the recovery point that a plan action means for one item; None for the newest.

    Raises:
        ServiceFailure: RecoveryPointNotFound, the item has none of the kind.
    """
    wanted = next((one.get("recoveryPointType") for one in given.get("providerSpecificDetails") or ()), None)
    kind = POINT_KINDS.get(wanted or "")
    if kind is None:
        return None
    for point in recovery_points.points_of(cloud, item):
        if point["properties"]["recoveryPointType"] == kind:
            return str(point["id"])
    raise failure(cloud, "RecoveryPointNotFound", point=f"{wanted} of {item.id.name}")


ACTIONS: Mapping[str, Action] = {
    action.key: action
    for action in (
        Action(
            "unplannedFailover",
            "plan.failover",
            "item.failover",
            "UnplannedFailover",
            failover.failed_over,
            lambda cloud, item, given: {
                "point": _point(cloud, item, given),
                "shutDown": given.get("sourceSiteOperations") == "Required",
            },
        ),
        Action("failoverCommit", "plan.commit", "item.commit", "Commit", failover.committed),
        Action(
            "failoverCancel",
            "plan.cancel_failover",
            "item.cancel_failover",
            "CancelFailover",
            failover_changes.cancelled,
        ),
        Action(
            "testFailover",
            "plan.test_failover",
            "item.test_failover",
            "TestFailover",
            test_failover.test_failed_over,
            lambda cloud, item, given: {"point": _point(cloud, item, given), "network": given.get("networkId") or ""},
        ),
        Action(
            "testFailoverCleanup",
            "plan.test_failover_cleanup",
            "item.test_failover_cleanup",
            "TestFailoverCleanup",
            test_failover.cleaned_up,
        ),
    )
}
"""Every action by the scenario of its job."""


def _items(cloud: Cloud, plan: Resource) -> list[Resource]:
    """Return a plan's items, group by group.

    Raises:
        ServiceFailure: one of them is gone.
    """
    vault = names.vault_of(plan.id)
    return [references.own(cloud, vault, named, names.PROTECTED_ITEMS) for named in recovery_plans.item_ids(plan)]


def _check(cloud: Cloud, plan: Resource, action: Action) -> None:
    for item in _items(cloud, plan):
        items.check_allowed(cloud, item, action.operation)


def _accept(action: Action) -> Callable[[ArmRequest], ArmResponse]:
    def accept(request: ArmRequest) -> ArmResponse:
        vault = Vault(request)
        plan, cloud = vault.find(PLAN), vault.cloud
        given = request.body.get("properties") or {}

        def check() -> None:
            _check(cloud, plan, action)
            for item in _items(cloud, plan):
                busy.check_idle(cloud, item)
                action.arguments(cloud, item, given)
                injected_failures.raise_injected(cloud, action.item_key, item.id)

        step = {"action": action.key, "given": given}
        return writes.begin(vault, action.key, plan.id, then=ACTED, arguments=step, preflight=check)

    return accept


def acted(cloud: Cloud, arguments: JsonObject) -> None:
    """Every item of the plan was failed over (or whatever was asked), each with a job of its own."""
    plan, action = cloud.resource(ResourceId.parse(arguments["target"])), ACTIONS[arguments["action"]]
    _check(cloud, plan, action)
    vault = ResourceId.parse(arguments["vault"])
    for item in _items(cloud, plan):
        step = action.arguments(cloud, item, arguments["given"]) | {"target": item.id.text, "vault": vault.text}
        action.then(cloud, step)
        evidence = item.private.get(failover.EVIDENCE) if action.operation in LAST_TIMES else None
        details = {"protectedItemDetails": [evidence]} if evidence else None
        writes.start(cloud, vault, action.item_key, item.id, details=details)
    own = cloud.resource(ResourceId.parse(arguments["job"]))
    plan.properties["currentScenarioStatus"] = "Succeeded"
    plan.properties["currentScenarioStatusDescription"] = "Completed"
    plan.properties["currentScenario"] = {
        "scenarioName": action.operation,
        "jobId": own.id.text,
        "startTime": own.private["began"],
    }
    if action.operation in LAST_TIMES:
        plan.properties[LAST_TIMES[action.operation]] = timestamp(cloud.clock.now())


LAST_TIMES = {"UnplannedFailover": "lastUnplannedFailoverTime", "TestFailover": "lastTestFailoverTime"}
"""Operation -> the key under which a plan shows when it was last done."""

ROUTES = tuple(
    taking("POST", f"{BASE}{PLAN}/{action.word}", inputs.PLAN_ACTION, _accept(action)) for action in ACTIONS.values()
)
CONTINUATIONS = {ACTED: acted}
