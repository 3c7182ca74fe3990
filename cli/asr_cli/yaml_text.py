"""JSON values as YAML 1.2: text is quoted wherever a reader could take it for anything else."""

import json
import re
from collections.abc import Iterator
from typing import Any

_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./()-]+)*")
_UNSHOWN = re.compile(r"[^\x20-\x7e]")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"}


def yaml_lines(value: Any, indent: str = "") -> Iterator[str]:
    """The lines of a value."""
    match value:
        case dict() if value:
            for name, entry in value.items():
                yield from _entry(f"{indent}{yaml_scalar(str(name))}:", entry, indent)
        case list() if value:
            for entry in value:
                yield from yaml_item(entry, indent)
        case _:
            yield f"{indent}{yaml_scalar(value)}"


def yaml_item(entry: Any, indent: str = "") -> Iterator[str]:
    """The lines of one entry of a list."""
    lines = yaml_lines(entry, f"{indent}  ")
    yield f"{indent}- {next(lines).lstrip(' ')}"
    yield from lines


def yaml_scalar(value: Any) -> str:
    """A value that is no filled object or list, on one line."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    quoted = json.dumps(value, ensure_ascii=not isinstance(value, str))
    return _UNSHOWN.sub(_escaped, quoted) if isinstance(value, str) else quoted


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _entry(name: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict | list) and value:
        yield name
        yield from yaml_lines(value, f"{indent}  ")
    else:
        yield f"{name} {yaml_scalar(value)}"
