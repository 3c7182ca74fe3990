"""Actions of recovery plans: what is asked of the plan happens to each of its items, as one job with a job per item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, timestamp
from local.emulator.providers.site_recovery import (
    busy,
    drills,
    failover,
    failover_changes,
    inputs,
    items,
    manual_actions,
    mishaps,
    names,
    recovery_plans,
    recovery_points,
    references,
    writes,
)
from local.emulator.providers.site_recovery.bodies import plan_job
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, Vault

PLAN = "/replicationRecoveryPlans/{plan}"
ACTED = "actedOnItems"
"""The private fact of a plan's job that its items have had their turn."""

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
            drills.test_failed_over,
            lambda cloud, item, given: {"point": _point(cloud, item, given), "network": given.get("networkId") or ""},
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
                mishaps.strike(cloud, action.item_key, item.id)

        step = {"action": action.key, "given": given}
        return writes.begin(vault, action.key, plan.id, then=writes.ADVANCE, arguments=step, preflight=check)

    return accept


def advanced(cloud: Cloud, arguments: JsonObject) -> None:
    """Go on with a plan's job to its end, or to the next manual action: there it waits to be resumed."""
    job = cloud.resource(ResourceId.parse(arguments["job"]))
    operation = cloud.operations.find(job.id.name)
    if operation is None or operation.done or manual_actions.WAITING in job.private:
        return
    try:
        plan, action = cloud.resource(ResourceId.parse(arguments["target"])), ACTIONS[arguments["action"]]
        direction = arguments["given"].get("failoverDirection") or "PrimaryToRecovery"
        steps = manual_actions.steps(plan, action.operation, direction)
        for step in steps[len(manual_actions.tasks_done(job)) + bool(job.private.get(ACTED)) :]:
            if step is not manual_actions.EFFECT:
                manual_actions.wait(cloud, job, step)
                return
            _act(cloud, plan, action, arguments)
            job.private[ACTED] = True
    except ArmError as error:
        cloud.operations.finish(operation, error)
    else:
        cloud.operations.finish(operation)


def _act(cloud: Cloud, plan: Resource, action: Action, arguments: JsonObject) -> None:
    """Fail every item of the plan over (or whatever was asked), each with a job of its own."""
    _check(cloud, plan, action)
    vault = ResourceId.parse(arguments["vault"])
    made: dict[str, JsonObject] = {}
    for item in _items(cloud, plan):
        step = action.arguments(cloud, item, arguments["given"]) | {"target": item.id.text, "vault": vault.text}
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
    if action.operation in LAST_TIMES:
        plan.properties[LAST_TIMES[action.operation]] = timestamp(cloud.clock.now())


LAST_TIMES = {"UnplannedFailover": "lastUnplannedFailoverTime", "TestFailover": "lastTestFailoverTime"}
"""Operation -> the key under which a plan shows when it was last done."""

ROUTES = tuple(
    taking("POST", f"{BASE}{PLAN}/{action.word}", inputs.PLAN_ACTION, _accept(action)) for action in ACTIONS.values()
)
CONTINUATIONS = {writes.ADVANCE: advanced}
