"""The worlds that a stack can be started with, and what is in them."""

import json
import re
from pathlib import Path
from typing import Any

from local.stack import ROOT
from tests.e2e.stack import Stack

FOLDER = ROOT / "local" / "worlds"
MACHINES = "/Microsoft.Compute/virtualMachines/"
DOCUMENT = ROOT / "docs" / "worlds.md"


def with_machines() -> list[str]:
    """The names of the worlds that hold machines."""
    return sorted(path.stem for path in FOLDER.glob("*.json") if _machines(path))


def machines(up: Stack) -> list[str]:
    """The ids of the machines of the stack's subscription, as ARM lists them."""
    path = f"/subscriptions/{up.subscription}/providers/Microsoft.Compute/virtualMachines"
    return sorted(machine["id"] for machine in up.get(path, "2024-07-01")["value"])


def documented(world: str) -> dict[str, tuple[str, set[str]]]:
    """What the document about the worlds says of each machine of one: the decision, and the codes of its reasons."""
    sections = re.split(r"^## (.+)$", DOCUMENT.read_text(), flags=re.MULTILINE)
    section = dict(zip(sections[1::2], sections[2::2], strict=True))[world]
    rows = re.findall(r"^\| (`.+`) \| .+ \| (\w+)(.*) \|$", section, re.MULTILINE)
    code = re.compile(r"`([^`]+)`")
    return {name: (action, set(code.findall(codes))) for names, action, codes in rows for name in code.findall(names)}


def _machines(path: Path) -> list[str]:
    world: dict[str, Any] = json.loads(path.read_text())
    ids = [str(resource["id"]) for resource in world.get("resources", ())]
    return [id_ for id_ in ids if MACHINES in id_ and "/" not in id_.split(MACHINES)[1]]
