"""One VM as its status shows it. Pure."""

from collections.abc import Iterable, Iterator

from asr.model.decision import Decision
from asr.model.fleet import FleetProblem, FleetRow
from asr.model.outcome import Reason
from asr.model.preflight_facts import Unread
from asr.model.run import VmState
from asr.model.vm_facts import HealthError, ProtectedItem
from asr.planning.drift import OF_THE_VM, drift_reason
from asr.planning.failover_offer import allowed_operations
from asr.planning.fleet_rows import condition_of
from asr.planning.fleet_state import Condition, FleetState
from asr.planning.homes import copy_of
from asr.reasons import same_reason
from asr.reporting.answers import protections as answers
from asr.reporting.fleet import deadline_of, objective_shown, problems_shown, side_of
from asr.reporting.history import summary
from asr.reporting.outcome import outcome_of, reasons_shown, stands
from asr.reporting.plan import decided


def vm_status(
    vm_id: str,
    decision: Decision,
    row: FleetRow,
    item: ProtectedItem | None,
    known: VmState | None,
    run: answers.Run | None,
    prefix: str,
    unread: Iterable[Unread] = (),
) -> answers.Status:
    """How the VM stands, what is decided now, the protected item as Azure tells it, the last outcome, the active run,
    the run ids.
    """
    condition = condition_of(row)
    return answers.Status(
        vm_id=vm_id,
        name=vm_id.rsplit("/", 1)[-1],
        exists=row.machine is not None,
        state=condition.state,
        side=side_of(row.item),
        running_vm_id=row.item.running_vm_id if row.item else None,
        copy_of=copy_of(row.made_by),
        reasons=reasons_shown(_reasons(condition, decision, row), prefix),
        decision=decided(decision, prefix),
        protected_item=_item(item) if item else None,
        allowed_operations=allowed_operations(item) if item else [],
        deadline=deadline_of(row),
        rpo=objective_shown(row.rpo, item, row.item_at),
        last_outcome=outcome_of(known.last if known else None, prefix),
        active_run=run,
        queued=len(known.queue) if known else 0,
        runs=[summary(entry) for entry in reversed(known.runs)] if known else [],
        problems=problems_shown([FleetProblem("preflight", one.request, one.reason) for one in unread], prefix),
    )


def unread_status(
    vm_id: str,
    row: FleetRow | None,
    known: VmState | None,
    run: answers.Run | None,
    problem: FleetProblem,
    prefix: str,
) -> answers.Status:
    """The same while Azure does not tell: how the VM stood in the last snapshot, if that has its item, else by the
    outcome of its last run.
    """
    last = outcome_of(known.last if known else None, prefix)
    by_row = row is not None and (row.item is not None or last is None)
    condition = condition_of(row) if by_row and row is not None else None
    item = row.item if row else None
    return answers.Status(
        vm_id=vm_id,
        name=vm_id.rsplit("/", 1)[-1],
        exists=row is None or row.machine is not None,
        state=condition.state if condition else stands(last) if last else FleetState.NOT_REQUESTED,
        side=side_of(item),
        running_vm_id=item.running_vm_id if item else None,
        copy_of=copy_of(row.made_by) if row else None,
        reasons=reasons_shown(condition.reasons, prefix) if condition else last.reasons if last else [],
        decision=None,
        protected_item=_item(item) if item else None,
        allowed_operations=None,
        deadline=deadline_of(row) if row else None,
        rpo=objective_shown(row.rpo, item, row.item_at) if row else None,
        last_outcome=last,
        active_run=run,
        queued=len(known.queue) if known else 0,
        runs=[summary(entry) for entry in reversed(known.runs)] if known else [],
        problems=problems_shown([problem], prefix),
    )


def _reasons(condition: Condition, decision: Decision, row: FleetRow) -> Iterator[Reason]:
    """Why the VM stands as it does, what is decided because of, and the choices that its item does not follow."""
    said = decision.outcome.reasons if decision.outcome else decision.warnings
    differing = (drift_reason(drift) for drift in row.drifts if drift.field not in OF_THE_VM)
    told: list[Reason] = []
    for reason in (*condition.reasons, *said, *differing):
        if not any(same_reason(reason, other) for other in told):
            told.append(reason)
    yield from told


def _item(item: ProtectedItem) -> answers.Item:
    return answers.Item(
        id=item.id,
        name=item.name,
        state=item.state,
        state_description=item.state_description,
        health=item.health,
        health_errors=[_health_error(error) for error in item.health_errors],
        percent=None if item.is_protected else item.percent,
        rpo_seconds=item.rpo_seconds,
        rpo_at=item.rpo_at,
        home_region=item.home_region,
        vm_id=item.vm_id,
        recovery_region=item.recovery_region,
        recovery_resource_group_id=item.recovery_group_id,
        recovery_availability_set_id=item.recovery_availability_set_id,
        recovery_network_id=item.recovery_network_id,
        disks=[answers.ItemDisk(id=id_) for id_ in item.disk_ids],
    )


def _health_error(error: HealthError) -> answers.HealthError:
    """Azure's own words."""
    return answers.HealthError(
        code=error.code,
        message=error.message,
        level=error.level,
        possible_causes=error.possible_causes,
        recommended_action=error.recommended_action,
    )
