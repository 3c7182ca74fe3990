"""How documents are named: a path of escaped parts that a blob container and a file system both take. Pure.

Letters are lower case, because some file systems do not tell cases apart. Only the last part has a dot, before its
extension: so no folder ever has the name of a document, and what a person or an editor leaves there is told apart.
"""

import re
from urllib.parse import unquote_to_bytes

LONGEST_NAME = 1000
"""Characters of a whole name; Azure takes 1,024.

Source: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
"""

LONGEST_PART = 200
"""Characters of one part when escaped; file systems take 255 bytes."""

_PART = rf"[a-z0-9_%-]{{1,{LONGEST_PART}}}"
_NAME = re.compile(rf"(?:{_PART}/)*{_PART}\.[a-z0-9]{{1,8}}")
_PREFIX = re.compile(rf"(?:{_PART}/)*")
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_-")


def document_name(*parts: str, extension: str = "json") -> str:
    """The name of the document at this path, whatever characters the parts hold.

    Raises:
        ValueError: there is no part, an empty one, or one that is too long.
    """
    name = "/".join(_escaped(part) for part in parts) + f".{extension}"
    check_name(name)
    return name


def folder_name(*parts: str) -> str:
    """The prefix of all documents whose paths begin with these parts; of all when there is none.

    Raises:
        ValueError: a part is empty or too long.
    """
    prefix = "".join(f"{_escaped(part)}/" for part in parts)
    check_prefix(prefix)
    return prefix


def parts_of(name: str) -> tuple[str, ...]:
    """The parts that `document_name` was given.

    Raises:
        ValueError: this is no document's name.
    """
    check_name(name)
    return tuple(unquote_to_bytes(part).decode() for part in name.rpartition(".")[0].split("/"))


def is_name(name: str) -> bool:
    """Whether a document can be called so."""
    return _NAME.fullmatch(name) is not None and len(name) <= LONGEST_NAME


def check_name(name: str) -> None:
    """Make sure that a document can be called so.

    Raises:
        ValueError: it cannot.
    """
    if not is_name(name):
        message = f"{name[:LONGEST_PART]!r} names no document: use document_name, parts of at most {LONGEST_PART} signs"
        raise ValueError(message)


def check_prefix(prefix: str) -> None:
    """Make sure that the prefix ends where a part ends, so that `runs/1/` never means `runs/10`.

    Raises:
        ValueError: it does not, or cannot begin a name.
    """
    if not _PREFIX.fullmatch(prefix) or len(prefix) > LONGEST_NAME:
        message = f"{prefix[:LONGEST_PART]!r} is no prefix of documents: use folder_name; it ends with a slash"
        raise ValueError(message)


def _escaped(part: str) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02x}" for byte in part.encode())
