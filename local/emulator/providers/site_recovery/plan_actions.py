"""Actions of recovery plans: what is asked of the plan happens to each of its items, as one job with a job per item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.exchange import ArmRequest, ArmResponse
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import (
    busy,
    drills,
    failover,
    failover_changes,
    inputs,
    items,
    mishaps,
    names,
    writes,
)
from local.emulator.providers.site_recovery.bodies import plan_job
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.shapes import shaped
from local.emulator.providers.site_recovery.vaults import BASE, Vault

PLAN = "/replicationRecoveryPlans/{plan}"
ACTED = "site_recovery.plan_acted"

type Arguments = Callable[[JsonObject], JsonObject]
"""What an item's continuation takes, from the plan action's `properties`."""


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
    arguments: Arguments = lambda _: {}


ACTIONS: Mapping[str, Action] = {
    action.key: action
    for action in (
        Action(
            "unplannedFailover",
            "plan.failover",
            "item.failover",
            "UnplannedFailover",
            failover.failed_over,
            lambda given: {"point": None, "shutDown": given.get("sourceSiteOperations") == "Required"},
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
            drills.test_failed_over,
            lambda given: {"point": None, "network": given.get("networkId") or ""},
        ),
        Action(
            "testFailoverCleanup",
            "plan.test_failover_cleanup",
            "item.test_failover_cleanup",
            "TestFailoverCleanup",
            drills.cleaned_up,
        ),
        Action("plannedFailover", "plan.planned_failover", "item.planned_failover", "PlannedFailover", writes.noted),
    )
}
"""Every action by the scenario of its job."""


def _items(cloud: Cloud, plan: Resource) -> list[Resource]:
    """Return a plan's items, group by group.

    Raises:
        ServiceFailure: one of them is gone.
    """
    found = []
    for group in plan.properties["groups"]:
        for named in group["replicationProtectedItems"]:
            item = cloud.store.find(named["id"])
            if item is None:
                raise failure(cloud, "RelatedResourceNotFound", resource=names.name_of(named["id"]))
            found.append(item)
    return found


def _check(cloud: Cloud, plan: Resource, action: Action) -> None:
    for item in _items(cloud, plan):
        items.check_allowed(cloud, item, action.operation)


def _accept(action: Action) -> Callable[[ArmRequest], ArmResponse]:
    def accept(request: ArmRequest) -> ArmResponse:
        vault = Vault(request)
        plan, cloud = vault.find(PLAN), vault.cloud

        def check() -> None:
            _check(cloud, plan, action)
            for item in _items(cloud, plan):
                busy.check_idle(cloud, item)
                mishaps.strike(cloud, action.item_key, item.id)

        given = request.body.get("properties") or {}
        return writes.begin(
            vault, action.key, plan.id, then=ACTED, arguments={"action": action.key, "given": given}, preflight=check
        )

    return accept


def acted(cloud: Cloud, arguments: JsonObject) -> None:
    """Every item of the plan has been failed over (or whatever was asked), each with a job of its own."""
    plan = cloud.resource(ResourceId.parse(arguments["target"]))
    action = ACTIONS[arguments["action"]]
    _check(cloud, plan, action)
    vault = ResourceId.parse(arguments["vault"])
    made: dict[str, JsonObject] = {}
    for item in _items(cloud, plan):
        step = action.arguments(arguments["given"]) | {"target": item.id.text, "vault": vault.text}
        action.then(cloud, step)
        operation = writes.start(cloud, vault, action.item_key, item.id)
        job = cloud.resource(vault.child("replicationJobs", operation.id))
        made[item.id.key] = plan_job.job_task(job.id, job.private)
    own = cloud.resource(ResourceId.parse(arguments["job"]))
    own.private[plan_job.GROUPS] = plan_job.groups_of(plan.properties["groups"], made)
    plan.properties["currentScenarioStatus"] = "Succeeded"
    plan.properties["currentScenarioStatusDescription"] = "Completed"
    plan.properties["currentScenario"] = {
        "scenarioName": action.operation,
        "jobId": own.id.text,
        "startTime": own.private["began"],
    }
    plan.properties["allowedOperations"] = sorted(
        {word for item in _items(cloud, plan) for word in item.properties["allowedOperations"]} & OF_PLANS
    )


OF_PLANS = {"UnplannedFailover", "TestFailover", "TestFailoverCleanup", "Commit", "CancelFailover", "SwitchProtection"}
"""What a plan may allow: what its items do, as far as it can be asked of a plan."""

ROUTES = tuple(
    Route("POST", f"{BASE}{PLAN}/{action.word}", shaped(inputs.PLAN_ACTION, _accept(action)))
    for action in ACTIONS.values()
)
CONTINUATIONS = {ACTED: acted}
