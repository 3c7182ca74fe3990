"""Where a protected item is not as it was asked for. Found by `asr.planning.drift`."""

from dataclasses import dataclass
from dataclasses import field as field_
from enum import StrEnum


class DriftDecision(StrEnum):
    """What is right to do: `FIX` what Site Recovery takes in place, `PROPOSE` to disable and enable, `REPORT` only."""

    FIX = "fix"
    PROPOSE = "propose"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference. `field` is that of the choice in requests, or what it is about where that is no choice.

    `in_place`: it can be put right without a new beginning, and without touching what is not ours alone.
    """

    field: str
    wished: str
    present: str
    decision: DriftDecision
    in_place: bool = field_(default=False, compare=False)
