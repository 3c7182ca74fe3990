"""The tasks of a recovery plan's job: groups of tasks, each item's with the job of its own (recorded shape)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject, stable_guid, timestamp
from local.emulator.providers.site_recovery.scenarios import SCENARIOS

GROUPS = "groups"
"""The private fact of a plan's job: its groups with the jobs of their items."""

SHARES = (0.02, 0.31, 0.47, 0.19, 0.01)
"""How a plan's failover spends its time: checking, shutting down, failing over, starting, finalizing (recorded)."""


def job_task(job: ResourceId, private: JsonObject) -> JsonObject:
    """Return how a plan's job refers to the job of one item."""
    scenario = SCENARIOS[private["scenario"]]
    return {
        "jobId": job.text,
        "jobFriendlyName": scenario.friendly_name,
        "targetObjectId": private["targetId"],
        "targetObjectName": private["targetName"],
        "targetInstanceType": "Vm",
        "jobScenarioName": scenario.name,
    }


def groups_of(groups: Sequence[JsonObject], made: Mapping[str, JsonObject]) -> list[list[JsonObject]]:
    """Return the item jobs of every boot group; `made` has them by the item's id in lower case."""
    return [
        [made[item["id"].lower()] for item in group["replicationProtectedItems"] if item["id"].lower() in made]
        for group in groups
        if group["groupType"] == "Boot"
    ]


def tasks(groups: Sequence[Sequence[JsonObject]], began: datetime, ended: datetime) -> list[JsonObject]:
    """Return the tasks of a plan's job that has succeeded."""
    instants, at = [began], began
    for share in SHARES:
        at += (ended - began) * share
        instants.append(at)
    checked, shut, failed_over, started, finalized = pairwise(instants)
    everything = [one for group in groups for one in group]
    numbered = list(enumerate(groups, start=1))
    shutdowns = [
        _group(f"Group{number}", f"Shutdown: Group {number} ({len(group)})", "Shutdown", shut, _machines(group, shut))
        for number, group in numbered
    ]
    starts = [
        _group(
            f"Group{number}", f"Group {number}: Start ({len(group)})", "BootGroup", started, _machines(group, started)
        )
        for number, group in numbered
    ]
    return [
        _plain("RpSrsPrerequisitesCheck", "Prerequisites check for the recovery plan", checked),
        _group(
            "ShutdownAllActionGroup",
            f"All groups shutdown ({len(groups)})",
            "Shutdown",
            shut,
            shutdowns,
            kind="RecoveryPlanShutdownGroupTaskDetails",
        ),
        _group(
            "FailoverAllActionGroup",
            "Recovery plan failover",
            "RpFailoverTask",
            failed_over,
            _machines(everything, failed_over),
        ),
        *starts,
        _plain("EndRecoveryPlanTask", "Finalizing the recovery plan", finalized),
    ]


type Span = tuple[datetime, datetime]


def _task(task_id: str, name: str, title: str, span: Span, kind: str) -> JsonObject:
    return {
        "taskId": task_id,
        "name": name,
        "startTime": timestamp(span[0]),
        "endTime": timestamp(span[1]),
        "allowedActions": [],
        "friendlyName": title,
        "state": "Succeeded",
        "stateDescription": "Completed",
        "taskType": kind,
        "customDetails": None,
        "groupTaskCustomDetails": None,
        "errors": [],
    }


def _plain(name: str, title: str, span: Span) -> JsonObject:
    own = stable_guid(f"{name} {timestamp(span[0])}")
    return _task(own, name, title, span, "TaskDetails") | {"customDetails": {"instanceType": "TaskDetails"}}


def _group(
    own: str,
    title: str,
    group_type: str,
    span: Span,
    children: list[JsonObject],
    *,
    kind: str = "RecoveryPlanGroupTaskDetails",
) -> JsonObject:
    details = {
        "name": own,
        "groupId": own,
        "rpGroupType": group_type,
        "instanceType": kind,
        "childTasks": children,
    }
    return _task(own, "Unknown", title, span, kind) | {"groupTaskCustomDetails": details}


def _machines(made: Sequence[JsonObject], span: Span) -> list[JsonObject]:
    kind = "VirtualMachineTaskDetails"
    return [
        _task(stable_guid(f"{one['jobId']} {timestamp(span[0])}"), "Unknown", one["targetObjectName"], span, kind)
        | {
            "customDetails": {
                "skippedReason": "None",
                "skippedReasonString": None,
                "jobTask": one,
                "instanceType": kind,
            }
        }
        for one in made
    ]
