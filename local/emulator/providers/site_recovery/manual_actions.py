"""Manual actions of a recovery plan: where the plan waits until somebody resumes its job."""

from collections.abc import Iterator

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, stable_guid, timestamp
from local.emulator.providers.site_recovery.bodies.job import SUSPENDED, UNSTARTED

MANUAL = "ManualActionDetails"
EFFECT: JsonObject = {}
"""Stands for what happens to the items, among the actions before and after it."""

WAITING, DONE = "waitingFor", "actionsDone"
"""Private facts of a plan's job: the manual action that it waits for, and its tasks so far, one per action."""


def steps(plan: Resource, operation: str, direction: str) -> list[JsonObject]:
    """Return the manual actions of a plan for one kind of failover, in order, with EFFECT where the items' turn is."""
    before, after = list[JsonObject](), list[JsonObject]()
    for group in plan.properties["groups"]:
        is_early = group["groupType"] == "Shutdown"
        (before if group["groupType"] != "Boot" else after).extend(_of(group, "start", operation, direction))
        (before if is_early else after).extend(_of(group, "end", operation, direction))
    return [*before, EFFECT, *after]


def _of(group: JsonObject, side: str, operation: str, direction: str) -> Iterator[JsonObject]:
    for action in group[f"{side}GroupActions"]:
        is_manual = action["customDetails"]["instanceType"] == MANUAL
        directions = action.get("failoverDirections") or [direction]
        if is_manual and operation in (action.get("failoverTypes") or [operation]) and direction in directions:
            yield action


def wait(cloud: Cloud, job: Resource, action: JsonObject) -> None:
    """Let a job wait for somebody to do this."""
    job.private[WAITING] = _task(job, action, timestamp(cloud.clock.now()))


def resume(cloud: Cloud, job: Resource, comments: str) -> None:
    """Note that what the job waited for was done."""
    task = job.private.pop(WAITING)
    observed = task["customDetails"] | {"observation": comments}
    ended = {"endTime": timestamp(cloud.clock.now()), "state": "Succeeded", "stateDescription": "Completed"}
    job.private[DONE] = [*tasks_done(job), task | ended | {"customDetails": observed}]


def tasks_done(job: Resource) -> list[JsonObject]:
    """Return the tasks of the manual actions that were done."""
    done: list[JsonObject] = job.private.get(DONE) or []
    return done


def tasks(job: Resource) -> list[JsonObject]:
    """Return the tasks of all manual actions that a job has come to."""
    waiting = job.private.get(WAITING)
    return [*tasks_done(job), *([waiting] if waiting else [])]


def _task(job: Resource, action: JsonObject, now: str) -> JsonObject:
    return {
        "taskId": stable_guid(f"{job.id.key} {action['actionName']} {len(tasks_done(job))}"),
        "name": "ManualActionTask",
        "startTime": now,
        "endTime": UNSTARTED,
        "allowedActions": [],
        "friendlyName": action["actionName"],
        "state": SUSPENDED[0],
        "stateDescription": SUSPENDED[1],
        "taskType": "ManualActionTaskDetails",
        "customDetails": {
            "instanceType": "ManualActionTaskDetails",
            "name": action["actionName"],
            "instructions": action["customDetails"].get("description"),
            "observation": "",
        },
        "groupTaskCustomDetails": None,
        "errors": [],
    }
