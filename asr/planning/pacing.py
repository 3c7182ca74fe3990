"""How long to wait before looking again. Seconds throughout."""

from dataclasses import dataclass

SHORTEST_PAUSE = 0.05
"""A pause of nothing would be a busy loop."""

LONGEST_PAUSE = 600.0
"""However long Azure asks to wait, an operator who watches should see a sign of life every ten minutes."""

LONGEST_RETRY_PAUSE = 300.0
"""Where doubling stops."""


@dataclass(frozen=True, slots=True)
class Pacing:
    """The settings of the same names. `retry_attempts` counts the first try too."""

    poll_seconds: float
    retry_seconds: float
    retry_attempts: int


def pause(after_seconds: float | None, pacing: Pacing) -> float:
    """The pause before the next look: what Azure asks for (Retry-After), else the poll interval."""
    wanted = pacing.poll_seconds if after_seconds is None else after_seconds
    return min(max(wanted, SHORTEST_PAUSE), LONGEST_PAUSE)


def retry_pause(attempt: int, pacing: Pacing) -> float:
    """The pause after the n-th failed try, counted from 1: it doubles."""
    doublings = min(max(attempt, 1) - 1, 20)
    return float(min(max(pacing.retry_seconds * 2**doublings, SHORTEST_PAUSE), LONGEST_RETRY_PAUSE))
