"""Bodies against the JSON schemas that Azure publishes for resources, where somebody has these schemas.

They are data of Azure, not of this repository: the environment variable `ASR_ARM_SCHEMAS` names the `schemas` folder of
https://github.com/Azure/azure-resource-manager-schemas. Without it nothing is compared. The schemas say what there is,
not that there is nothing else; here a property that they do not know is refused, as it would be a spelling mistake.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.emulator.arm.errors import ArmError

if TYPE_CHECKING:
    from jsonschema import Draft4Validator, ValidationError

type Schema = dict[str, Any]

VARIABLE = "ASR_ARM_SCHEMAS"
_AT = "https://schema.management.azure.com/schemas"
_COMMON = "common/definitions.json"
_PLACES = ("", "unknown_", "extension_", "subscription_", "managementGroup_", "tenant_")


def folder() -> Path | None:
    """Return the folder of the schemas; None when nobody named one, or none lie there."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named and (Path(named) / _COMMON).is_file() else None


def check(kind: str, version: str, body: Mapping[str, Any]) -> None:
    """Refuse a body that its published schema does not take; a type or version that has none at hand is let through.

    Raises:
        ArmError: 400 InvalidRequestContent, with every fault and the path to it.
    """
    if (found := folder()) and is_known(found, f"{kind}@{version}"):
        faults = problems(found, {**body, "type": kind, "apiVersion": version})
        if faults:
            raise ArmError(400, "InvalidRequestContent", f"The request content was invalid: {'; '.join(faults)}")


def is_known(schemas: Path, kind: str) -> bool:
    """Say whether there is a schema of this `type@version`."""
    return kind.lower() in _definitions(schemas)


def problems(schemas: Path, body: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a resource, each with the path to it.

    Args:
        schemas: their folder.
        body: the resource as a template has it, `type`, `apiVersion` and `name` included.

    Raises:
        KeyError: there is no schema of its type and version.
    """
    kind = f"{body['type']}@{body['apiVersion']}"
    found = list(_validator(schemas, kind).iter_errors(body))
    if found and "/" in body["name"]:
        # Some schemas give the rule of a child's whole name, some that of its last part.
        last = {**body, "name": body["name"].rpartition("/")[2]}
        found = min(found, list(_validator(schemas, kind).iter_errors(last)), key=len)
    return [f"{kind} {text}" for error in found for text in _told(error)]


@cache
def _validator(schemas: Path, kind: str) -> "Draft4Validator":
    # Imported here: who names no schemas does not wait for it.
    from jsonschema import Draft4Validator  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415
    from referencing.jsonschema import DRAFT4  # noqa: PLC0415

    uri = _definitions(schemas)[kind.lower()]
    # A provider's schemas refer to one another and to the common ones. All are given beforehand: a registry that has
    # to find more looks into every schema, and takes none that is `false`, as these are for further properties.
    files = {name: _closed(_read(schemas / name)) for name in (uri.partition("#")[0].removeprefix(f"{_AT}/"), _COMMON)}
    named = [(f"{_AT}/{name}{end}", DRAFT4.create_resource(one)) for name, one in files.items() for end in ("", "#")]
    return Draft4Validator({"$ref": uri}, registry=Registry[Any]().with_resources(named))


@cache
def _read(path: Path) -> Schema:
    schema: Schema = json.loads(path.read_text(encoding="utf-8"))
    return schema


@cache
def _definitions(schemas: Path) -> Mapping[str, str]:
    """Return where the schema of each `type@version` is, in lower case."""
    found: dict[str, str] = {}
    for path in schemas.glob("20*/*.json"):
        schema = _read(path)
        for place in _PLACES:
            for name, one in schema.get(f"{place}resourceDefinitions", {}).items():
                for kind in one.get("properties", {}).get("type", {}).get("enum", []):
                    uri = f"{_AT}/{path.relative_to(schemas).as_posix()}#/{place}resourceDefinitions/{name}"
                    found.setdefault(f"{kind}@{path.parent.name}".lower(), uri)
    return found


def _closed(schema: Any, around: Iterable[str] = ()) -> Any:
    """Return a schema whose objects hold nothing but what is named; what stands beside alternatives belongs to each."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    properties, alternatives = schema.get("properties"), schema.get("oneOf")
    own = properties if isinstance(properties, dict) else {}
    mixed = own and isinstance(alternatives, list)
    result = {key: _closed(value) for key, value in schema.items() if not (mixed and key == "oneOf")}
    if mixed:
        result["oneOf"] = [_closed(one, own) for one in alternatives or []]
    elif own and schema.get("type", "object") == "object":
        result.setdefault("additionalProperties", False)
    elif isinstance(alternatives, list):
        # What it says of further properties would be said of those that only an alternative names, too.
        result.pop("additionalProperties", None)
    if around and own:
        result["properties"] = {**{key: {} for key in around}, **result["properties"]}
    return result


def _told(error: "ValidationError") -> Iterator[str]:
    """Return the deepest faults: where a schema has alternatives, those of the alternative that was meant."""
    leaves = list(_leaves(error))
    deepest = max(len(one.absolute_path) for one in leaves)
    for one in leaves:
        if len(one.absolute_path) == deepest:
            yield f"{one.json_path}: {one.message[:200]}"


def _leaves(error: "ValidationError") -> Iterator["ValidationError"]:
    if not error.context:
        yield error
    for one in error.context or []:
        yield from _leaves(one)
