"""The service's OpenAPI file as a judge: whether answers are of the described shape.

Reads what Swagger 2.0 files of Azure use: `$ref`, `allOf`, discriminators, `required`, `enum`, types and `date-time`.
The service answers null for what it does not know, so null is taken for every property that is not required.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

SPECS = Path(__file__).parents[4] / "shared/specs/Microsoft.RecoveryServices.SiteRecovery/2021-04-01"

TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


@dataclass(frozen=True)
class Operation:
    """One operation of the file.

    Attributes:
        name: its operationId.
        answers: HTTP status -> schema of the answer's body.
    """

    name: str
    answers: Mapping[str, dict[str, Any]]


class Description:
    """The whole file."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._definitions: dict[str, Any] = document["definitions"]
        self.operations = list(self._operations(document["paths"]))

    @staticmethod
    def _operations(paths: dict[str, Any]) -> Iterator[Operation]:
        for found in (found for methods in paths.values() for found in methods.values()):
            answers = {status: one["schema"] for status, one in found["responses"].items() if "schema" in one}
            yield Operation(found["operationId"], answers)

    def complaints(self, schema: dict[str, Any], value: Any, where: str = "$") -> Iterator[str]:
        """Yield what is wrong with a value."""
        if "$ref" in schema:
            schema = self._definitions[schema["$ref"].rsplit("/", 1)[-1]]
        kind = schema.get("type", "object" if "properties" in schema else "")
        if kind and (not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
            yield f"{where}: {type(value).__name__} instead of {kind}"
            return
        if isinstance(value, str):
            yield from self._about_text(schema, value, where)
        if isinstance(value, list) and "items" in schema:
            for index, inner in enumerate(value):
                yield from self.complaints(schema["items"], inner, f"{where}[{index}]")
        if isinstance(value, dict):
            yield from self._about_object(schema, value, where)

    @staticmethod
    def _about_text(schema: dict[str, Any], value: str, where: str) -> Iterator[str]:
        open_ended = schema.get("x-ms-enum", {}).get("modelAsString", False)
        if "enum" in schema and not open_ended and value not in schema["enum"]:
            yield f"{where}: {value!r} is not one of {schema['enum']}"
        if schema.get("format") == "date-time":
            try:
                datetime.fromisoformat(value)
            except ValueError:
                yield f"{where}: {value!r} is no time"

    def _about_object(self, schema: dict[str, Any], value: dict[str, Any], where: str) -> Iterator[str]:
        told = list(self._ancestry(self._variant(schema, value)))
        for required in {name for one in told for name in one.get("required", ())}:
            if value.get(required) is None:
                yield f"{where}.{required}: missing"
        known = {name: inner for one in told for name, inner in one.get("properties", {}).items()}
        extra = next((one["additionalProperties"] for one in told if "additionalProperties" in one), None)
        for name, inner in value.items():
            described = known.get(name, extra)
            if inner is not None and isinstance(described, dict):
                yield from self.complaints(described, inner, f"{where}.{name}")

    def _variant(self, schema: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
        told: Any = value.get(schema.get("discriminator", ""))
        found: dict[str, Any] = schema
        candidates = [name for name, one in self._definitions.items() if one.get("x-ms-discriminator-value") == told]
        for name in candidates if told else ():
            if any(one is schema for one in self._ancestry(self._definitions[name])):
                found = self._definitions[name]
        return found

    def _ancestry(self, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield schema
        for parent in schema.get("allOf", ()):
            yield from self._ancestry(self._definitions[parent["$ref"].rsplit("/", 1)[-1]])


@cache
def description() -> Description:
    """The service's file; without operations where it is not at hand."""
    file = SPECS / "service.json"
    written = file.read_text(encoding="utf-8") if file.is_file() else '{"definitions": {}, "paths": {}}'
    return Description(json.loads(written))


@cache
def _schemas() -> dict[tuple[str, str], dict[str, Any]]:
    every = description().operations
    return {(one.name, status): schema for one in every for status, schema in one.answers.items()}


def complaints(operation: str, status: int, answer: Any) -> list[str]:
    """Return what is wrong with an answer to an operation of the file; nothing where the file does not describe it."""
    schema = _schemas().get((operation, str(status)))
    return [f"{operation} {text}" for text in description().complaints(schema, answer)] if schema else []
