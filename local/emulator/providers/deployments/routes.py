"""The routes of deployments at group, subscription and management group scope."""

import hashlib
from collections.abc import Iterator, Mapping

from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.operations import Operation, OperationStatus
from local.emulator.arm.paging import page
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Handler, Route
from local.emulator.arm.schema import OBJECT, Each, Kind, Schema, Several
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import OperationStyle, found_operation
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.deployments import runs
from local.emulator.providers.deployments.descriptions import accepted, named
from local.emulator.providers.deployments.runs import TYPE
from local.emulator.providers.deployments.scopes import Scope
from local.emulator.providers.deployments.templates import planned

_SCOPES = (
    "/subscriptions/{subscription}/resourceGroups/{group}",
    "/subscriptions/{subscription}",
    "/providers/Microsoft.Management/managementGroups/{managementGroup}",
)
_BODY: Mapping[str, Schema] = {
    "location": Kind.TEXT,
    "tags": Each(Kind.TEXT),
    "properties": {
        "mode": Kind.TEXT,
        "template": {
            "parameters": Each({"type": Kind.TEXT, "allowedValues": [Kind.ANY]}),
            "variables": OBJECT,
            "resources": Several(
                {
                    **dict.fromkeys(("type", "name", "apiVersion", "location"), Kind.TEXT),
                    "dependsOn": [Kind.TEXT],
                    "resources": [OBJECT],
                }
            ),
            "outputs": Each({"type": Kind.TEXT}),
        },
        "parameters": Each({"value": Kind.ANY}),
    },
}
_HEADERS = ("authorization", "x-ms-client-request-id", "user-agent")


def _document(operation: Operation) -> JsonObject:
    if operation.status is OperationStatus.IN_PROGRESS:
        return {"status": "Running"}
    document: JsonObject = {"status": operation.status.value}
    return document | ({"error": operation.error.error()} if operation.error else {})


STYLE = OperationStyle(
    status_path="/{self}/operationStatuses/{operation}",
    document=_document,
    retry_after=15,
    statuses={"create": 201, "update": 200},
)


def put(request: ArmRequest) -> ArmResponse:
    """Check a template and begin to deploy it.

    Raises:
        ArmError: 400 InvalidTemplate and the like; 409 DeploymentActive; 501 for what is not implemented.
    """
    present = request.cloud.store.find(request.id)
    if present and "states" in present.private:
        message = (
            f"Unable to edit or replace deployment '{present.id.name}': previous deployment from "
            f"'{present.properties['timestamp']}' is still active. Please see "
            "https://aka.ms/arm-deploy for usage details."
        )
        raise ArmError(409, "DeploymentActive", message, gateway=True)
    body, template, parameters = accepted(request)
    secret = {
        "template": template,
        "parameters": parameters,
        "headers": {name: request.headers[name] for name in _HEADERS if name in request.headers}
        | {"x-ms-correlation-request-id": request.correlation_id},
        "base_url": request.base_url,
    }
    deployment = request.cloud.write(request.id, body, secret)
    operation = runs.begin(request.cloud, deployment)
    shown = {**deployment.body, "properties": dict(deployment.properties)}
    return STYLE.accept(request, operation, "update" if present else "create", body=shown)


def validate(request: ArmRequest) -> ArmResponse:
    """Check a template without deploying it; answer with what the deployment would say."""
    own = request.id.without_action
    body, template, parameters = accepted(request, own)
    scope = Scope(request.cloud, own, template, parameters, str(request.body.get("location") or ""))
    body["properties"]["validatedResources"] = [{"id": one.id.text} for one in planned(template, scope)]
    body["properties"]["provisioningState"] = "Succeeded"
    return ArmResponse(body={"id": own.text, "name": own.name, "type": TYPE, **body})


