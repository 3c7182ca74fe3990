"""What a deployment says about itself: its parameters, the providers it needs, what depends on what.

The values of secure parameters are never shown.
"""

import hashlib
import json
from collections.abc import Iterator

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError, location_required
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.wire import JsonObject, timestamp
from local.emulator.providers.deployments.expressions import invalid_template
from local.emulator.providers.deployments.runs import TYPE
from local.emulator.providers.deployments.scopes import Scope
from local.emulator.providers.deployments.templates import Planned, planned

MODES = {"incremental": "Incremental"}
_NAMES = {"securestring": "SecureString", "secureobject": "SecureObject"}


def accepted(request: ArmRequest, own: ResourceId | None = None) -> tuple[JsonObject, JsonObject, JsonObject]:
    """Return the deployment's body, its template and the parameters given."""
    own = own or request.id
    given = request.body.get("properties") or {}
    template, parameters = given.get("template"), given.get("parameters") or {}
    if "templateLink" in given or "parametersLink" in given:
        raise ArmError(501, "NotImplemented", "Linked templates and parameter files are not implemented.")
    if not isinstance(template, dict):
        raise ArmError(400, "InvalidDeployment", "The deployment's 'properties.template' is missing.", gateway=True)
    mode = MODES.get(str(given.get("mode", "")).lower())
    if mode is None:
        raise ArmError(501, "NotImplemented", f"The deployment mode '{given.get('mode')}' is not implemented.")
    location = str(request.body.get("location") or "")
    if not own.group and not location:
        raise location_required(TYPE)
    scope = Scope(request.cloud, own, template, parameters, location)
    resources = planned(template, scope)
    _check_known(request.cloud, resources)
    digest = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).digest()
    now = request.cloud.clock.now()
    properties: JsonObject = {
        "templateHash": str(int.from_bytes(digest[:8])),
        "parameters": _shown_parameters(template, scope),
        "mode": mode,
        "provisioningState": "Accepted",
        "timestamp": timestamp(now),
        "duration": "PT0S",
        "correlationId": request.correlation_id,
        "providers": _providers(resources, scope),
        "dependencies": list(_dependencies(resources)),
    }
    body: JsonObject = {"properties": properties}
    for key in ("location", "tags"):
        if request.body.get(key):
            body[key] = request.body[key]
    return body, template, parameters


def _check_known(cloud: Cloud, resources: list[Planned]) -> None:
    for one in resources:
        if not cloud.resource_manager.answers("PUT", one.id.text):
            message = f"The resource type '{one.id.type}' of the template is not implemented by this emulator."
            raise ArmError(501, "NotImplemented", message)


def _shown_parameters(template: JsonObject, scope: Scope) -> JsonObject:
    shown = {}
    for name, one in (template.get("parameters") or {}).items():
        kind = str(one.get("type", "")).lower()
        if not kind:
            raise invalid_template(f"The template parameter '{name}' has no type")
        secure = kind.startswith("secure")
        shown[name] = {"type": _NAMES.get(kind, kind.capitalize())} | (
            {} if secure else {"value": scope.parameters[name]}
        )
    return shown


def _providers(resources: list[Planned], scope: Scope) -> list[JsonObject]:
    found: dict[str, dict[str, list[str]]] = {}
    for one in resources:
        kind = one.id.type.partition("/")[2]
        where = str(scope.evaluated(one.written.get("location") or "", loop=one.loop))
        locations = found.setdefault(one.id.namespace, {}).setdefault(kind, [])
        if where and where not in locations:
            locations.append(where)
    return [
        {
            "namespace": namespace,
            "resourceTypes": [{"resourceType": kind, "locations": where} for kind, where in kinds.items()],
        }
        for namespace, kinds in found.items()
    ]


def _dependencies(resources: list[Planned]) -> Iterator[JsonObject]:
    by_key = {one.id.key: one for one in resources}
    for one in resources:
        if one.after:
            yield {"dependsOn": [named(by_key[key].id) for key in one.after], **named(one.id)}


def named(own: ResourceId) -> JsonObject:
    names = "/".join(own.text.rsplit("/providers/", 1)[-1].split("/")[2::2]) or own.name
    return {"id": own.text, "resourceType": own.type, "resourceName": names}
