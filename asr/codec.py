"""Records to plain JSON values and back, where they cross the durable boundary or HTTP."""

import base64
import zlib
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter


@cache
def _adapter(type_: Any) -> TypeAdapter[Any]:
    return TypeAdapter(type_)


def encode(record: object, type_: Any = None) -> Any:
    """The record as JSON values: dicts, lists, strings, numbers, booleans, None.

    `type_` is needed only for unions, whose type the record itself does not tell.
    """
    return _adapter(cast(Any, type_ or type(record))).dump_python(record, mode="json")


def encode_compact(record: object) -> Any:
    """As `encode`, without the fields that have their default: what is kept for long should be small."""
    return _adapter(cast(Any, type(record))).dump_python(record, mode="json", exclude_defaults=True)


def to_json(record: object) -> bytes:
    """The record as one line of JSON, without the fields that have their default: for lists of thousands."""
    return _adapter(cast(Any, type(record))).dump_json(record, exclude_defaults=True)


def from_json[T](type_: type[T], text: bytes) -> T:
    """The record that `to_json` made the text from.

    Raises:
        pydantic.ValidationError: the text is no JSON, or not of this shape.
    """
    return cast(T, _adapter(cast(Any, type_)).validate_json(text))


def decode[T](type_: type[T], data: object) -> T:
    """The record that `encode` or `encode_compact` made the data from.

    Raises:
        pydantic.ValidationError: the data is not of this shape; the message names each field.
    """
    return cast(T, _adapter(cast(Any, type_)).validate_python(data))


def to_packed(record: object) -> str:
    """The record as compressed text: for what is larger than a message may be, and repeats itself.

    A plan of a hundred VMs is 955 KB as JSON, and a Durable Task Scheduler takes no message of more than 1,024.
    """
    return base64.b64encode(zlib.compress(to_json(record))).decode()


def from_packed[T](type_: type[T], text: str) -> T:
    """The record that `to_packed` made the text from.

    Raises:
        pydantic.ValidationError: what was packed is not of this shape.
    """
    return from_json(type_, zlib.decompress(base64.b64decode(text)))
