"""What was asked of a recovery plan: its VMs wave by wave, as its run goes through them.

Times are ISO 8601 texts in UTC.
"""

from dataclasses import dataclass

from asr.model.run import RunRequest


@dataclass(frozen=True, slots=True)
class RunVm:
    """A VM of a wave. `goes_on`: the waves after its own are begun although it failed."""

    vm_id: str
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class RunWave:
    """A wave by its number. `parts` are begun side by side; each is one VM, or a consistency group."""

    number: int
    parts: tuple[tuple[RunVm, ...], ...]


@dataclass(frozen=True, slots=True)
class RecoveryRun:
    """One request about a plan. `action` is a `FailoverAction`; `skipped` are the VMs that it was to leave out.

    `ask` is what each VM is asked for, without its id. With `pause_hours` there is a pause before each further wave,
    of so many hours at most. `begun`: its waves were asked for; a process may have died before that.
    """

    id: str
    plan: str
    action: str
    asked_at: str
    requested_by: str
    verified: bool
    request_id: str
    waves: tuple[RunWave, ...]
    ask: RunRequest
    skipped: tuple[str, ...] = ()
    pause_hours: float | None = None
    begun: bool = False


@dataclass(frozen=True, slots=True)
class PlanTurn:
    """Which request of a plan is under way, or was the last; `at` is when it took the turn."""

    run: str
    at: str
