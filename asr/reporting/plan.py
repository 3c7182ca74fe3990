"""Plans as answers. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from asr.model.change import Change
from asr.model.choices import Choice
from asr.model.decision import Action, Decision, ProtectionPlan
from asr.model.matrix import Matrix
from asr.planning.fleet_state import FleetState
from asr.planning.plan import VmPlan, plan_hash
from asr.planning.plan_cost import CostInput, Estimate
from asr.planning.plan_diff import Moved
from asr.reporting.answers import plans as answers
from asr.reporting.outcome import outcome_shown, reasons_shown, stands
from asr.reporting.plan_text import tell

_FIELDS = {field.alias or name for name, field in answers.PlannedDisk.model_fields.items()}

_AFTER = {Action.COMPLETE: FleetState.PROTECTED, Action.END: FleetState.UNPROTECTED}
"""How a VM stands after a run that was decided so, where it is not being enabled."""


def plans(planned: Sequence[VmPlan], matrix: Matrix, tag_prefix: str) -> answers.Plans:
    """The answer of POST /api/plans, with the support matrix that they were decided by."""
    parts = [vm_plan(plan, tag_prefix) for plan in planned]
    told = tell(parts)
    return answers.Plans(
        hash=plan_hash(planned),
        support_matrix=answers.SupportMatrix(version=matrix.version, as_of=matrix.as_of),
        arm_writes=sum(plan.writes for plan in planned),
        summary=told.summary,
        plans=[part.model_copy(update={"lines": lines}) for part, lines in zip(parts, told.lines, strict=True)],
        total=len(parts),
    )


def vm_plan(plan: VmPlan, prefix: str) -> answers.VmPlan:
    """One VM's part."""
    wanted = plan.decision.plan
    return answers.VmPlan(
        vm_id=plan.vm_id,
        name=plan.name,
        state=_state(plan),
        decision=decided(plan.decision, prefix),
        region=_region(wanted) if wanted else None,
        choices=[_choice(choice) for choice in wanted.choices] if wanted else [],
        resources=[_resource(resource, prefix) for resource in plan.resources],
        protected_item=_item(plan.item, prefix) if plan.item else None,
        reasons=reasons_shown(plan.reasons, prefix),
        warnings=reasons_shown(plan.decision.warnings, prefix),
        estimated_cost=_cost(plan.estimate) if plan.estimate else None,
        arm_writes=plan.writes,
        hash=plan.hash,
    )


def decided(decision: Decision, prefix: str) -> answers.Decision:
    """What is decided about one VM."""
    return answers.Decision(
        action=decision.action,
        profile=decision.profile,
        outcome=outcome_shown(decision.outcome, prefix) if decision.outcome else None,
        warnings=reasons_shown(decision.warnings, prefix),
    )


def difference(moved: Moved, prefix: str) -> answers.Difference:
    """One entry of the diff between a kept plan and the plan of now."""
    return answers.Difference(
        vm_id=moved.vm_id,
        kind=moved.kind,
        id=moved.id,
        name=moved.id.rsplit("/", 1)[-1],
        sentence=_moved(moved, prefix),
        changed=list(moved.changed),
        planned=dict(moved.planned) if moved.planned is not None else None,
        now=dict(moved.now) if moved.now is not None else None,
    )


def _state(plan: VmPlan) -> FleetState:
    """How the VM would stand after a run."""
    if plan.decision.outcome is not None:
        return stands(plan.decision.outcome)
    if plan.problems:
        return FleetState.FAILED
    return _AFTER.get(plan.decision.action, FleetState.ENABLING)


def _moved(moved: Moved, prefix: str) -> str:
    told = [reason.sentence for reason in reasons_shown(moved.reasons, prefix)]
    return f"{moved.sentence.rstrip('.')}: {' '.join(told)}" if told else moved.sentence


def _region(plan: ProtectionPlan) -> answers.PlannedRegion:
    return answers.PlannedRegion(source=plan.source_region, recovery=plan.recovery_region, because=plan.region_reason)


def _choice(choice: Choice) -> answers.PlannedChoice:
    return answers.PlannedChoice(name=choice.name, value=choice.value, origin=choice.origin, because=choice.because)


def _resource(resource: Change, prefix: str) -> answers.PlannedResource:
    return answers.PlannedResource(
        kind=resource.kind,
        action=resource.change_type,
        name=resource.name,
        id=resource.id,
        values=dict(resource.values),
        because=_because(resource, prefix),
    )


def _item(item: Change, prefix: str) -> answers.PlannedItem:
    """The disks stand beside the other values: people want to see them first."""
    values = dict(item.values)
    disks = values.pop("disks", ())
    return answers.PlannedItem(
        kind=item.kind,
        action=item.change_type,
        name=item.name,
        id=item.id,
        values=values,
        because=_because(item, prefix),
        disks=[_disk(disk) for disk in disks] if isinstance(disks, Iterable) else [],
    )


def _disk(disk: object) -> answers.PlannedDisk:
    """Of an item that is there only the ids of its disks are known."""
    if isinstance(disk, Mapping):
        return answers.PlannedDisk.model_validate({name: value for name, value in disk.items() if name in _FIELDS})
    return answers.PlannedDisk(id=str(disk))


def _because(resource: Change, prefix: str) -> str:
    told = [reason.sentence for reason in reasons_shown(resource.problems, prefix)]
    return " ".join(told) or resource.because


def _cost(estimate: Estimate) -> answers.EstimatedCost:
    return answers.EstimatedCost(
        currency=estimate.prices.currency,
        per_month=round(estimate.per_month, 2),
        prices_as_of=estimate.prices.as_of,
        inputs=[_line(line) for line in estimate.inputs],
    )


def _line(line: CostInput) -> answers.CostInput:
    return answers.CostInput(
        what=line.what,
        quantity=round(line.quantity, 3),
        unit=line.rate.unit,
        price=line.rate.price,
        per_month=round(line.per_month, 2),
        because=line.because,
        basis=line.rate.basis,
        note=line.rate.note,
        source=line.rate.source,
    )