def found(request: ArmRequest, own: ResourceId | None = None) -> Resource:
    """Return the deployment that is addressed.

    Raises:
        ArmError: 404 DeploymentNotFound.
    """
    own = own or request.id
    deployment = request.cloud.store.find(own)
    if deployment is None:
        raise ArmError(404, "DeploymentNotFound", f"Deployment '{own.name}' could not be found.", gateway=True)
    return deployment


def get(request: ArmRequest) -> ArmResponse:
    """Return one deployment."""
    return ArmResponse(body=found(request).body)


def head(request: ArmRequest) -> ArmResponse:
    """204 when there is such a deployment, 404 when not."""
    return ArmResponse(status=204 if request.cloud.store.find(request.id) else 404)


def list_all(request: ArmRequest) -> ArmResponse:
    """List the deployments of exactly this scope."""
    below = request.id.key + "/"
    deployments = (one for one in request.cloud.store.of_type(TYPE) if one.id.key.startswith(below))
    return page(request, deployments, lambda one: one.body)


def status(request: ArmRequest) -> ArmResponse:
    """Say how a deployment's operation stands."""
    return ArmResponse(body=_document(found_operation(request)))


def cancel(request: ArmRequest) -> ArmResponse:
    """Stop a deployment: what has begun ends by itself, what has not does not begin.

    Raises:
        ArmError: 409, it has ended.
    """
    deployment = found(request, request.id.without_action)
    if "states" not in deployment.private:
        message = f"The deployment '{deployment.id.name}' is not running and cannot be canceled."
        raise ArmError(409, "DeploymentCannotBeCancelled", message, gateway=True)
    operation = request.cloud.operations.find(deployment.private["operation"])
    deployment.private["operations"] = list(deployment.private.pop("states").values())
    deployment.properties["provisioningState"] = "Canceled"
    if operation:
        request.cloud.operations.cancel(operation)
    return ArmResponse(status=204)


def delete(request: ArmRequest) -> ArmResponse:
    """Forget a deployment; what it made stays. 204 when there is none."""
    gone = request.cloud.delete(request.id)
    return ArmResponse(status=204, silent=not gone)


def list_operations(request: ArmRequest) -> ArmResponse:
    """List what a deployment did, one line per resource."""
    own = request.id.parse(request.id.text.rpartition("/")[0])
    deployment = found(request, own)
    states = deployment.private.get("states", {}).values() or deployment.private.get("operations", [])
    return page(request, [_line(deployment, state) for state in states])


def _line(deployment: Resource, state: JsonObject) -> JsonObject:
    target = ResourceId.parse(state["id"])
    line_id = hashlib.sha256(f"{deployment.id.key}{target.key}".encode()).hexdigest()[:16].upper()
    properties: JsonObject = {
        "provisioningOperation": "Create",
        "provisioningState": state["status"],
        "timestamp": state.get("ended", deployment.properties["timestamp"]),
        "duration": "PT0S",
        "trackingId": deployment.properties["correlationId"],
        "statusCode": state["code"],
        "targetResource": named(target),
    }
    if "error" in state:
        properties["statusMessage"] = {"error": state["error"]}
    return {"id": deployment.id.child("operations", line_id).text, "operationId": line_id, "properties": properties}


def _rows(scope: str) -> Iterator[tuple[str, str, Handler, bool]]:
    many = f"{scope}/providers/Microsoft.Resources/deployments"
    one = many + "/{deployment}"
    yield "PUT", one, put, False
    yield "GET", one, get, False
    yield "HEAD", one, head, False
    yield "DELETE", one, delete, False
    yield "GET", many, list_all, False
    yield "POST", one + "/validate", validate, True
    yield "POST", one + "/cancel", cancel, False
    yield "GET", one + "/operations", list_operations, False
    yield "GET", one + "/operationStatuses/{operation}", status, False


ROUTES = tuple(
    Route(method, path, handler, silent=silent, body=_BODY if handler in {put, validate} else OBJECT)
    for scope in _SCOPES
    for method, path, handler, silent in _rows(scope)
)
