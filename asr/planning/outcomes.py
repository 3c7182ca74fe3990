"""Outcomes that orchestrators make from recorded input: total functions of plain JSON values. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from asr.codec import decode, encode
from asr.model.outcome import Outcome, Reason, State
from asr.model.step import Operation
from asr.model.vm_facts import ProtectedItem
from asr.planning.states import item_facts
from asr.reasons import reason

MOST_BYTES = 2500
"""Bytes of all reasons of an outcome that a run reports, as JSON: its answer has more beside them."""


def transient_fault_persisted(step: str, problem: str) -> Reason:
    """A fault that retries were meant to cure was still there when they were used up."""
    return reason("TransientFaultPersisted", step=step, problem=problem)


def not_finished(step: str, minutes: float, because: str) -> Reason:
    """Azure did not end what a step waited for within the time that a step may take."""
    return reason("StepNotFinished", step=step, minutes=minutes, because=because)


def operation_runs(operation: Mapping[str, Any]) -> str:
    """What a step waits for whose operation has not ended."""
    running = decode(Operation, operation)
    return f"Azure's operation {running.job or running.path} runs"


def internal_defect(step: str, kind: str) -> Reason:
    """An activity raised what it never should; only the kind is told, the text could hold anything."""
    return reason("InternalDefect", step=step, kind=kind)


def version_unknown(version: object) -> Reason:
    """The run was begun by code whose recipe is another one, and that this code does not know."""
    return reason("RunVersionUnknown", version=str(version))


def failed(step: str, reasons: Iterable[Reason]) -> dict[str, Any]:
    """The outcome of a run whose step failed for these reasons."""
    return plain(Outcome(State.FAILED, tuple(reasons), facts={"step": step}))


def unreported(run: str) -> dict[str, Any]:
    """The outcome of a run that was found ended although it never reported one."""
    return plain(Outcome(State.FAILED, (reason("RunEndedWithoutReport", run=run),)))


def superseded() -> dict[str, Any]:
    """The outcome of a run that is not its VM's active one when it begins: it was given its turn and missed it."""
    return plain(Outcome(State.SUPERSEDED))


def enabling(item_id: str, warnings: tuple[Reason, ...]) -> dict[str, Any]:
    """The outcome of a run that enabled replication: initial replication goes on for hours without it."""
    return plain(bounded(Outcome(State.ENABLING, warnings, item_id)))


def completed(item: ProtectedItem, notes: tuple[Reason, ...], fields: tuple[str, ...]) -> dict[str, Any]:
    """The outcome of a run that made everything as it should be; `fields` are what it has put right."""
    facts = {"item": item_facts(item), **({"fixed": list(fields)} if fields else {})}
    return plain(bounded(Outcome(State.PROTECTED, notes, item.id, facts)))


def bounded(outcome: Outcome) -> Outcome:
    """The outcome as histories and entities keep it: of very many reasons the first, and how many more there are.

    Each of 64 disks may have its own. The status of the VM is decided anew, and tells them all.
    """
    kept: list[Reason] = []
    size = 0
    for one in outcome.reasons:
        size += len(json.dumps(encode(one)))
        if kept and size > MOST_BYTES:
            more = reason("MoreReasons", count=len(outcome.reasons) - len(kept))
            return replace(outcome, reasons=(*kept, more))
        kept.append(one)
    return outcome


def plain(outcome: Outcome) -> dict[str, Any]:
    """An outcome as JSON values."""
    values: dict[str, Any] = encode(outcome)
    return values


_ABSENCE = ("notfound", "missing", "invalidresourcereference")
"""What the codes have in common, in lower case, by which Azure's services say that something is not there."""


def tell_absence(reasons: Iterable[Reason]) -> bool:
    """Whether a step may have failed because something that it stands on is not there."""
    return any(word in reason.code.lower() for reason in reasons for word in _ABSENCE)
