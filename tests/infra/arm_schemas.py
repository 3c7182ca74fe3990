"""ARM's own schemas of resources, made strict: a property that a schema does not know is a fault.

The schemas are not part of this repository. `ASR_ARM_SCHEMAS` names their folder: a clone of the `schemas` folder of
https://github.com/Azure/azure-resource-manager-schemas, or only the providers and versions that are used.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT4

from tests.repo.tree import ROOT

type Schema = dict[str, Any]

FOLDER = Path(os.environ.get("ASR_ARM_SCHEMAS") or ROOT.parent / "shared" / "specs" / "arm-schemas")
_AT = "https://schema.management.azure.com/schemas"
_PLACES = ("", "unknown_", "extension_", "subscription_", "managementGroup_", "tenant_")


@cache
def needed() -> Path:
    """The folder of the schemas; the test is skipped where there is none."""
    if not (FOLDER / "common" / "definitions.json").is_file():
        pytest.skip(f"ARM's schemas are not at {FOLDER}; ASR_ARM_SCHEMAS names the folder that they are in")
    return FOLDER


@cache
def _registry() -> Registry[Any]:
    files = [needed() / "common" / "definitions.json", *needed().glob("20*/*.json")]
    resources = [
        (f"{_AT}/{path.relative_to(needed()).as_posix()}", DRAFT4.create_resource(_closed(_read(path))))
        for path in files
    ]
    return Registry[Any]().with_resources([pair for uri, one in resources for pair in ((uri, one), (f"{uri}#", one))])


@cache
def _read(path: Path) -> Schema:
    schema: Schema = json.loads(path.read_text(encoding="utf-8"))
    return schema


def _closed(schema: Any, around: Iterable[str] = ()) -> Any:
    """A schema whose objects hold nothing but what is named; what stands beside alternatives belongs to each."""
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
    if around and own:
        result["properties"] = {**{key: {} for key in around}, **result["properties"]}
    return result


@cache
def _definitions() -> Mapping[str, str]:
    """Where the schema of each `type@version` is, in lower case."""
    found: dict[str, str] = {}
    for path in needed().glob("20*/*.json"):
        schema = _read(path)
        for place in _PLACES:
            for name, one in schema.get(f"{place}resourceDefinitions", {}).items():
                for kind in one.get("properties", {}).get("type", {}).get("enum", []):
                    uri = f"{_AT}/{path.relative_to(needed()).as_posix()}#/{place}resourceDefinitions/{name}"
                    found.setdefault(f"{kind}@{path.parent.name}".lower(), uri)
    return found


def is_known(kind: str) -> bool:
    """Whether there is a schema of this `type@version`."""
    return kind.lower() in _definitions()


@cache
def _validator(kind: str) -> Draft4Validator:
    return Draft4Validator({"$ref": _definitions()[kind.lower()]}, registry=_registry())


def problems(body: Mapping[str, Any]) -> list[str]:
    """What is wrong with a resource, each with the path to it; nothing when it fits its schema.

    Raises:
        KeyError: there is no schema of its type and version.
    """
    kind = f"{body['type']}@{body['apiVersion']}"
    found = list(_validator(kind).iter_errors(body))
    if found and "/" in body["name"]:
        # Some schemas give the rule of a child's whole name, some that of its last part.
        found = min(found, list(_validator(kind).iter_errors(_last_part(body))), key=len)
    return [f"{kind} {text}" for error in found for text in _told(error)]


def _last_part(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**body, "name": body["name"].rpartition("/")[2]}


def _told(error: ValidationError) -> Iterator[str]:
    """The deepest faults: where a schema has alternatives, those of the alternative that was meant."""
    leaves = list(_leaves(error))
    deepest = max(len(one.absolute_path) for one in leaves)
    for one in leaves:
        if len(one.absolute_path) == deepest:
            yield f"{one.json_path}: {one.message[:200]}"


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    if not error.context:
        yield error
    for one in error.context or []:
        yield from _leaves(one)


def azd_schema() -> Schema:
    """The schema of azure.yaml."""
    return _read(needed() / "azd" / "azure.yaml.json")
