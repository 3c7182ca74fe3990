"""Carrying a deployment out: each resource is PUT when what it depends on is there; the rest waits for operations.

A deployment under way is JSON in its resource's private part, so that it goes on after a restart.
"""

import json
from datetime import datetime

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.operations import Operation, OperationStatus
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, parse_timestamp, timestamp
from local.emulator.providers.deployments.expressions import Value, looped
from local.emulator.providers.deployments.scopes import NotYet, Scope
from local.emulator.providers.deployments.templates import Planned, planned

TYPE = "Microsoft.Resources/deployments"
ADVANCE = "deployments.advance"
RUNNING = "Running"


def begin(cloud: Cloud, deployment: Resource) -> Operation:
    """Begin to carry out a deployment whose private part says what to do."""
    operation = cloud.operations.begin(f"{TYPE}/write", deployment.id, then=None)
    deployment.private |= {"operation": operation.id, "states": {}, "began": timestamp(cloud.clock.now())}
    _schedule(cloud, deployment)
    return operation


def operation_ended(cloud: Cloud, operation: Operation) -> None:
    """Go on with the deployments that waited for this operation."""
    for deployment in cloud.store.of_type(TYPE):
        if any(state.get("operation") == operation.id for state in deployment.private.get("states", {}).values()):
            _schedule(cloud, deployment)


def _schedule(cloud: Cloud, deployment: Resource) -> None:
    step = {"id": deployment.id.text, "operation": deployment.private["operation"]}
    cloud.timeline.schedule(0, ADVANCE, step)


def advance(cloud: Cloud, arguments: JsonObject) -> None:
    """Note what has ended, PUT what can be PUT now, and end the deployment when nothing is left to wait for."""
    deployment = cloud.store.find(arguments["id"])
    if deployment is None or "states" not in deployment.private:
        return
    deployment.properties["provisioningState"] = RUNNING
    private = deployment.private
    location = str(deployment.body.get("location") or "")
    scope = Scope(cloud, deployment.id, private["template"], private["parameters"], location, private["base_url"])
    resources = planned(private["template"], scope)
    states: dict[str, JsonObject] = private["states"]
    for state in states.values():
        _look_at(cloud, state)
    while not _failures(states) and (ready := _ready(resources, states)):
        begun = [_put(cloud, deployment, one, scope, resources, states) for one in ready]
        if not any(begun):
            break
    if any(state["status"] == RUNNING for state in states.values()):
        return
    failures = _failures(states)
    if not failures and len(states) < len(resources):
        left = next(one for one in resources if one.id.key not in states)
        states[left.id.key] = _failed(left.id, ArmError(400, "InvalidTemplate", "The references are circular."))
        failures = _failures(states)
    _end(cloud, deployment, scope, resources, failures)


def _failures(states: dict[str, JsonObject]) -> list[JsonObject]:
    return [state["error"] for state in states.values() if state["status"] == "Failed"]


def _ready(resources: list[Planned], states: dict[str, JsonObject]) -> list[Planned]:
    done = {key for key, state in states.items() if state["status"] == "Succeeded"}
    return [one for one in resources if one.id.key not in states and done.issuperset(one.after)]


def _look_at(cloud: Cloud, state: JsonObject) -> None:
    operation = cloud.operations.find(state.get("operation", ""))
    if state["status"] != RUNNING or operation is None or not operation.done:
        return
    state |= {"status": "Succeeded", "ended": timestamp(operation.ended or cloud.clock.now())}
    if operation.status is not OperationStatus.SUCCEEDED:
        error = operation.error or ArmError(409, "OperationPreempted", "The operation was canceled.")
        state |= {"status": "Failed", "error": error.error()}


def _put(
    cloud: Cloud,
    deployment: Resource,
    one: Planned,
    scope: Scope,
    resources: list[Planned],
    states: dict[str, JsonObject],
) -> bool:
    """PUT one resource; False when it refers to one that is not there yet."""
    private = deployment.private
    pending = [other.id.key for other in resources if states.get(other.id.key, {}).get("status") != "Succeeded"]
    now = timestamp(cloud.clock.now())
    state: JsonObject = {"id": one.id.text, "began": now, "ended": now, "status": "Succeeded", "code": "OK"}
    try:
        content = json.dumps(one.body(scope, pending)).encode()
        headers = private["headers"]
        query = f"api-version={one.version}"
        response = cloud.resource_manager.send(cloud, "PUT", one.id.text, query, headers, content, private["base_url"])
    except NotYet:
        return False
    except ArmError as error:
        states[one.id.key] = state | _failed(one.id, error)
        return True
    state["code"] = {201: "Created", 202: "Accepted"}.get(response.status, "OK")
    if response.operation and not response.operation.done:
        state |= {"status": RUNNING, "operation": response.operation.id}
    elif response.operation and response.operation.error:
        state |= _failed(one.id, response.operation.error)
    states[one.id.key] = state
    return True


def _failed(own: ResourceId, error: ArmError) -> JsonObject:
    return {"id": own.text, "status": "Failed", "code": "Conflict", "error": error.error()}


def _end(
    cloud: Cloud, deployment: Resource, scope: Scope, resources: list[Planned], failures: list[JsonObject]
) -> None:
    now, private = cloud.clock.now(), deployment.private
    error: ArmError | None = None
    if failures:
        message = (
            "At least one resource deployment operation failed. Please list deployment operations for details. Please "
            "see https://aka.ms/arm-deployment-operations for usage details."
        )
        error = ArmError(409, "DeploymentFailed", message, details=failures)
        deployment.properties["error"] = error.error()
    else:
        try:
            deployment.properties["outputs"] = _outputs(private["template"], scope)
        except ArmError as refused:
            error = refused
    if not error:
        made = sorted(one.id.text for one in resources)
        deployment.properties["outputResources"] = [{"id": own} for own in made]
    ended: JsonObject = {
        "provisioningState": "Failed" if error else "Succeeded",
        "timestamp": timestamp(now),
        "duration": duration(parse_timestamp(private["began"]), now),
    }
    deployment.properties.update(ended)
    operation = cloud.operations.find(private["operation"])
    private["operations"] = list(private.pop("states").values())
    for secret in ("template", "parameters", "headers", "base_url"):
        private.pop(secret, None)
    if operation:
        cloud.operations.finish(operation, error)


def _outputs(template: JsonObject, scope: Scope) -> JsonObject:
    return {
        name: {"type": str(one["type"]).capitalize(), "value": _output(one, scope)}
        for name, one in (template.get("outputs") or {}).items()
        if scope.evaluated(one.get("condition", True))
    }


def _output(one: JsonObject, scope: Scope) -> Value:
    return looped(one["copy"], scope.functions) if "copy" in one else scope.evaluated(one.get("value"))


def duration(since: datetime, until: datetime) -> str:
    """Return a span of time as ISO 8601 has it (`PT1M5.4585243S`)."""
    minutes, seconds = divmod((until - since).total_seconds(), 60)
    return f"PT{f'{int(minutes)}M' if minutes else ''}{seconds:.7f}".rstrip("0").rstrip(".") + "S"
