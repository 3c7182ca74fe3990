"""Outcomes that orchestrators make from recorded input: total functions of plain JSON values. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from asr.codec import encode
from asr.model.outcome import Outcome, Reason, State
from asr.reasons import reason


def transient_fault_persisted(step: str, problem: str) -> Reason:
    """A fault that retries were meant to cure was still there when they were used up."""
    return reason("TransientFaultPersisted", step=step, problem=problem)


def not_finished(step: str, minutes: float, because: str) -> Reason:
    """Azure did not end what a step waited for within the time that a step may take."""
    return reason("StepNotFinished", step=step, minutes=f"{minutes:g}", because=because)


def operation_runs(operation: Mapping[str, Any]) -> str:
    """What a step waits for whose operation has not ended; the query of its URL may hold a signature."""
    return f"Azure's operation {operation['job'] or urlsplit(operation['url']).path} runs"


def internal_defect(step: str, kind: str) -> Reason:
    """An activity raised what it never should; only the kind is told, the text could hold anything."""
    return reason("InternalDefect", step=step, kind=kind)


def failed(step: str, cause: dict[str, Any]) -> dict[str, Any]:
    """The outcome of a run whose step failed for this reason."""
    return {
        "state": State.FAILED.value,
        "sentence": f"{step} failed: {cause['sentence']}",
        "reasons": [cause],
        "item_id": None,
    }


def unreported(run: str) -> dict[str, Any]:
    """The outcome of a run that was found ended although it never reported one."""
    cause = reason("RunEndedWithoutReport", run=run)
    return {"state": State.FAILED.value, "sentence": cause.sentence, "reasons": [encode(cause)], "item_id": None}


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


def protected(item_id: str, rpo_seconds: int | None) -> dict[str, Any]:
    """The outcome of a run that found or made everything as it should be."""
    lag = "" if rpo_seconds is None else f" The last recovery point is {rpo_seconds} seconds behind."
    return {
        "state": State.PROTECTED.value,
        "sentence": f"The VM is protected and can be failed over.{lag}",
        "reasons": [],
        "item_id": item_id,
    }
