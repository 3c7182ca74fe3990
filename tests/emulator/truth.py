"""Comparing our JSON with recorded JSON: by key and by type, not by value."""

import json
from pathlib import Path
from typing import Any

SPECS = Path(__file__).parents[3] / "shared" / "specs"
RECORDED = SPECS / "Microsoft.RecoveryServices.SiteRecovery" / "recorded-2022-08-01"


def exchange(index: int) -> dict[str, Any]:
    """Return one exchange of the recorded life of a protected VM."""
    lines = (RECORDED / "A2A_selfcreated.jsonl").read_text(encoding="utf-8").splitlines()
    found: dict[str, Any] = json.loads(lines[index])
    return found


def shapes(value: Any, path: str = "") -> dict[str, str]:
    """Return every key path of a JSON value with the type that is there; list items share one path."""
    if isinstance(value, dict):
        found = {path: "object"} if path else {}
        for key, inner in value.items():
            found |= shapes(inner, f"{path}.{key}" if path else key)
        return found
    if isinstance(value, list):
        found = {path: "list"}
        for inner in value:
            found |= shapes(inner, f"{path}[]")
        return found
    kinds = {bool: "boolean", int: "number", float: "number", str: "text", type(None): "null"}
    return {path: kinds[type(value)]}


def missing(recorded: Any, ours: Any) -> list[str]:
    """Return the recorded key paths that we lack or have with another type."""
    have = shapes(ours)
    return [path for path, kind in shapes(recorded).items() if have.get(path) != kind]
