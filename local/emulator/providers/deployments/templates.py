"""What a template makes: its resources with their ids and what each waits for."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.deployments.expressions import Value, invalid_template
from local.emulator.providers.deployments.scopes import Loop, Scope

DEPLOYMENTS = "microsoft.resources/deployments"
GROUPS = "microsoft.resources/resourcegroups"
_SYMBOL = "$symbol"
_OWN = frozenset(
    {"name", "type", "apiVersion", "dependsOn", "condition", "comments", "scope", "resources", "copy", _SYMBOL}
)
_ELSEWHERE = frozenset({"resourceGroup", "subscriptionId"})


@dataclass(frozen=True, slots=True)
class Planned:
    """One resource of a template.

    Attributes:
        id: where it will be.
        version: the api-version to PUT it with.
        written: its part of the template, expressions and all.
        after: the keys of the template's resources that must be there first.
        loop: the turn of its loop, if it has one.
    """

    id: ResourceId
    version: str
    written: JsonObject
    after: tuple[str, ...]
    loop: Loop | None = None

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
            outer = scope.evaluated({**given, "properties": kept}, pending, self.loop)
            return {**outer, "properties": {**outer["properties"], "template": template}}
        body: JsonObject = _without_nulls(scope.evaluated(given, pending, self.loop))
        return body


def _inner_scope(nested: JsonObject) -> bool:
    options = (nested.get("properties") or {}).get("expressionEvaluationOptions") or {}
    return str(options.get("scope", "")).lower() == "inner"


def _without_nulls(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class _Found:
    """A resource of a template before it is known what it waits for."""

    id: ResourceId
    written: JsonObject
    loop: Loop | None

    @property
    def symbol(self) -> str:
        """Its name in the template in small letters, that of a loop's turn with its number; empty without one."""
        name = str(self.written.get(_SYMBOL, "")).lower()
        return f"{name}[{self.loop[1]}]" if self.loop and "copy" in self.written and name else name


def planned(template: JsonObject, scope: Scope) -> list[Planned]:
    """Return the resources that a template makes, those whose condition is false left out; of a loop each turn.

    Raises:
        ArmError: 400 InvalidTemplate.
    """
    written = _listed(template)
    found = []
    for one in _flattened(written, scope, "", "", None):
        if symbol := one.symbol:
            scope.symbols[symbol] = one.id.text
        if not one.written.get("existing"):
            found.append(one)
    ids = [one.id for one in found]
    if doubled := {one.text for at, one in enumerate(ids) if one.key in {other.key for other in ids[:at]}}:
        raise invalid_template(f"The resource '{doubled.pop()}' is defined multiple times in a template")
    # What may be waited for though it is not made now: a loop without turns, a name whose condition is false.
    loops = {str(one["copy"]["name"]).lower() for one in written if "copy" in one}
    loops |= {str(one[_SYMBOL]).lower() for one in written if _SYMBOL in one}
    result = [
        Planned(one.id, _version(one.written), one.written, tuple(_dependencies(one, scope, found, loops)), one.loop)
        for one in found
    ]
    _check_order(result)
    return result


def _listed(template: JsonObject) -> list[JsonObject]:
    """Return the resources as a list; by name they are given in templates of language version 2.0.

    Source: "Use symbolic name". Resources that exist already stand among them, to be referred to.
    """
    written = template.get("resources")
    if isinstance(written, dict) and str(template.get("languageVersion", "")).startswith("2."):
        return [{**one, _SYMBOL: name} for name, one in written.items()]
    if not isinstance(written, list):
        raise invalid_template("The required property 'resources' of the template is missing or is not an array")
    return written


def _flattened(
    written: Sequence[JsonObject], scope: Scope, above_type: str, above_name: str, around: Loop | None
) -> Iterator[_Found]:
    for one in written:
        if not one.get("type") or not one.get("name"):
            raise invalid_template("A template resource needs both 'type' and 'name'")
        for loop in _turns(one, scope, around):
            kind, name = str(one["type"]), str(scope.evaluated(one["name"], loop=loop))
            if above_type and not kind.lower().startswith(f"{above_type.lower()}/"):
                kind, name = f"{above_type}/{kind}", f"{above_name}/{name}"
            if not scope.evaluated(one.get("condition", True), loop=loop):
                continue
            yield _Found(_resource_id(one, scope, kind, name, loop), one, loop)
            yield from _flattened(one.get("resources") or [], scope, kind, name, loop)


def _turns(one: JsonObject, scope: Scope, around: Loop | None) -> Iterator[Loop | None]:
    """Return the turns of a resource's loop; one turn, that of what it lies in, when it has no loop."""
    loop = one.get("copy")
    if loop is None:
        yield around
        return
    count = scope.evaluated(loop.get("count"))
    if not isinstance(count, int) or not loop.get("name"):
        raise invalid_template(f"The 'copy' of the resource '{one['name']}' needs a name and a whole number as count")
    yield from ((str(loop["name"]), at) for at in range(count))


def _resource_id(one: JsonObject, scope: Scope, kind: str, name: str, loop: Loop | None) -> ResourceId:
    namespace, *types = kind.split("/")
    names = name.split("/")
    if len(types) != len(names):
        raise invalid_template(f"The template resource '{name}' of type '{kind}' has incorrect segment lengths")
    if kind.lower() == GROUPS:
        return ResourceId.parse(f"{scope.prefix}/resourceGroups/{name}")
    root = scope.prefix
    if one.get("scope"):
        root = str(scope.evaluated(one["scope"], loop=loop))
    elif kind.lower() == DEPLOYMENTS and not _ELSEWHERE.isdisjoint(one):
        subscription = one.get("subscriptionId") or ResourceId.parse(scope.prefix).subscription
        root = f"/subscriptions/{scope.evaluated(subscription, loop=loop)}"
        if one.get("resourceGroup"):
            root += f"/resourceGroups/{scope.evaluated(one['resourceGroup'], loop=loop)}"
    if root and not root.startswith("/"):
        root = f"{scope.prefix}/providers/{root}"
    pairs = "/".join(f"{part}/{own}" for part, own in zip(types, names, strict=True))
    return ResourceId.parse(f"{root}/providers/{namespace}/{pairs}")


def _version(one: JsonObject) -> str:
    if not one.get("apiVersion"):
        raise invalid_template(f"The template resource '{one['name']}' is missing its 'apiVersion'")
    return str(one["apiVersion"])


def _dependencies(one: _Found, scope: Scope, found: Sequence[_Found], loops: Collection[str]) -> Iterator[str]:
    for reference in one.written.get("dependsOn") or []:
        wanted = str(scope.evaluated(reference, loop=one.loop)).lower().strip("/")
        wanted = scope.symbols.get(wanted, wanted).lower().strip("/")
        fitting = [other.id.key for other in found if f"/{other.id.key.strip('/')}".endswith(f"/{wanted}")]
        if not fitting:
            fitting = [other.id.key for other in found if _short(other.id) == wanted]
        if not fitting and wanted.partition("[")[0] in loops:
            fitting = [other.id.key for other in found if other.loop and other.loop[0].lower() == wanted]
        elif not fitting and not wanted.startswith(("subscriptions/", "providers/")):
            message = f"The resource '{wanted}' is not defined in the template"
            raise invalid_template(f"{message}, but '{one.id.name}' depends on it")
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
