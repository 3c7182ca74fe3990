"""Where a protected item is not as it was asked for. Found by `asr.planning.drift`."""

from dataclasses import dataclass
from enum import StrEnum


class DriftDecision(StrEnum):
    """What is right to do: `FIX` what Site Recovery takes in place, `PROPOSE` to disable and enable, `REPORT` only."""

    FIX = "fix"
    PROPOSE = "propose"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference. `field` is the choice's name in requests, or `vm`, `osDisk`, `dataDisks`."""

    field: str
    wished: str
    present: str
    decision: DriftDecision
