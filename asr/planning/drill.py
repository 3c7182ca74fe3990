"""Drills: what has to hold before one, what it measures, and when it has passed. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from asr.model.drill import (
    CleanUp,
    DrillNetwork,
    DrillStatus,
    MachineDrill,
    Probe,
    ProbeKind,
    ProbeResult,
)
from asr.model.outcome import Reason
from asr.model.preflight_facts import Size, Usage
from asr.model.resource_id import same
from asr.model.vm_facts import ProtectedItem
from asr.planning.failover import has_test_vm
from asr.reasons import reason

DEFAULT_PROBES = (Probe(ProbeKind.VM_RUNNING),)
"""What is probed when nothing is asked for: that Azure runs the VM at all."""


@dataclass(frozen=True, slots=True)
class DrillFacts:
    """What the gates of a drill are decided from. None where it was not, or could not be, read."""

    item: ProtectedItem
    network: DrillNetwork | None = None
    size: Size | None = None
    usages: tuple[Usage, ...] = ()


def gates(facts: DrillFacts) -> Iterator[Reason]:
    """What stands against a drill, besides what stands against any test failover."""
    item, network = facts.item, facts.network
    if item.health.lower() == "critical":
        yield reason("DrillItemCritical")
    if has_test_vm(item):
        yield reason("DrillTestVmStands", vm=item.test_vm_id or "not named yet")
    if network is not None:
        if item.recovery_network_id and same(network.id, item.recovery_network_id):
            yield reason("DrillInRecoveryNetwork", network=network.id)
        if network.peerings or network.gateways:
            reached = [*(f"peering {one}" for one in network.peerings), *(f"subnet {one}" for one in network.gateways)]
            yield reason("DrillNetworkNotIsolated", network=network.id, reaches=reached)
        if network.route_tables:
            yield reason("DrillNetworkRoutes", network=network.id, tables=list(network.route_tables))
    yield from _room(facts)


def _room(facts: DrillFacts) -> Iterator[Reason]:
    """The test VM needs cores, and the real failover, should it come now, the same again."""
    if facts.size is None or facts.size.vcpus is None:
        return
    cores = facts.size.vcpus
    for usage in facts.usages:
        if usage.name.lower() not in ("cores", facts.size.family.lower()):
            continue
        free = usage.limit - usage.used
        if free < cores:
            yield reason("DrillQuota", quota=usage.name, free=free, cores=cores)
        elif free < 2 * cores:
            yield reason("DrillWithoutReserve", quota=usage.name, free=free, cores=cores)


def not_asked(probe: Probe) -> ProbeResult:
    """The result of a probe that was not asked yet."""
    match probe.kind:
        case ProbeKind.TCP:
            where = f"tcp {probe.port}"
        case ProbeKind.HTTP:
            where = f"http {probe.port or 80}{probe.path}"
        case _:
            where = probe.kind.value
    return ProbeResult(probe.kind, where)


def is_open(probe: Probe, result: ProbeResult, began_at: str, now: str) -> bool:
    """Whether a probe is still to be asked."""
    return result.passed_at is None and _seconds(began_at, now) <= probe.timeout_seconds


def rto_seconds(asked_at: str, results: Iterable[ProbeResult]) -> float | None:
    """From the request to when the last of the probes had passed for the first time; None if one never did."""
    passed = [result.passed_at for result in results]
    if not passed or None in passed:
        return None
    return max(_seconds(asked_at, at) for at in passed if at is not None)


def closed(machine: MachineDrill) -> MachineDrill:
    """The VM's part of the drill once its test VM is down, or could not be taken down: passed, or failed and why."""
    found = [*machine.reasons]
    found += [
        reason("ProbeFailed", probe=one.where, attempts=one.attempts, problem=one.problem or "it was not asked")
        for one in machine.probes
        if one.passed_at is None
    ]
    found += _missed(machine)
    if machine.test_vm_id is not None and not machine.clean_up.done:
        found.append(reason("DrillNotCleanedUp", vm=machine.test_vm_id))
    codes = {one.code for one in found}
    status = DrillStatus.FAILED if codes & FAILING or machine.test_vm_id is None else DrillStatus.PASSED
    if "DrillCancelled" in codes:
        status = DrillStatus.CANCELLED
    return replace(machine, status=status, reasons=tuple(found))


def lost(machine: MachineDrill) -> Reason:
    """Why the part of a VM ended whose run is over without having closed it."""
    return reason("DrillCancelled", run=machine.run)


FAILING = frozenset(
    {"ProbeFailed", "RtoMissed", "RpoMissed", "DrillNotCleanedUp", "DrillCancelled", "TransientFaultPersisted"}
)
"""Reasons with which a drill has failed, beside those that ended it before its test VM was there."""


def _missed(machine: MachineDrill) -> Iterator[Reason]:
    rto, rpo = machine.target.rto_minutes, machine.target.rpo_minutes
    if rto is not None and machine.rto_seconds is not None and machine.rto_seconds > rto * 60:
        yield reason("RtoMissed", seconds=round(machine.rto_seconds), minutes=rto)
    if rpo is not None and machine.rpo_seconds is not None and machine.rpo_seconds > rpo * 60:
        yield reason("RpoMissed", seconds=round(machine.rpo_seconds), minutes=rpo)


def status_of(machines: Iterable[MachineDrill]) -> DrillStatus:
    """How the whole drill stands: running while one VM's part is, failed if one has failed."""
    found = {machine.status for machine in machines}
    for status in (DrillStatus.RUNNING, DrillStatus.FAILED, DrillStatus.CANCELLED):
        if status in found:
            return status
    return DrillStatus.PASSED if found else DrillStatus.RUNNING


def status_of_all(machines: Sequence[MachineDrill], total: int) -> DrillStatus:
    """The same, of a drill of so many VMs; those whose part has not begun are to come, unless another's has failed."""
    found = status_of(machines)
    return DrillStatus.RUNNING if found is DrillStatus.PASSED and len(machines) < total else found


def passed(machines: Iterable[MachineDrill]) -> int:
    """How many parts have passed."""
    return sum(1 for machine in machines if machine.status is DrillStatus.PASSED)


def proof(reads: dict[str, bool | None], at: str) -> CleanUp:
    """The clean-up as the reads of what the test had made show it: done when nothing of it is there any more."""
    return CleanUp(done=all(exists is False for exists in reads.values()), at=at, reads=reads)


def _seconds(first: str, last: str) -> float:
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()
