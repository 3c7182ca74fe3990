"""The recovery point objective of a VM: how it stands, and how it stood in each month.

Times are ISO 8601 texts in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ObjectiveState(StrEnum):
    """`UNKNOWN`: the figure is too old to tell, and the points were not read."""

    MET = "met"
    BREACHED = "breached"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RpoMonth:
    """Seconds of one month in which the objective stood so."""

    met: float = 0.0
    breached: float = 0.0
    unknown: float = 0.0


@dataclass(frozen=True, slots=True)
class RpoRecord:
    """How an objective of so many minutes stood at `at`, and since when. `newest_point` is the last that is known.

    `months` are by name, such as `2026-11`.
    """

    minutes: int
    state: ObjectiveState
    since: str
    at: str
    newest_point: str | None = None
    months: Mapping[str, RpoMonth] = field(default_factory=dict)
