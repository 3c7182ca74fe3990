"""Plans as text for people: a line for each change. Pure."""

from collections.abc import Iterator, Mapping

from asr.model.change import ChangeType
from asr.reporting.answers.plans import PlannedResource, Plans, VmPlan

_SIGNS: Mapping[ChangeType, str] = {
    ChangeType.CREATE: "+",
    ChangeType.UPDATE: "~",
    ChangeType.REUSE: "=",
    ChangeType.ADOPT: "=",
    ChangeType.NONE: "=",
    ChangeType.DELETE: "-",
    ChangeType.FOLLOW: "-",
    ChangeType.ACT: "~",
    ChangeType.WAIT: "=",
    ChangeType.REFUSE: "!",
}

LEGEND = "+ create   ~ update   - delete   = reuse, adopt or leave   ! refuse"


def plan_text(plans: Plans) -> str:
    """The plans of some VMs, each with its changes, what they cost in writes and money, and the sums."""
    lines = [line for plan in plans.plans for line in (*_vm(plan), "")]
    refused = sum(1 for plan in plans.plans if plan.reasons)
    machines = _counted(len(plans.plans), "machine")
    against = f" ({refused} refused)" if refused else ""
    return "\n".join(
        (
            *lines,
            f"{machines}{against}: {_counted(plans.arm_writes, 'write')}{_monthly(plans.plans)}",
            f"plan hash: {plans.hash}",
            f"support matrix: version {plans.support_matrix.version} of {plans.support_matrix.as_of}",
            LEGEND,
            "",
        )
    )


def _vm(plan: VmPlan) -> Iterator[str]:
    where = f", {plan.region.source} to {plan.region.recovery}" if plan.region else ""
    yield f"{plan.name}: {plan.decision.action.value}{where}"
    if plan.region:
        yield f"    because {plan.region.because}"
    everything: list[PlannedResource] = [*plan.resources, *([plan.protected_item] if plan.protected_item else [])]
    for resource in everything:
        called = plan.name if resource is plan.protected_item else resource.name
        yield f"  {_SIGNS[resource.action]} {resource.kind} {called}: {resource.because}"
    if not everything and not plan.reasons and plan.decision.outcome:
        yield f"  = {plan.decision.outcome.sentence}"
    for reason in plan.reasons:
        yield f"  ! {reason.code}: {reason.sentence}"
        yield f"    fix: {reason.fix}"
    for warning in plan.warnings:
        yield f"  note {warning.code}: {warning.sentence}"
    yield f"  {_counted(plan.arm_writes, 'write')}{_monthly([plan])}"


def _monthly(plans: list[VmPlan]) -> str:
    costs = [plan.estimated_cost for plan in plans if plan.estimated_cost]
    if not costs:
        return ""
    total, first = sum(cost.per_month for cost in costs), costs[0]
    return f", about {total:.2f} {first.currency} a month by prices of {first.prices_as_of}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
