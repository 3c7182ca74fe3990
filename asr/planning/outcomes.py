"""Outcomes that orchestrators make from recorded input: total functions of plain JSON values. Pure."""

from typing import Any

from asr.codec import encode
from asr.model.outcome import Outcome, Reason, State


def transient_fault_persisted(step: str, problem: str) -> Reason:
    """A fault that retries were meant to cure was still there when they were used up."""
    return Reason(
        code="TransientFaultPersisted",
        sentence=f"{step} kept failing: {problem}",
        fix="Nothing has to be changed on the VM: the sweep tries again. If it goes on, look at Azure's status page.",
    )


def internal_defect(step: str, kind: str) -> Reason:
    """An activity raised what it never should; only the kind is told, the text could hold anything."""
    return Reason(
        code="InternalDefect",
        sentence=f"{step} ended with an unexpected {kind}.",
        fix="This is a defect of asr-autoprotect. The stack is in the app's log; please report it.",
    )


def failed(step: str, reason: dict[str, Any]) -> dict[str, Any]:
    """The outcome of a run whose step failed for this reason."""
    return {
        "state": State.FAILED.value,
        "sentence": f"{step} failed: {reason['sentence']}",
        "reasons": [reason],
        "item_id": None,
    }


def enabling(item_id: str, warnings: list[dict[str, Any]]) -> dict[str, Any]:
    """The outcome of a run that enabled replication: initial replication goes on for hours without it."""
    return {
        "state": State.ENABLING.value,
        "sentence": "Replication is enabled; initial replication is under way.",
        "reasons": warnings,
        "item_id": item_id,
    }


def plain(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON values."""
    values: dict[str, Any] = encode(outcome)
    return values
