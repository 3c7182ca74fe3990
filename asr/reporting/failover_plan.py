"""What a failover would do, as HTTP shows it: values for programs, lines for people. Pure."""

from collections.abc import Iterator, Sequence

from asr.model.outcome import Reason
from asr.planning.failover import loss_seconds
from asr.planning.failover_plan import VmForecast, quotas_needed
from asr.planning.waves import Waves
from asr.reporting.answers import failover_plans as answers
from asr.reporting.answers.reasons import Reason as ReasonAnswer
from asr.reporting.forecast_text import heading, lasting, point_row, reason_rows, summary, text_of
from asr.reporting.outcome import reasons_shown
from asr.reporting.plan_text import row


def failover_plans(
    kind: str,
    plan: str | None,
    hash_: str,
    vms: Sequence[VmForecast],
    waves: Waves,
    at: str,
    prefix: str,
) -> answers.FailoverPlans:
    """The answer; `at` is now, ISO 8601 in UTC."""
    told = answers.FailoverPlans(
        operation="failover",
        kind=kind,
        plan=plan,
        hash=hash_,
        possible=all(vm.is_possible for vm in vms),
        vms=[_vm(vm, at, prefix) for vm in vms],
        waves=[
            answers.ForecastWave(wave=wave.number, vm_ids=[one.vm_id for one in wave.members]) for wave in waves.waves
        ],
        quotas=[
            answers.ForecastQuota(
                region=one.region, name=one.name, needed=one.needed, free=one.free, enough=one.needed <= one.free
            )
            for one in quotas_needed(vms)
        ],
        reasons=_shown(waves.notes, prefix),
    )
    return _told(told)


def failover_text(told: answers.FailoverPlans) -> str:
    """The same as lines for people."""
    return text_of((vm.lines for vm in told.vms), told.lines, (told.summary, f"plan hash: {told.hash}"))


def _told(told: answers.FailoverPlans) -> answers.FailoverPlans:
    """With its lines."""
    losses = [vm.recovery_point.age_seconds for vm in told.vms if vm.recovery_point]
    lost = f"; up to {lasting(max(losses))} would be lost" if losses else ""
    vms = [vm.model_copy(update={"lines": tuple(_lines(vm, told.kind))}) for vm in told.vms]
    last = summary(f"{told.kind.capitalize()} failover", len(vms), possible=told.possible)
    return told.model_copy(update={"vms": vms, "lines": (*_of_all(told),), "summary": f"{last}{lost}"})


def _lines(vm: answers.VmForecast, kind: str) -> Iterator[str]:
    yield heading(vm.vm_id, f"{kind} failover", vm.wave, possible=vm.possible)
    if vm.makes is not None:
        yield row("+", "machine", vm.makes.rpartition("/")[2], f"{vm.size or 'its size is not told'}, in {vm.region}")
    if vm.network_id is not None:
        taken = ", ".join(one.recovery_address or "the next that is free" for one in vm.addresses)
        yield row("=", "network", vm.network_id.rpartition("/")[2], f"address: {taken}" if taken else "")
    if vm.recovery_point is not None:
        yield point_row(vm.recovery_point)
    yield from reason_rows((*vm.reasons, *vm.not_carried))


def _of_all(told: answers.FailoverPlans) -> Iterator[str]:
    for one in told.quotas:
        figures = f"{one.needed:,} needed, {one.free:,} free"
        yield row("=" if one.enough else "!", "quota", f"{one.name} in {one.region}", figures)
    yield from reason_rows(told.reasons)


def _vm(vm: VmForecast, at: str, prefix: str) -> answers.VmForecast:
    item = vm.item
    return answers.VmForecast(
        vm_id=vm.vm_id,
        possible=vm.is_possible,
        wave=vm.wave,
        item_id=item.id if item else None,
        state=item.state if item else None,
        health=item.health if item else None,
        makes=item.next_vm_id if item else None,
        region=item.recovery_region if item else None,
        size=item.recovery_vm_size if item else None,
        cores=vm.size.vcpus if vm.size else None,
        network_id=item.recovery_network_id if item else None,
        addresses=list(_addresses(vm)),
        recovery_point=_point(vm, at),
        reasons=_shown(vm.reasons, prefix),
        not_carried=_shown(vm.lost, prefix),
    )


def _point(vm: VmForecast, at: str) -> answers.ForecastPoint | None:
    point = vm.point
    if point is None:
        return None
    return answers.ForecastPoint(
        id=point.id,
        at=point.at,
        app_consistent=point.is_app_consistent,
        age_seconds=loss_seconds(point.at, at) or 0,
        disks=len(point.disks),
    )


def _addresses(vm: VmForecast) -> Iterator[answers.ForecastAddress]:
    for interface in vm.item.interfaces if vm.item else ():
        for one in interface.addresses:
            yield answers.ForecastAddress(
                nic_id=interface.source_id,
                name=one.name,
                source_address=one.address,
                recovery_address=one.recovery_address,
                subnet=one.recovery_subnet or interface.recovery_subnet,
            )


def _shown(reasons: Sequence[Reason], prefix: str) -> list[ReasonAnswer]:
    return reasons_shown(reasons, prefix)
