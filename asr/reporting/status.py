"""One VM as its status shows it. Pure."""

from typing import Any

from asr.codec import encode
from asr.model.decision import Decision
from asr.model.vm_facts import ProtectedItem, VmFacts
from asr.planning.lifecycle import Watch
from asr.reporting.outcome import outcome_of


def vm_status(
    vm_id: str, decision: Decision, facts: VmFacts | None, watch: Watch | None, run: dict[str, Any] | None
) -> dict[str, Any]:
    """What is decided now, the protected item as Azure tells it, the last outcome, the active run, the run ids."""
    return {
        "vmId": vm_id,
        "name": vm_id.rsplit("/", 1)[-1],
        "decision": decided(decision),
        "protectedItem": _item(facts.item) if facts and facts.item else None,
        "lastOutcome": outcome_of(watch.last if watch else None),
        "activeRun": run,
        "runs": [encode(note) for note in reversed(watch.runs)] if watch else [],
    }


def decided(decision: Decision) -> dict[str, Any]:
    """What is decided about one VM."""
    return {
        "action": decision.action.value,
        "profile": decision.profile,
        "outcome": outcome_of(encode(decision.outcome)) if decision.outcome else None,
        "warnings": [encode(warning) for warning in decision.warnings],
    }


def _item(item: ProtectedItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.name,
        "state": item.state,
        "stateDescription": item.state_description,
        "health": item.health,
        "healthErrors": [encode(error) for error in item.health_errors],
        "percent": item.percent,
        "rpoSeconds": item.rpo_seconds,
        "recoveryRegion": item.recovery_region,
        "recoveryResourceGroupId": item.recovery_group_id,
        "recoveryAvailabilitySetId": item.recovery_availability_set_id,
        "recoveryNetworkId": item.recovery_network_id,
        "disks": list(item.disk_ids),
    }
