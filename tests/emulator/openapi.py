"""Answers held against the OpenAPI files: the operation that a request is, and the schema that its answer must fit.

The files are not part of the repository. Without them nothing is checked.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jsonschema import Draft4Validator, ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tests.emulator.truth import SPECS

FILES = (
    "Microsoft.Compute/2021-03-01/compute.json",
    "Microsoft.Compute/2020-12-01/disk.json",
    "Microsoft.Network/2021-02-01/virtualNetwork.json",
    "Microsoft.Network/2021-02-01/networkInterface.json",
    "Microsoft.Network/2021-02-01/networkSecurityGroup.json",
    "Microsoft.Network/2021-02-01/publicIpAddress.json",
    "Microsoft.RecoveryServices/2021-03-01/vaults.json",
    "Microsoft.RecoveryServices.SiteRecovery/2021-04-01/service.json",
    "Microsoft.ResourceGraph/2021-03-01/resourcegraph.json",
    "Microsoft.Resources/2021-01-01/subscriptions.json",
    "Microsoft.Resources/2021-04-01/resources.json",
    "Microsoft.Storage/2021-04-01/storage.json",
    "Microsoft.Storage/2021-04-01/blob.json",
)
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LOOSE = frozenset({"enum", "format", "pattern", "required", "minimum", "maximum", "maxLength", "minLength"})
"""Keywords that say what a client may send at that version, not what a service of a later one answers."""


_OBJECT_WORDS = frozenset({"properties", "additionalProperties", "allOf"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of one file.

    Attributes:
        file: the file it stands in.
        name: its operation id.
        method: the HTTP method.
        template: its path.
        pattern: the path as a regular expression over lower-cased paths.
        described: the statuses whose body has a schema.
    """

    file: str
    name: str
    method: str
    template: str
    pattern: re.Pattern[str]
    described: frozenset[str]


@cache
def _document(path: Path) -> Any:
    return _with_variants(_loosened(json.loads(path.read_text(encoding="utf-8")), path.parent))


def _with_variants(document: Any) -> Any:
    """Return a document that says what is held of one kind of object alone, as Swagger does by discriminators."""
    definitions = document.get("definitions", {})
    for name, one in definitions.items():
        key = one.get("discriminator", "")
        for variant in definitions.values() if key else ():
            if {"$ref": f"#/definitions/{name}"} in variant.get("allOf", ()):
                is_it = {"required": [key], "properties": {key: {"enum": [variant["x-ms-discriminator-value"]]}}}
                own = {"properties": variant.get("properties", {})}
                one.setdefault("allOf", []).append({"anyOf": [{"not": is_it}, own]})
    return document


def _loosened(value: Any, folder: Path) -> Any:
    """Return a schema without what it does not say about answers: nullable throughout, without files not here.

    An object without properties stands for any JSON there (the rows of a Resource Graph answer).
    """
    if isinstance(value, list):
        return [_loosened(inner, folder) for inner in value]
    if not isinstance(value, dict):
        return value
    file = str(value.get("$ref", "")).partition("#")[0]
    if file and not (folder / file).is_file():
        return {}
    kept = {key: _loosened(inner, folder) for key, inner in value.items() if not _is_loose(key, inner)}
    if kept.get("type") == "object" and not kept.keys() & _OBJECT_WORDS:
        del kept["type"]
    elif isinstance(kept.get("type"), str) and "in" not in kept:
        kept["type"] = [kept["type"], "null"]
    return kept


def _is_loose(key: str, value: Any) -> bool:
    """Say whether a keyword is left out; a property may have the name of a keyword, and then it is an object."""
    return key in _LOOSE and not isinstance(value, dict)


def _retrieve(uri: str) -> Resource[Any]:
    return DRAFT4.create_resource(_document(Path(unquote(urlsplit(uri).path))))


_REGISTRY: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation of the files that are here."""
    return tuple(_operations())


def _operations() -> Iterator[Operation]:
    for file in FILES:
        document = _document(SPECS / file) if (SPECS / file).is_file() else {}
        for template, methods in document.get("paths", {}).items():
            pieces = re.split(_PLACEHOLDER, template.rstrip("/"))
            pattern = "".join(re.escape(one.lower()) if at % 2 == 0 else "[^/]+" for at, one in enumerate(pieces))
            for method, one in methods.items():
                if "responses" not in one:
                    continue
                described = frozenset(status for status, answer in one["responses"].items() if "schema" in answer)
                yield Operation(file, one["operationId"], method.upper(), template, re.compile(pattern), described)


@cache
def operation_of(method: str, path: str) -> Operation | None:
    """Return the operation that a request is, the most literal one first."""
    whole = re.sub(r"/{2,}", "/", path).rstrip("/").lower()
    fitting = [one for one in operations() if one.method == method and one.pattern.fullmatch(whole)]
    fitting = [one for one in fitting if "{resourceId}" not in one.template or one.template.count("/") > 1]
    return min(fitting, key=lambda one: one.template.count("{"), default=None)


@cache
def _validator(operation: Operation, status: str) -> Draft4Validator:
    pointer = operation.template.replace("~", "~0").replace("/", "~1")
    pointer = re.sub(r"[{}]", lambda found: f"%{ord(found[0]):X}", pointer)
    where = f"#/paths/{pointer}/{operation.method.lower()}/responses/{status}/schema"
    return Draft4Validator({"$ref": f"file://{SPECS / operation.file}{where}"}, registry=_REGISTRY)


def violations(method: str, path: str, status: int, body: Any) -> list[str]:
    """Return where an answer does not fit its operation's schema; empty when it fits or no file knows the operation."""
    operation = operation_of(method, path)
    return misfits(operation, status, body) if operation else []


def misfits(operation: Operation, status: int, body: Any) -> list[str]:
    """Return where an answer to an operation does not fit its schema; empty when it fits or none is described."""
    if str(status) not in operation.described or body is None:
        return []
    found = map(_innermost, _validator(operation, str(status)).iter_errors(body))
    return [f"{operation.name} {status} at {error.json_path}: {error.message[:200]}" for error in found]


def _innermost(error: ValidationError) -> ValidationError:
    """Return what is wrong inside of an object that fits none of its kinds."""
    return _innermost(error.context[-1]) if error.context else error
