"""What runs that drill a VM report. Pure."""

from typing import Any

from asr.model.drill import DrillStatus, MachineDrill
from asr.model.outcome import Outcome, State
from asr.planning.outcomes import bounded, plain


def drilled(machine: MachineDrill | None) -> dict[str, Any]:
    """The outcome of a VM's part: it stays protected, whether the drill passed or not; closed gates are a refusal."""
    if machine is None:
        return plain(Outcome(State.FAILED, facts={"step": "drill"}))
    facts = {
        "drill": machine.drill,
        "status": machine.status.value,
        "rto_seconds": machine.rto_seconds,
        "rpo_seconds": machine.rpo_seconds,
    }
    told = {"drill": {name: value for name, value in facts.items() if value is not None}}
    has_begun = (machine.test_vm_id or machine.begun_at) is not None
    state = State.PROTECTED if has_begun else State.REFUSED
    if machine.status is DrillStatus.FAILED and has_begun:
        state = State.FAILED
    return plain(bounded(Outcome(state, machine.reasons, machine.item_id, told)))
