"""Machine sizes: what each offers, and where it is not to be had.

The data file holds common sizes with their documented limits. A machine may name any other of Azure's hundreds of
sizes, too; then nothing is known or checked about it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parents[2] / "data" / "sizes.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One size.

    Attributes:
        name: `Standard_D2s_v5`.
        family: the quota it counts against (`standardDSv5Family`).
        cores: vCPUs.
        memory_gb: memory in GiB.
        data_disks: how many data disks it takes at most.
        nics: how many network interfaces it takes at most.
        premium: whether it takes Premium disks.
        accelerated: whether it has accelerated networking.
        generations: the Hyper-V generations (`V1,V2`).
    """

    name: str
    family: str
    cores: int
    memory_gb: float
    data_disks: int
    nics: int
    premium: bool
    accelerated: bool
    generations: str


@cache
def sizes() -> Mapping[str, Size]:
    """Return every known size by its lower-cased name."""
    rows = json.loads(_DATA.read_text(encoding="utf-8"))["sizes"]
    return {row["name"].lower(): Size(**row) for row in rows}


def family_text(family: str) -> str:
    """Return a family's name for people (`Standard DSv5 Family vCPUs`)."""
    return f"Standard {family.removeprefix('standard').removesuffix('Family')} Family vCPUs"
