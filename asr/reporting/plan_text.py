"""Plans for people, as Terraform's are read: a sign and a line for each resource, the sums and the cost last. Pure.

Everybody who shows a plan shows these lines: `Accept: text/plain`, the command line and the page.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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
_COUNTED = {"+": "to create", "~": "to update", "-": "to delete", "=": "to reuse", "!": "refused"}
_KIND_WIDTH = 20

LEGEND = "+ create  ~ update  - delete  = reuse, adopt or leave  ! refuse"


@dataclass(frozen=True, slots=True)
class Told:
    """Some plans for people: of each VM its lines, and the sums of all in one."""

    lines: tuple[tuple[str, ...], ...]
    summary: str


def tell(plans: Sequence[VmPlan]) -> Told:
    """The plans of some VMs. What one of them finds because an earlier one makes it is told there alone."""
    known: set[str] = set()
    counts: Counter[str] = Counter()
    lines = tuple(tuple(_vm(plan, known, counts)) for plan in plans)
    sums = ", ".join(f"{counts[sign]} {what}" for sign, what in _COUNTED.items() if counts[sign] or sign == "+")
    writes = sum(plan.arm_writes for plan in plans)
    return Told(lines, f"Plan: {sums}; {writes} {'write' if writes == 1 else 'writes'}{_monthly(plans)}")


def row(sign: str, kind: str, name: str, because: str = "") -> str:
    """A line for a resource, or for whatever else a plan names one by one."""
    return f"  {sign} {kind:<{_KIND_WIDTH}} {name}  {because}".rstrip()


def plan_text(told: Plans) -> str:
    """The whole answer as text."""
    lines = [line for plan in told.plans for line in (*plan.lines, "")]
    return "\n".join(
        (
            *lines,
            told.summary,
            f"plan hash: {told.hash}",
            f"support matrix: version {told.support_matrix.version} of {told.support_matrix.as_of}",
            LEGEND,
            "",
        )
    )


def _vm(plan: VmPlan, known: set[str], counts: Counter[str]) -> Iterator[str]:
    region = plan.region
    where = f", {region.source} -> {region.recovery} ({_short(region.because)})" if region else ""
    yield f"{plan.name}: {plan.decision.action.value}{where}"
    everything: list[PlannedResource] = [*plan.resources, *([plan.protected_item] if plan.protected_item else [])]
    above = 0
    for resource in everything:
        sign = _SIGNS[resource.action]
        if sign == "=" and resource.id.lower() in known:
            above += 1
            continue
        known.add(resource.id.lower())
        counts[sign] += 1
        called = plan.name if resource is plan.protected_item else resource.name
        yield row(sign, resource.kind, called, resource.because)
    if above:
        yield f"  = {above} as above"
    counts["!"] += bool(plan.reasons)
    for reason in plan.reasons:
        yield f"  ! {reason.code}: {reason.sentence}"
        yield f"    fix: {reason.fix}"
    if not everything and not plan.reasons and plan.decision.outcome:
        yield f"  = {plan.decision.outcome.sentence}"
    for warning in plan.warnings:
        yield f"  note {warning.code}: {warning.sentence}"


def _short(because: str) -> str:
    """Why this region, without naming it again."""
    return because.split(": ", 1)[-1].split(" (score", 1)[0]


def _monthly(plans: Sequence[VmPlan]) -> str:
    costs = [plan.estimated_cost for plan in plans if plan.estimated_cost]
    if not costs:
        return ""
    total, first = sum(cost.per_month for cost in costs), costs[0]
    return f"; about {total:,.2f} {first.currency} a month (prices of {first.prices_as_of})"
