"""What JSON a body may be, said once per type, so that whoever reads it reads what has been read already.

A schema is `Kind.TEXT` and the like, a mapping (an object: these members are of these schemas, others are free), a list
of one schema, `Each` (an object whose members are all of one schema) or `Several` (either of both). As .NET services
do, member names are taken in any casing, null as absent, and digits in quotes as a number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from local.emulator.arm.wire import JsonObject

LARGEST = 2**63 - 1
"""The largest whole number that the services' 64 bits hold."""
_SHOWN = 40


class Kind(StrEnum):
    """The kinds of values that are no containers, in the words of a refusal."""

    TEXT = "text"
    WHOLE = "a whole number"
    NUMBER = "a number"
    FLAG = "true or false"
    ANY = "any value"


@dataclass(frozen=True, slots=True)
class Each:
    """An object whose members may have any names and all are of one schema."""

    schema: "Schema"


@dataclass(frozen=True, slots=True)
class Several:
    """A list whose items are of one schema, or an object with the same by name."""

    schema: "Schema"


type Schema = Kind | Each | Several | Mapping[str, Schema] | Sequence[Schema]

OBJECT: Mapping[str, Schema] = {}
"""An object with any members."""

REFERENCE: Mapping[str, Schema] = {"id": Kind.TEXT}
"""The id of another resource, in an object of its own as everywhere in Azure."""

TRACKED: Mapping[str, Schema] = {
    "location": Kind.TEXT,
    "tags": Each(Kind.TEXT),
    "kind": Kind.TEXT,
    "sku": {"name": Kind.TEXT, "tier": Kind.TEXT},
    "identity": {"type": Kind.TEXT},
    "plan": OBJECT,
    "zones": [Kind.TEXT],
    "properties": OBJECT,
}
"""What every tracked resource may have beside its properties."""


class SchemaMismatch(ValueError):
    """A value is not of its schema. The text names its path, what it is and what to write instead.

    Attributes:
        path: where it stands (`properties.dataDisks[0].lun`).
        value: what it is, shortened.
        wanted: what it should be.
    """

    def __init__(self, path: str, value: Any, wanted: str) -> None:
        self.path, self.value, self.wanted = path, _shown(value), wanted
        super().__init__(f"{path or 'body'}: {self.value}; write {wanted}")


def deserialized(body: JsonObject, schema: Mapping[str, Schema]) -> JsonObject:
    """Return `body` as a service reads it.

    Raises:
        SchemaMismatch: a value is not of its schema.
    """
    return _object(body, schema, "")


def deserialized_strictly(body: Any, schema: Mapping[str, Schema], at: str = "") -> JsonObject:
    """Return `body`, which stands `at` a path, as a service reads it, without members that the schema does not know.

    Raises:
        ValueError: a member is unknown or not of its schema; the text names field, value and fix.
    """
    read = _object(body, schema, at)
    for name in sorted(read.keys() - schema.keys()):
        where = f"{at}.{name}" if at else name
        raise ValueError(f"{where}: unknown field; there are {', '.join(sorted(schema))}")
    return read


def _read(value: Any, schema: Schema, path: str) -> Any:
    match schema:
        case Kind():
            return _scalar(value, schema, path)
        case Several():
            return _read(value, Each(schema.schema) if isinstance(value, dict) else [schema.schema], path)
        case Each():
            if not isinstance(value, dict):
                raise SchemaMismatch(path, value, "an object")
            return {
                name: None if one is None else _read(one, schema.schema, f"{path}.{name}")
                for name, one in value.items()
                if one is not None or isinstance(schema.schema, Kind)
            }
        case Mapping():
            return _object(value, schema, path)
        case _:
            if not isinstance(value, list):
                raise SchemaMismatch(path, value, "a list")
            return [_read(one, schema[0], f"{path}[{index}]") for index, one in enumerate(value)]


def _object(value: Any, schema: Mapping[str, Schema], path: str) -> JsonObject:
    if not isinstance(value, dict):
        raise SchemaMismatch(path, value, "an object")
    spelled = {name.lower(): name for name in schema}
    read: JsonObject = {}
    for given, one in value.items():
        name = spelled.get(given.lower())
        if name is None:
            read[given] = one
        elif one is not None:
            read[name] = _read(one, schema[name], f"{path}.{name}" if path else name)
    return read


def _scalar(value: Any, kind: Kind, path: str) -> Any:
    match kind, value:
        case (Kind.ANY, _) | (Kind.TEXT, str()) | (Kind.FLAG, bool()):
            return value
        case Kind.TEXT, bool() | int() | float():
            return str(value)
        case Kind.FLAG, str() if value.lower() in {"true", "false"}:
            return value.lower() == "true"
        case Kind.NUMBER, int() | float() if not isinstance(value, bool) and abs(value) <= LARGEST:
            return value
        case Kind.WHOLE, int() if not isinstance(value, bool) and abs(value) <= LARGEST:
            return value
        case Kind.WHOLE, str() if value.isascii() and value.isdigit() and int(value) <= LARGEST:
            return int(value)
        case _:
            raise SchemaMismatch(path, value, kind.value)


def _shown(value: Any) -> str:
    """Return enough of a value to find it; of a container only which it is."""
    match value:
        case dict():
            return "{...}"
        case list():
            return "[...]"
        case None:
            return "null"
        case str():
            return f'"{value}"' if len(value) <= _SHOWN else f'"{value[:_SHOWN]}..."'
        case _:
            return str(value)[:_SHOWN]
