"""The wire body of a job: whole when asked for by name, shortened in lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.operations import OperationStatus
from local.emulator.arm.wire import JsonObject, timestamp
from local.emulator.providers.site_recovery import names
from local.emulator.providers.site_recovery.failures import Failure
from local.emulator.providers.site_recovery.scenarios import Scenario, Task

UNSTARTED = "0001-01-01T00:00:00"
"""The time of what has not begun: .NET's smallest instant, without a zone."""

NOT_STARTED = ("NotStarted", "NotStarted")
WITH_INFORMATION = "CompletedWithInformation"

STATES: Mapping[OperationStatus, tuple[str, str]] = {
    OperationStatus.IN_PROGRESS: ("InProgress", "InProgress"),
    OperationStatus.SUCCEEDED: ("Succeeded", "Completed"),
    OperationStatus.FAILED: ("Failed", "Failed"),
    OperationStatus.CANCELED: ("Cancelled", "Cancelled"),
}
"""Operation status -> `state` and `stateDescription`."""


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What a job's body is made of.

    Attributes:
        id: the job's id.
        scenario: what kind of job it is.
        status: where its operation stands.
        began: when it was accepted.
        seconds: how long its operation takes.
        ended: when it ended, or None.
        now: the present.
        target_id: the GUID of what it works on.
        target_name: the friendly name of what it works on.
        activity: the client's request id and the service's, as one text.
        details: further keys of `customDetails`.
        affected: `affectedObjectDetails`.
        failure: why it failed, or what it says although it succeeded, or None.
        stopped_at: the number of the task that failed, when one did.
        skipped: the names of the tasks that the job leaves out.
        says_information: whether `state` itself, not only its description, says "completed with information".
    """

    id: ResourceId
    scenario: Scenario
    status: OperationStatus
    began: datetime
    seconds: float
    ended: datetime | None
    now: datetime
    target_id: str
    target_name: str
    activity: str
    details: JsonObject = field(default_factory=dict)
    affected: JsonObject = field(default_factory=dict)
    failure: Failure | None = None
    stopped_at: int = 0
    skipped: frozenset[str] = frozenset()
    says_information: bool = False

    @property
    def is_informing(self) -> bool:
        """Whether the job succeeded with something to say."""
        return self.failure is not None and self.status is OperationStatus.SUCCEEDED


def job(facts: JobFacts) -> JsonObject:
    """Return a job as GET by name shows it."""
    tasks = _tasks(facts)
    state, description = _state(facts)
    running = facts.status is OperationStatus.IN_PROGRESS
    failed = facts.status is OperationStatus.FAILED
    allowed = ["Cancel"] if running and facts.scenario.cancellable else ["Restart"] if failed else []
    properties: JsonObject = {
        "activityId": facts.activity,
        "scenarioName": facts.scenario.name,
        "friendlyName": facts.scenario.friendly_name,
        "state": state,
        "stateDescription": description,
        "tasks": tasks,
        "errors": [_error(facts, tasks)] if facts.failure else [],
        "startTime": timestamp(facts.began),
        "allowedActions": allowed,
        "targetObjectId": facts.target_id,
        "targetObjectName": facts.target_name,
        "targetInstanceType": facts.scenario.target,
        "customDetails": {
            "instanceType": facts.scenario.details,
            **facts.details,
            "affectedObjectDetails": facts.affected,
        },
    }
    if facts.ended:
        properties["endTime"] = _end(facts.ended)
    return {"id": facts.id.text, "name": facts.id.name, "type": names.JOBS, "properties": properties}


def _state(facts: JobFacts) -> tuple[str, str]:
    """Return `state` and `stateDescription`."""
    state, description = STATES[facts.status]
    if facts.is_informing:
        return WITH_INFORMATION if facts.says_information else state, WITH_INFORMATION
    return state, description


def filterable(
    scenario: Scenario, state: str, began: str, ended: datetime | None, target_id: str, target_name: str
) -> dict[str, str]:
    """Return what `$filter` may compare. Source: the job query parameters of the REST reference."""
    return {
        "startTime": began,
        "endTime": _end(ended) if ended else began,
        "jobStatus": state,
        "state": state,
        "jobName": scenario.name,
        "scenarioName": scenario.name,
        "affectedObjectTypes": scenario.target,
        "targetInstanceType": scenario.target,
        "targetObjectName": target_name,
        "targetObjectId": target_id,
    }


def _end(ended: datetime) -> str:
    return ended.isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def in_list(body: JsonObject) -> JsonObject:
    """Return a job as a list shows it: without tasks, details and activity."""
    return body | {"properties": body["properties"] | {"activityId": None, "tasks": [], "customDetails": None}}


def _tasks(facts: JobFacts) -> list[JsonObject]:
    rows, elapsed = list[JsonObject](), 0.0
    end = facts.ended or facts.now
    for number, task in enumerate(facts.scenario.tasks):
        begins = facts.began + timedelta(seconds=elapsed * facts.seconds)
        elapsed += task.share
        ends = facts.began + timedelta(seconds=elapsed * facts.seconds)
        failed = facts.status is OperationStatus.FAILED
        state = _failed_state(number, facts.stopped_at) if failed else _task_state(facts, begins, ends)
        state = NOT_STARTED if task.name in facts.skipped else state
        rows.append(_task(task, min(begins, end), min(ends, end), state))
    return rows


def _failed_state(number: int, stopped_at: int) -> tuple[str, str]:
    """Return the state of a task of a failed job: done before the one that failed, not begun after it."""
    if number == stopped_at:
        return STATES[OperationStatus.FAILED]
    return STATES[OperationStatus.SUCCEEDED] if number < stopped_at else NOT_STARTED


def _task_state(facts: JobFacts, begins: datetime, ends: datetime) -> tuple[str, str]:
    end = facts.ended or facts.now
    if facts.status is OperationStatus.SUCCEEDED or ends <= end:
        return STATES[OperationStatus.SUCCEEDED]
    return NOT_STARTED if begins > end else STATES[facts.status]


def _task(task: Task, begins: datetime, ends: datetime, state: tuple[str, str]) -> JsonObject:
    unstarted, done = state[0] == "NotStarted", state[0] in {"Succeeded", "Failed", "Cancelled"}
    return {
        "taskId": task.name,
        "name": task.name,
        "startTime": UNSTARTED if unstarted else timestamp(begins),
        "endTime": timestamp(ends) if done else UNSTARTED,
        "allowedActions": [],
        "friendlyName": task.friendly_name,
        "state": state[0],
        "stateDescription": state[1],
        "taskType": "TaskDetails",
        "customDetails": {"instanceType": "TaskDetails"},
        "groupTaskCustomDetails": None,
        "errors": [],
    }


def _error(facts: JobFacts, tasks: Sequence[JsonObject]) -> JsonObject:
    failure = facts.failure
    if failure is None:
        return {}
    stopped = next((row["taskId"] for row in tasks if row["state"] == "Failed"), "")
    return {
        "serviceErrorDetails": {
            "code": failure.code,
            "message": failure.message,
            "possibleCauses": failure.possible_causes,
            "recommendedAction": failure.recommended_action,
            "activityId": facts.activity.rsplit(" ", 1)[-1],
        },
        "providerErrorDetails": None,
        "errorLevel": "Information" if facts.is_informing else "Error",
        "creationTime": timestamp(facts.ended or facts.now),
        "taskId": stopped,
    }
