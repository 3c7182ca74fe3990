"""What a drill would do, as HTTP shows it: values for programs, lines for people. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from asr.codec import encode
from asr.model.drill import DrillRequest
from asr.model.outcome import Reason
from asr.model.resource_id import key
from asr.planning.drill import DEFAULT_PROBES, not_asked
from asr.planning.drill_gates import ExplainedDrill, gates
from asr.planning.failover import loss_seconds
from asr.planning.waves import Waves
from asr.reporting.answers import drill_plans as answers
from asr.reporting.answers.drills import Gate, Target
from asr.reporting.answers.failover_plans import ForecastPoint, ForecastWave
from asr.reporting.forecast_text import heading, lasting, point_row, reason_rows, summary, text_of
from asr.reporting.outcome import reasons_shown
from asr.reporting.plan_text import row


def drill_plan(
    plan: str | None,
    request: DrillRequest,
    vms: Sequence[tuple[str, ExplainedDrill]],
    refused: Mapping[str, Sequence[Reason]],
    waves: Waves,
    prefix: str,
) -> answers.DrillPlan:
    """The answer. `vms` are by their ids at home; `refused` says of those that keep the drill from being begun why."""
    against = {key(vm_id): reasons for vm_id, reasons in refused.items()}
    told = answers.DrillPlan(
        operation="drill",
        plan=plan,
        possible=not against,
        vms=[_vm(vm_id, one, request, against.get(key(vm_id)), prefix) for vm_id, one in vms],
        waves=[ForecastWave(wave=one.number, vm_ids=[vm.vm_id for vm in one.members]) for one in waves.waves],
        probes=[
            answers.PlannedProbe(kind=one.kind.value, where=not_asked(one).where, timeout_seconds=one.timeout_seconds)
            for one in request.probes or DEFAULT_PROBES
        ],
        target=Target(rto_minutes=request.target.rto_minutes, rpo_minutes=request.target.rpo_minutes),
        reasons=reasons_shown(waves.notes, prefix),
    )
    return _told(told)


def _vm(
    vm_id: str, vm: ExplainedDrill, request: DrillRequest, against: Sequence[Reason] | None, prefix: str
) -> answers.VmDrillPlan:
    item = vm.item
    network = vm.facts.network.id if vm.facts and vm.facts.network else request.test_network_id
    point = _point(vm, request.asked_at)
    most = request.target.rpo_minutes
    reasons = (*vm.reasons, *(one for one in against or () if one not in vm.reasons))
    return answers.VmDrillPlan(
        vm_id=vm_id,
        possible=against is None,
        told=vm.is_told,
        item_id=item.id if item else None,
        state=item.state if item else None,
        health=item.health if item else None,
        region=item.recovery_region if item else None,
        size=item.recovery_vm_size if item else None,
        network_id=(vm.plan.test_network_id if vm.plan else None) or network,
        recovery_point=point,
        meets_rpo=None if point is None or most is None else point.age_seconds <= most * 60,
        gates=[Gate(**encode(one)) for one in gates(vm.facts)] if vm.facts else [],
        reasons=reasons_shown(reasons, prefix),
    )


def _point(vm: ExplainedDrill, at: str) -> ForecastPoint | None:
    point = vm.point
    if point is None:
        return None
    return ForecastPoint(
        id=point.id,
        at=point.at,
        app_consistent=point.is_app_consistent,
        age_seconds=loss_seconds(point.at, at) or 0,
        disks=len(point.disks),
    )


def drill_plan_text(told: answers.DrillPlan) -> str:
    """The same as lines for people."""
    return text_of((vm.lines for vm in told.vms), told.lines, (told.summary,))


def _told(told: answers.DrillPlan) -> answers.DrillPlan:
    """With its lines. The gates of one machine are told one by one, those that hold of several by their number."""
    numbers = {vm_id: one.wave for one in told.waves for vm_id in one.vm_ids} if len(told.waves) > 1 else {}
    most, alone = told.target.rpo_minutes, len(told.vms) == 1
    vms = [
        vm.model_copy(update={"lines": tuple(_lines(vm, numbers.get(vm.vm_id), most, alone=alone))}) for vm in told.vms
    ]
    last = summary("Drill", len(vms), possible=told.possible)
    return told.model_copy(update={"vms": vms, "lines": (*_of_all(told),), "summary": last})


def _lines(vm: answers.VmDrillPlan, wave: int | None, most_minutes: float | None, *, alone: bool) -> Iterator[str]:
    yield heading(vm.vm_id, "drill", wave, possible=vm.possible)
    if vm.network_id is not None:
        where = ", ".join(one for one in (vm.size, f"in {vm.region}" if vm.region else None) if one)
        yield row("+", "test machine", vm.vm_id.rpartition("/")[2], where)
        yield row("=", "test network", vm.network_id.rpartition("/")[2])
    if vm.recovery_point is not None:
        yield point_row(vm.recovery_point, most_minutes)
    yield from _gates(vm, each=alone)
    yield from reason_rows(vm.reasons)


def _gates(vm: answers.VmDrillPlan, *, each: bool) -> Iterator[str]:
    holding = sum(1 for one in vm.gates if one.holds)
    if holding and not each:
        yield row("=", "gates", f"{holding} of {len(vm.gates)} hold")
    for one in vm.gates:
        if one.holds is None:
            yield row("?", "gate", one.name, "not told")
        elif not one.holds:
            yield row("!", "gate", one.name, "does not hold")
        elif each:
            yield row("=", "gate", one.name)
    if not vm.told:
        yield row("?", "gates", "not read in time", "its own run reads them")


def _of_all(told: answers.DrillPlan) -> Iterator[str]:
    for one in told.probes:
        yield row("=", "probe", one.where, f"within {lasting(one.timeout_seconds)}")
    for name, minutes in (("RTO", told.target.rto_minutes), ("RPO", told.target.rpo_minutes)):
        if minutes is not None:
            yield row("=", "target", f"{name} {lasting(minutes * 60)}")
    yield from reason_rows(told.reasons)
