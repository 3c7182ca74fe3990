"""One VM as its status shows it. Pure."""

from typing import Any

from asr.model.decision import Decision
from asr.model.run import VmState
from asr.model.vm_facts import HealthError, ProtectedItem, VmFacts
from asr.reporting.history import asked
from asr.reporting.outcome import outcome_of, outcome_shown, reasons_shown


def vm_status(
    vm_id: str,
    decision: Decision,
    facts: VmFacts | None,
    state: VmState | None,
    run: dict[str, Any] | None,
    prefix: str,
) -> dict[str, Any]:
    """What is decided now, the protected item as Azure tells it, the last outcome, the active run, the run ids."""
    return {
        "vmId": vm_id,
        "name": vm_id.rsplit("/", 1)[-1],
        "decision": decided(decision, prefix),
        "protectedItem": _item(facts.item) if facts and facts.item else None,
        "lastOutcome": outcome_of(state.last if state else None, prefix),
        "activeRun": run,
        "queued": len(state.queue) if state else 0,
        "runs": [{"id": entry.run, **asked(entry)} for entry in reversed(state.runs)] if state else [],
    }


def decided(decision: Decision, prefix: str) -> dict[str, Any]:
    """What is decided about one VM."""
    return {
        "action": decision.action.value,
        "profile": decision.profile,
        "outcome": outcome_shown(decision.outcome, prefix) if decision.outcome else None,
        "warnings": reasons_shown(decision.warnings, prefix),
    }


def _item(item: ProtectedItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.name,
        "state": item.state,
        "stateDescription": item.state_description,
        "health": item.health,
        "healthErrors": [_health_error(error) for error in item.health_errors],
        "percent": item.percent,
        "rpoSeconds": item.rpo_seconds,
        "recoveryRegion": item.recovery_region,
        "recoveryResourceGroupId": item.recovery_group_id,
        "recoveryAvailabilitySetId": item.recovery_availability_set_id,
        "recoveryNetworkId": item.recovery_network_id,
        "disks": list(item.disk_ids),
    }


def _health_error(error: HealthError) -> dict[str, str]:
    """Azure's own words."""
    return {
        "code": error.code,
        "message": error.message,
        "level": error.level,
        "recommendedAction": error.recommended_action,
    }
