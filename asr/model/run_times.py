"""How long the latest runs took, by what they were for. Times are ISO 8601 texts in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run that has ended, when that was, and how many seconds it took."""

    run: str
    ended: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RunTimes:
    """The latest runs of each kind, the latest first."""

    kinds: Mapping[str, tuple[PastRun, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SecondsLeft:
    """How long a run will still take, by the `runs` of its kind that took longer than it has taken already."""

    low: float
    high: float
    runs: int
