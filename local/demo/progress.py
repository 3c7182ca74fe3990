"""From one answer of the app to what can be seen of a machine. Pure."""

from dataclasses import dataclass

from local.demo.http import Json

_STEPS = {
    "decide": "deciding",
    "foundation": "building the foundation",
    "enable": "enabling replication",
    "settle": "settling",
    "done": "reporting",
}
_ARRIVED = {"protected", "already_protected"}
_TURNED_DOWN = {"refused", "failed"}
PROTECTED = "Protected"
_LOOKING = {"starting", "decide", "done"}
"""Steps in which a run has not begun to change anything, or no longer does."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one machine has come.

    Attributes:
        step: what is being done for it.
        state: where it stands: not protected, refused, failed, or Site Recovery's own word for its replication.
        percent: of initial replication, 0 to 100; None before it begins.
        note: why it was refused, or failed, or could not be asked; otherwise empty.
        ended: whether it has come to rest, in so far as one look can tell.
    """

    step: str
    state: str
    percent: float | None = None
    note: str = ""
    ended: bool = False


WAITING = Progress("waiting for its event", "not protected")


def progress_of(status: Json) -> Progress:
    """What a status answer of the app comes to."""
    outcome: Json = status.get("lastOutcome") or {}
    item: Json = status.get("protectedItem") or {}
    run: Json | None = status.get("activeRun")
    outcome_state = outcome.get("state")
    protected = item.get("state") == PROTECTED
    if protected and outcome_state in _ARRIVED:
        return Progress("done", PROTECTED, 100.0, ended=True)
    if outcome_state in _TURNED_DOWN and (run is None or _step(run) in _LOOKING):
        return Progress(outcome_state, outcome_state, note=_why(outcome), ended=True)
    resting = "waiting for its completing run" if protected else "initial replication" if item else WAITING.step
    return Progress(
        step=_running(run) if run else resting,
        state=str(item.get("stateDescription") or item.get("state") or WAITING.state),
        percent=(100.0 if protected else float(item.get("percent") or 0)) if item else None,
    )


def _step(run: Json) -> str:
    return str((run.get("customStatus") or {}).get("step") or "starting")


def _running(run: Json) -> str:
    ensuring = (run.get("customStatus") or {}).get("ensuring") or ()
    kinds = sorted({str(key).split(":", 1)[0] for key in ensuring})
    step = _step(run)
    return f"{_STEPS.get(step, step)}{': ' if kinds else ''}{', '.join(kinds)}"


def _why(outcome: Json) -> str:
    reasons = outcome.get("reasons") or ()
    told = "; ".join(f"{reason['code']}: {reason['sentence']}" for reason in reasons)
    return told or str(outcome.get("sentence") or "")
