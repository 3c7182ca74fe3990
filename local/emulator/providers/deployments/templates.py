"""What a template makes: its resources with their ids and what each waits for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.deployments.expressions import Value, invalid_template
from local.emulator.providers.deployments.scopes import Scope

DEPLOYMENTS = "microsoft.resources/deployments"
GROUPS = "microsoft.resources/resourcegroups"
_OWN = frozenset({"name", "type", "apiVersion", "dependsOn", "condition", "comments", "scope", "resources", "copy"})
_ELSEWHERE = frozenset({"resourceGroup", "subscriptionId"})


@dataclass(frozen=True, slots=True)
class Planned:
    """One resource of a template.

    Attributes:
        id: where it will be.
        version: the api-version to PUT it with.
        written: its part of the template, expressions and all.
        after: the keys of the template's resources that must be there first.
    """

    id: ResourceId
    version: str
    written: JsonObject
    after: tuple[str, ...]

    def body(self, scope: Scope, pending: Sequence[str]) -> JsonObject:
        """Return the body of its PUT.

        Raises:
            ArmError: 400 InvalidTemplate.
            NotYet: it refers to a pending resource.
        """
        nested = self.id.type.lower() == DEPLOYMENTS
        left_out = _OWN | _ELSEWHERE if nested else _OWN
        given = {key: value for key, value in self.written.items() if key not in left_out}
        if nested and _inner_scope(given):
            properties = given["properties"]
            template = properties["template"]
            kept = {key: value for key, value in properties.items() if key != "template"}
            outer = scope.evaluated({**given, "properties": kept}, pending)
            return {**outer, "properties": {**outer["properties"], "template": template}}
        body: JsonObject = _without_nulls(scope.evaluated(given, pending))
        return body


def _inner_scope(nested: JsonObject) -> bool:
    options = (nested.get("properties") or {}).get("expressionEvaluationOptions") or {}
    return str(options.get("scope", "")).lower() == "inner"


def _without_nulls(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value


def planned(template: JsonObject, scope: Scope) -> list[Planned]:
    """Return the resources that a template makes, those whose condition is false left out.

    Raises:
        ArmError: 400 InvalidTemplate, 501 for loops.
    """
    written = template.get("resources")
    if not isinstance(written, list):
        raise invalid_template("The required property 'resources' of the template is missing or is not an array")
    found = list(_flattened(written, scope, "", ""))
    ids = [one for one, _ in found]
    if doubled := {one.text for at, one in enumerate(ids) if one.key in {other.key for other in ids[:at]}}:
        raise invalid_template(f"The resource '{doubled.pop()}' is defined multiple times in a template")
    result = [Planned(own, _version(one), one, tuple(_dependencies(one, scope, ids, own))) for own, one in found]
    _check_order(result)
    return result


def _flattened(
    written: Sequence[JsonObject], scope: Scope, above_type: str, above_name: str
) -> Iterator[tuple[ResourceId, JsonObject]]:
    for one in written:
        if "copy" in one:
            raise ArmError(501, "NotImplemented", "Template loops ('copy') are not implemented.")
        if not one.get("type") or not one.get("name"):
            raise invalid_template("A template resource needs both 'type' and 'name'")
        kind, name = str(one["type"]), str(scope.evaluated(one["name"]))
        if above_type and not kind.lower().startswith(f"{above_type.lower()}/"):
            kind, name = f"{above_type}/{kind}", f"{above_name}/{name}"
        if not scope.evaluated(one.get("condition", True)):
            continue
        yield _resource_id(one, scope, kind, name), one
        yield from _flattened(one.get("resources") or [], scope, kind, name)


def _resource_id(one: JsonObject, scope: Scope, kind: str, name: str) -> ResourceId:
    namespace, *types = kind.split("/")
    names = name.split("/")
    if len(types) != len(names):
        raise invalid_template(f"The template resource '{name}' of type '{kind}' has incorrect segment lengths")
    if kind.lower() == GROUPS:
        return ResourceId.parse(f"{scope.prefix}/resourceGroups/{name}")
    root = scope.prefix
    if one.get("scope"):
        root = str(scope.evaluated(one["scope"]))
    elif kind.lower() == DEPLOYMENTS and one.get("resourceGroup"):
        subscription = one.get("subscriptionId") or ResourceId.parse(scope.prefix).subscription
        root = f"/subscriptions/{scope.evaluated(subscription)}/resourceGroups/{scope.evaluated(one['resourceGroup'])}"
    if root and not root.startswith("/"):
        root = f"{scope.prefix}/providers/{root}"
    pairs = "/".join(f"{part}/{own}" for part, own in zip(types, names, strict=True))
    return ResourceId.parse(f"{root}/providers/{namespace}/{pairs}")


def _version(one: JsonObject) -> str:
    if not one.get("apiVersion"):
        raise invalid_template(f"The template resource '{one['name']}' is missing its 'apiVersion'")
    return str(one["apiVersion"])


def _dependencies(one: JsonObject, scope: Scope, ids: Sequence[ResourceId], own: ResourceId) -> Iterator[str]:
    for reference in one.get("dependsOn") or []:
        wanted = str(scope.evaluated(reference)).lower().strip("/")
        fitting = [other.key for other in ids if f"/{other.key.strip('/')}".endswith(f"/{wanted}")]
        if not fitting:
            fitting = [other.key for other in ids if _short(other) == wanted]
        if not fitting and not wanted.startswith("subscriptions/"):
            message = f"The resource '{wanted}' is not defined in the template"
            raise invalid_template(f"{message}, but '{own.name}' depends on it")
        yield from fitting


def _short(own: ResourceId) -> str:
    """Return `<namespace>/<types>/<names>`, as templates may name what they depend on."""
    names = own.key.rsplit("/providers/", 1)[-1].split("/")[2::2]
    return f"{own.type.lower()}/{'/'.join(names)}"


def _check_order(resources: Sequence[Planned]) -> None:
    waiting = {one.id.key: set(one.after) for one in resources}
    while ready := {key for key, after in waiting.items() if not after & waiting.keys()}:
        waiting = {key: after for key, after in waiting.items() if key not in ready}
    if waiting:
        raise invalid_template(f"Circular dependency detected on resource: '{next(iter(waiting))}'")
