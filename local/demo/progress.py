"""How far a machine has come, from one answer of the app. Pure."""

from dataclasses import dataclass

from local.demo.operator import Json

_STEPS = {
    "decide": "deciding",
    "foundation": "building the foundation",
    "enable": "enabling replication",
    "complete": "completing",
    "done": "reporting",
}
_PROTECTED = {"protected", "already_protected"}
_TURNED_DOWN = {"refused", "failed"}


@dataclass(frozen=True, slots=True)
class Progress:
    """What one look has seen.

    Attributes:
        now: what is being done for the machine, or where it has come to rest.
        percent: of initial replication, 0 to 100; None before it begins.
        ended: whether it has come to rest.
        reasons: the codes of the reasons for which it was turned down.
        told: those reasons as sentences, each with what to do.
    """

    now: str
    percent: float | None = None
    ended: bool = False
    reasons: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


WAITING = Progress("waiting for its event")


def progress_of(status: Json) -> Progress:
    """What a status answer comes to."""
    outcome: Json = status.get("lastOutcome") or {}
    item: Json = status.get("protectedItem") or {}
    run: Json | None = status.get("activeRun")
    state = outcome.get("state")
    protected = item.get("state") == "Protected"
    percent = (100.0 if protected else float(item.get("percent") or 0)) if item else None
    if protected and state in _PROTECTED:
        return Progress("Protected", percent, ended=True)
    if run:
        return Progress(_running(run), percent)
    if state in _TURNED_DOWN:
        reasons: list[Json] = outcome.get("reasons") or []
        told = tuple(f"{reason['sentence']} {reason.get('fix') or ''}".strip() for reason in reasons)
        return Progress(state, percent, ended=True, reasons=tuple(reason["code"] for reason in reasons), told=told)
    return Progress("initial replication", percent) if item else WAITING


def _running(run: Json) -> str:
    custom: Json = run.get("customStatus") or {}
    kinds = sorted({str(key).split(":", 1)[0] for key in custom.get("ensuring") or ()})
    step = str(custom.get("step") or "starting")
    more = f" and {len(kinds) - 1} more" if len(kinds) > 1 else ""
    return f"{_STEPS.get(step, step)}{f': {kinds[0]}' if kinds else ''}{more}"
