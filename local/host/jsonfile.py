"""JSON files that people write, read as the real host and the Core Tools read them: with comments and last commas."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

_STRING = r'"(?:\\.|[^"\\])*"'
_COMMENT = re.compile(rf"(?P<kept>{_STRING})|//[^\n]*|/\*.*?\*/", re.DOTALL)
_LAST_COMMA = re.compile(rf"(?P<kept>{_STRING})|,(?=\s*[}}\]])")


class ConfigurationError(Exception):
    """The app cannot be hosted as it is configured; the message names what is wrong, where, and what would be right."""


@dataclass(frozen=True, slots=True)
class Section:
    """An object of a configuration file; every value is read with what it has to be.

    What is absent or null is the default.

    Attributes:
        place: the file, and the names that lead to this object.
    """

    place: str
    content: Mapping[str, Any]

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """The object that a file is; empty when there is no file.

        Raises:
            ConfigurationError: the file holds something else.
        """
        if not path.is_file():
            return cls(f"{path}: ", {})
        try:
            raw = json.loads(_plain(path.read_text(encoding="utf-8-sig")))
        except ValueError as error:
            raise ConfigurationError(f"{path}: not valid JSON: {error}") from error
        if not isinstance(raw, dict):
            raise ConfigurationError(f"{path}: a JSON object is expected")
        return cls(f"{path}: ", raw)

    def overridden(self, values: Mapping[str, str], prefix: str) -> "Section":
        """This object with what `values` say of it: `PREFIX__outer__inner` is the value `inner` of `outer`."""
        content = dict(self.content)
        for name, value in values.items():
            parts = name.split("__")
            if parts[0].lower() == prefix.lower() and len(parts) > 1:
                _put(content, parts[1:], value)
        return Section(self.place, content)

    def section(self, name: str) -> "Section":
        """The object called `name`."""
        value = self._value(name)
        if not isinstance(value, dict | None):
            raise self.wrong(name, "a JSON object is expected")
        return Section(f"{self.place}{name}.", value or {})

    def text(self, name: str, default: str) -> str:
        """The text called `name`; a number or a truth value is taken as it is written."""
        value = self._value(name)
        if isinstance(value, dict | list):
            raise self.wrong(name, "a text is expected")
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def texts(self) -> dict[str, str]:
        """Every value of this object, as `text` reads it; nulls are left out."""
        return {name: self.text(name, "") for name, value in self.content.items() if value is not None}

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """The whole number called `name`, also as text."""
        text = self.text(name, str(default))
        if not re.fullmatch(r"-?[0-9]{1,18}", text) or not least <= int(text) <= most:
            raise self.wrong(name, f"a whole number from {least} to {most} is expected")
        return int(text)

    def flag(self, name: str, *, default: bool) -> bool:
        """The truth value called `name`, also as text."""
        text = self.text(name, str(default)).lower()
        if text not in {"true", "false"}:
            raise self.wrong(name, "true or false is expected")
        return text == "true"

    def wrong(self, name: str, expected: str) -> ConfigurationError:
        """The error that the value of `name` is not what is expected."""
        value = self._value(name)
        # What is inside of it may be a secret, and would not fit on a line.
        found = "an object" if isinstance(value, dict) else "an array" if isinstance(value, list) else json.dumps(value)
        return ConfigurationError(f"{self.place}{name}: {expected}, not {found}")

    def _value(self, name: str) -> Any:
        return self.content.get(_same(self.content, name))


def _same(content: Mapping[str, Any], name: str) -> str:
    """The name as it stands in `content`; the real host ignores its case."""
    return next((one for one in content if one.lower() == name.lower()), name)


def _put(content: dict[str, Any], path: list[str], value: str) -> None:
    name = _same(content, path[0])
    if len(path) == 1:
        content[name] = value
        return
    inner = content.get(name)
    content[name] = dict(inner) if isinstance(inner, dict) else {}
    _put(content[name], path[1:], value)


def _plain(text: str) -> str:
    """`text` without comments and last commas; its lines keep their numbers."""
    without = _COMMENT.sub(lambda found: found["kept"] or "\n" * found[0].count("\n") or " ", text)
    return _LAST_COMMA.sub(lambda found: found["kept"] or " ", without)
