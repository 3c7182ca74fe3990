"""Recorded traffic with the real Azure, sent again to the emulator and compared key by key, type by type."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[4] / "shared/specs/Microsoft.RecoveryServices.SiteRecovery/recorded-2022-08-01"
AZURE = "https://management.azure.com"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T[0-9:.]+Z?")
_OPERATION = re.compile(r"replicationOperationStatus/([0-9a-f-]{36})", re.IGNORECASE)


@dataclass(frozen=True)
class Exchange:
    """One recorded request and its answer."""

    number: int
    method: str
    path: str
    query: str
    body: Any
    status: int
    headers: dict[str, str]
    answer: Any

    @property
    def at(self) -> datetime | None:
        """When Azure answered."""
        return parsedate_to_datetime(self.headers["date"]).astimezone(UTC) if "date" in self.headers else None

    @property
    def polls(self) -> str:
        """The name of the operation whose status document was asked for, or ""."""
        found = _OPERATION.search(self.path)
        return found[1] if found else ""

    @property
    def begins(self) -> str:
        """The name of the operation that the answer began, or ""."""
        found = _OPERATION.search(self.headers.get("azure-asyncoperation", ""))
        return found[1] if found else ""


def recorded(name: str) -> list[Exchange]:
    """The exchanges of one recording that went to Azure; the test is skipped where the recordings are not at hand."""
    file = FOLDER / f"{name}.jsonl"
    if not file.is_file():
        pytest.skip("the recorded traffic is not at hand")
    return [found for line in file.read_text(encoding="utf-8").splitlines() if (found := _exchange(json.loads(line)))]


def _exchange(written: dict[str, Any]) -> Exchange | None:
    request, response = written["request"], written["response"]
    if not request["uri"].startswith(AZURE):
        return None
    path, _, query = request["uri"].removeprefix(AZURE).partition("?")
    return Exchange(
        number=written["index"],
        method=request["method"],
        path=path,
        query=query.split("&t=")[0],
        body=request["body"],
        status=response["status"],
        headers=response["headers"],
        answer=response["body"],
    )


@dataclass
class Coverage:
    """How much of what Azure said the emulator said too.

    Attributes:
        keys: recorded JSON keys that were compared.
        found: those the emulator's answer has as well.
        typed: those whose value is of the same JSON type.
        equal: those whose value is the same, GUIDs and instants apart.
        differences: the others, with how often.
    """

    keys: int = 0
    found: int = 0
    typed: int = 0
    equal: int = 0
    differences: dict[str, int] = field(default_factory=dict)

    def compare(self, recorded: Any, ours: Any, where: str) -> None:
        """Compare one answer."""
        for path, value in _leaves(recorded):
            self.keys += 1
            present, own = _at(ours, path)
            name = where + "".join(f".{step}" if isinstance(step, str) else "[]" for step in path)
            if not present:
                self._note(f"{name}: missing")
                continue
            self.found += 1
            if _kind(own) != _kind(value):
                self._note(f"{name}: {_kind(own)} instead of {_kind(value)}")
                continue
            self.typed += 1
            self.equal += _essence(own) == _essence(value)

    def _note(self, text: str) -> None:
        self.differences[text] = self.differences.get(text, 0) + 1

    def __str__(self) -> str:
        shares = (f"{name} {100 * count / self.keys:.1f} %" for name, count in self._counts())
        return f"{self.keys} recorded keys: {', '.join(shares)}"

    def _counts(self) -> Iterator[tuple[str, int]]:
        yield from (("present", self.found), ("same type", self.typed), ("same value", self.equal))


def _essence(value: Any) -> Any:
    """A value without what no two runs have in common."""
    return _INSTANT.sub("instant", _GUID.sub("guid", value)) if isinstance(value, str) else value


def place_of(url: str) -> str:
    """The path of a URL, whichever operation it names."""
    return _GUID.sub("guid", "/" + url.split("://", 1)[-1].partition("/")[2].partition("?")[0])


type Path_ = tuple[str | int, ...]


def _leaves(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every value that is not a filled object or list, with its path."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    else:
        yield path, value


def _at(value: Any, path: Path_) -> tuple[bool, Any]:
    for step in path:
        fits = (isinstance(value, dict) and step in value) or (
            isinstance(value, list) and isinstance(step, int) and step < len(value)
        )
        if not fits:
            return False, None
        value = value[step]
    return True, value


def _kind(value: Any) -> str:
    return {bool: "boolean", int: "number", float: "number", str: "string", type(None): "null"}.get(
        type(value), type(value).__name__
    )
