"""One VM as its status shows it. Pure."""

from asr.model.decision import Decision
from asr.model.outcome import Reason
from asr.model.run import VmState
from asr.model.vm_facts import HealthError, ProtectedItem, VmFacts
from asr.planning.fleet_state import FleetState
from asr.reporting.answers import protections as answers
from asr.reporting.history import summary
from asr.reporting.outcome import outcome_of, reasons_shown
from asr.reporting.plan import decided


def vm_status(
    vm_id: str,
    state: FleetState,
    decision: Decision,
    facts: VmFacts | None,
    known: VmState | None,
    run: answers.Run | None,
    prefix: str,
) -> answers.Status:
    """What is decided now, the protected item as Azure tells it, the last outcome, the active run, the run ids."""
    reasons: tuple[Reason, ...] = decision.outcome.reasons if decision.outcome else decision.warnings
    return answers.Status(
        vm_id=vm_id,
        name=vm_id.rsplit("/", 1)[-1],
        state=state,
        reasons=reasons_shown(reasons, prefix),
        decision=decided(decision, prefix),
        protected_item=_item(facts.item) if facts and facts.item else None,
        last_outcome=outcome_of(known.last if known else None, prefix),
        active_run=run,
        queued=len(known.queue) if known else 0,
        runs=[summary(entry) for entry in reversed(known.runs)] if known else [],
    )


def _item(item: ProtectedItem) -> answers.Item:
    return answers.Item(
        id=item.id,
        name=item.name,
        state=item.state,
        state_description=item.state_description,
        health=item.health,
        health_errors=[_health_error(error) for error in item.health_errors],
        percent=item.percent,
        rpo_seconds=item.rpo_seconds,
        recovery_region=item.recovery_region,
        recovery_resource_group_id=item.recovery_group_id,
        recovery_availability_set_id=item.recovery_availability_set_id,
        recovery_network_id=item.recovery_network_id,
        disks=[answers.ItemDisk(id=id_) for id_ in item.disk_ids],
    )


def _health_error(error: HealthError) -> answers.HealthError:
    """Azure's own words."""
    return answers.HealthError(
        code=error.code, message=error.message, level=error.level, recommended_action=error.recommended_action
    )
