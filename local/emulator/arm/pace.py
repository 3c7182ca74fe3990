"""How long things take: one word for the whole emulator, one table of durations per provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class PaceMode(StrEnum):
    """The three speeds: done at the first poll, done in seconds, and as long as recorded real traffic took."""

    INSTANT = "instant"
    FAST = "fast"
    REAL = "real"


@dataclass(frozen=True, slots=True)
class Duration:
    """How long one kind of work takes, in seconds, in each mode.

    Attributes:
        real: as recorded or documented.
        fast: short enough to wait for, long enough to see.
        instant: normally zero: complete when anybody looks again.
    """

    real: float
    fast: float = 1.0
    instant: float = 0.0


DEFAULT_DURATION = Duration(real=5.0)


@dataclass(slots=True)
class Pace:
    """The present mode and every known duration.

    Attributes:
        mode: the present mode.
        durations: kind of work -> duration, merged from the providers' own tables.
        overrides: kind of work -> seconds, whatever the mode; set through `POST /_emulator/pace`.
    """

    mode: PaceMode = PaceMode.INSTANT
    durations: Mapping[str, Duration] = field(default_factory=dict)
    overrides: dict[str, float] = field(default_factory=dict)

    def seconds(self, kind: str) -> float:
        """Return how many seconds work of this kind takes now."""
        if kind in self.overrides:
            return self.overrides[kind]
        return float(getattr(self.durations.get(kind, DEFAULT_DURATION), self.mode.value))

    def retry_after(self, seconds: int) -> dict[str, str]:
        """Return the header that says when to look again: in `real` pace the Retry-After that Azure would send.

        In the other paces it is a fraction of a second, in the header that Azure's client libraries have for that:
        without any, and with `Retry-After: 0`, their pollers wait thirty seconds.
        """
        if self.mode is PaceMode.REAL:
            return {"Retry-After": str(seconds)}
        return {"x-ms-retry-after-ms": _LOOK_AGAIN_MS[self.mode]}


_LOOK_AGAIN_MS = {PaceMode.INSTANT: "100", PaceMode.FAST: "1000"}
