"""How long to wait before looking again. Seconds throughout."""

from dataclasses import dataclass

SHORTEST_PAUSE = 0.05
"""A pause of nothing would be a busy loop."""

LONGEST_PAUSE = 600.0
"""However long Azure asks to wait, an operator who watches should see a sign of life every ten minutes."""


@dataclass(frozen=True, slots=True)
class Pacing:
    """The settings of the same names; what is retried doubles its pauses. `retry_attempts` counts the first try too."""

    poll_seconds: float
    retry_seconds: float
    retry_attempts: int


def pause(after_seconds: float | None, pacing: Pacing) -> float:
    """The pause before the next look: what Azure asks for (Retry-After), else the poll interval."""
    wanted = pacing.poll_seconds if after_seconds is None else after_seconds
    return min(max(wanted, SHORTEST_PAUSE), LONGEST_PAUSE)
