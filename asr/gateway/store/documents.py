"""Records as documents: JSON that a person can read, and one line of JSON for each record of a long list."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from asr.codec import decode, encode, from_json, to_json
from asr.errors import Conflict, Unreadable
from asr.gateway.store.interface import Store

_ROUNDS = 50
"""How often a change is tried again because somebody was between; at each round one of all who try succeeds."""


@dataclass(frozen=True, slots=True)
class Document[T]:
    """A record as it was read, with the ETag under which it can be replaced."""

    record: T
    etag: str


async def read_document[T](store: Store, name: str, type_: type[T]) -> Document[T] | None:
    """The record in this document, or None when there is none.

    Raises:
        Unreadable: it is no JSON, or not of this type.
    """
    stored = await store.get(name)
    return None if stored is None else Document(decoded(name, type_, stored.value), stored.etag)


async def write_document(
    store: Store, name: str, record: object, *, if_match: str | None = None, if_none_match: bool = False
) -> str:
    """Write the record as a whole document and answer its new ETag; the conditions are those of `Store.put`.

    Raises:
        Conflict: the condition does not hold.
        TooLarge: it is above the limit of a document.
    """
    return await store.put(name, encoded(record), if_match=if_match, if_none_match=if_none_match)


async def change_document[T](store: Store, name: str, type_: type[T], change: Callable[[T | None], T]) -> T:
    """Replace the record by what `change` makes of it (of None when there is none) and answer that.

    Nothing that another writes in the meantime is lost: `change` is then called again with it, so it must be pure.
    Nothing is written when it answers an equal record.

    Raises:
        Conflict: others came between again and again.
        Unreadable: what is there is not of this type.
    """
    for _ in range(_ROUNDS):
        before = await read_document(store, name, type_)
        try:
            if before is None:
                after = change(None)
                await write_document(store, name, after, if_none_match=True)
            else:
                after = change(before.record)
                if after != before.record:
                    await write_document(store, name, after, if_match=before.etag)
        except Conflict:
            continue
        return after
    raise Conflict(f"PUT {name}")


async def read_lines[T](store: Store, name: str, type_: type[T]) -> tuple[T, ...] | None:
    """The records in this document, one in each line, or None when there is no such document.

    Raises:
        Unreadable: a line is no JSON, or not of this type.
    """
    stored = await store.get(name)
    if stored is None:
        return None
    try:
        return tuple(from_json(type_, line) for line in stored.value.splitlines() if line.strip())
    except ValidationError as error:
        raise Unreadable(name, str(error)) from error


async def read_some_lines[T](store: Store, name: str, type_: type[T]) -> tuple[tuple[T, ...], int]:
    """The records in this document, and how many lines are none; for documents that are only ever added to."""
    stored = await store.get(name)
    records, unread = list[T](), 0
    for line in stored.value.splitlines() if stored else ():
        if line.strip():
            try:
                records.append(from_json(type_, line))
            except ValidationError:
                unread += 1
    return tuple(records), unread


async def write_lines(store: Store, name: str, records: Iterable[object]) -> str:
    """Write the records as a whole document, one in each line, and answer its new ETag.

    Fields that have their default are left out, for there may be thousands of records.

    Raises:
        TooLarge: they are above the limit of a document.
    """
    return await store.put(name, b"".join(to_json(record) + b"\n" for record in records))


def encoded(record: object) -> bytes:
    """The record as indented JSON."""
    return _json(record, 2) + b"\n"


def decoded[T](name: str, type_: type[T], text: bytes) -> T:
    """The record that the text holds.

    Raises:
        Unreadable: it is no JSON, or not of this type; `name` says in the error which document it is.
    """
    try:
        return decode(type_, json.loads(text))
    except (ValueError, ValidationError) as error:
        raise Unreadable(name, str(error)) from error


def _json(record: object, indent: int | None) -> bytes:
    separators = (",", ":") if indent is None else None
    text = json.dumps(encode(record), indent=indent, separators=separators, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "surrogatepass")
