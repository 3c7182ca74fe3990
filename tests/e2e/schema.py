"""Whether a value fits a JSON schema: the words that the API's description uses, and no others."""

from collections.abc import Iterator, Mapping
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}

UNDERSTOOD = frozenset(
    {"type", "properties", "required", "additionalProperties", "items", "enum", "oneOf", "minimum", "format"}
    | {"description", "$ref"}
)


def violations(value: Any, schema: Mapping[str, Any], document: Mapping[str, Any], at: str = "") -> list[str]:
    """What does not fit, each with its place.

    Raises:
        ValueError: the schema uses a word that is not understood here.
    """
    return list(_violations(value, schema, document, at))


def _violations(value: Any, schema: Mapping[str, Any], document: Mapping[str, Any], at: str) -> Iterator[str]:
    if unknown := schema.keys() - UNDERSTOOD:
        message = f"{at}: {unknown}"
        raise ValueError(message)
    if "$ref" in schema:
        target: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        yield from _violations(value, target, document, at)
        return
    if "oneOf" in schema:
        tried = [violations(value, one, document, at) for one in schema["oneOf"]]
        if [] not in tried:
            yield from min(tried, key=len)
        return
    if not _is_typed(value, schema.get("type")):
        yield f"{at}: {value!r} is no {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _violations(entry, schema.get("items", {}), document, f"{at}[{index}]")
    if isinstance(value, dict):
        yield from _fields(value, schema, document, at)


def _fields(value: dict[str, Any], schema: Mapping[str, Any], document: Mapping[str, Any], at: str) -> Iterator[str]:
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    yield from (f"{at}.{name} is missing" for name in schema.get("required", ()) if name not in value)
    for name, field in value.items():
        if name in known:
            yield from _violations(field, known[name], document, f"{at}.{name}")
        elif others is False:
            yield f"{at}.{name} is not described"
        elif isinstance(others, Mapping):
            yield from _violations(field, others, document, f"{at}.{name}")


def _is_typed(value: Any, types: str | list[str] | None) -> bool:
    names = [types] if isinstance(types, str) else types or list(TYPES)
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, TYPES[name]) for name in names)
