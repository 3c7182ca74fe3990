"""What is kept of drills and failovers, so that a later change of it shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was kept of a drill or a failover. `about` is its id; `facts` are plain JSON values.

    `previous` is the hash of the evidence before it, `hash` that of this one with the previous: a later change of any
    of them shows.
    """

    number: int
    about: str
    kept_at: str
    facts: Mapping[str, Any]
    previous: str | None
    hash: str


@dataclass(frozen=True, slots=True)
class JobTask:
    """One task of a job of Site Recovery's: its name, its state, and when it ran. One that did not run has no times.

    Source: Replication Jobs - Get.
    """

    name: str
    state: str
    began_at: str | None = None
    ended_at: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedChain:
    """A part of the chain. `total` is the number of the last that was ever written, `problems` what is wrong by number.

    `next` is the number to go on with; None: that was all.
    """

    total: int
    evidence: tuple[Evidence, ...]
    problems: tuple[tuple[int, str], ...]
    next: int | None
