"""Drills: the gates before one, its probes, the proof of its clean-up, and what is kept."""

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from asr.errors import Rejected, TransientFault
from asr.gateway.clock import now
from asr.gateway.concurrency import side_by_side
from asr.gateway.drill_networks import recall_drill_network
from asr.gateway.drills import (
    change_machine,
    forget_open,
    forget_unfinished,
    note_open,
    read_drill,
    read_health,
    read_machine,
    read_machines,
)
from asr.gateway.evidence_store import append_evidence
from asr.gateway.fence import may_write
from asr.gateway.marks import PRODUCT_VERSION
from asr.gateway.quotas import read_sizes, read_usages
from asr.gateway.resources import read
from asr.gateway.session import Azure
from asr.gateway.site_recovery import get_protected_item
from asr.model.drill import (
    Drill,
    DrillRequest,
    DrillStatus,
    MachineDrill,
    Moment,
)
from asr.model.evidence import Evidence
from asr.model.failover import FailoverAction, FailoverPlan, FailoverRequest, RecoveryPoint
from asr.model.outcome import Reason
from asr.model.resource_id import key, same, subscription_of
from asr.model.vm_facts import ProtectedItem
from asr.planning.drill import (
    DEFAULT_PROBES,
    closed,
    lost,
    not_asked,
    proof,
    skipped_part,
)
from asr.planning.drill_gates import DrillFacts, against, gates
from asr.planning.evidence import evidence_of
from asr.planning.evidence_facts import facts_of
from asr.reasons import blocks, reason
from asr.services.drilled import configuration_of, next_due, remember_drilled
from asr.services.failover import explain_failover

APP = "app"
"""Who says so, in a timeline."""


@dataclass(frozen=True, slots=True)
class ExplainedDrill:
    """What a VM's part of a drill would do; no plan if the item's state or a gate stands against it.

    `facts` are what the gates were decided from; None where there was no need to read them.
    """

    item: ProtectedItem | None
    plan: FailoverPlan | None
    reasons: tuple[Reason, ...]
    facts: DrillFacts | None = None
    point: RecoveryPoint | None = None


async def explain_drill(azure: Azure, vm_id: str, request: DrillRequest) -> ExplainedDrill:
    """The gates, read and decided; it writes nothing."""
    asked = FailoverRequest(request.recovery_point, request.test_network_id)
    item, decision = await explain_failover(azure, vm_id, FailoverAction.TEST, asked)
    if item is None or decision.plan is None:
        return ExplainedDrill(item, None, decision.reasons)
    facts = await _gate_facts(azure, item, decision.plan.test_network_id or "")
    network = decision.plan.test_network_id or ""
    outside = () if may_write(azure.settings, network) else (reason("TestNetworkNotAllowed", network=network),)
    reasons = tuple(sorted((*decision.reasons, *outside, *against(facts)), key=lambda one: not blocks(one)))
    plan = None if any(map(blocks, reasons)) else decision.plan
    return ExplainedDrill(item, plan, reasons, facts, decision.point)


async def begin_machine(azure: Azure, run: str, vm_id: str, request: DrillRequest) -> FailoverPlan | None:
    """The plan of the VM's test failover; None if a gate is closed, and then its part of the drill has failed."""
    explained = await explain_drill(azure, vm_id, request)
    item, plan, reasons = explained.item, explained.plan, explained.reasons
    at = (await now(azure.settings)).isoformat()
    is_refused = plan is None
    begun = MachineDrill(
        drill=request.drill,
        run=run,
        vm_id=vm_id,
        status=DrillStatus.FAILED if is_refused else DrillStatus.RUNNING,
        item_id=item.id if item else None,
        source_region=item.source_region if item else None,
        recovery_region=item.recovery_region if item else None,
        health=item.health if item else None,
        configuration=await configuration_of(azure, vm_id),
        point=explained.point,
        disks=len(item.disks) if item else None,
        network_id=plan.test_network_id if plan else None,
        target=request.target,
        probes=tuple(map(not_asked, request.probes or DEFAULT_PROBES)),
        timeline=(Moment(request.asked_at, "asked for", APP), Moment(at, "gates read", APP)),
        gates=gates(explained.facts) if explained.facts else (),
        reasons=reasons,
    )
    if not is_refused:
        await note_open(azure, begun)  # before a test VM is made, so that it cannot be forgotten
    kept = await change_machine(azure, request.drill, vm_id, lambda before: before or begun)
    return plan if kept.status is DrillStatus.RUNNING else None


async def close_machine(azure: Azure, vm_id: str, request: DrillRequest, reasons: Sequence[Reason]) -> MachineDrill:
    """The VM's part is over: read back that nothing of the test is left, and say how it went."""
    machine = await read_machine(azure, request.drill, vm_id)
    if machine is None:
        machine = MachineDrill(request.drill, "", vm_id)
    at = (await now(azure.settings)).isoformat()
    reads = {id_: await _exists(azure, id_) for id_ in dict.fromkeys((machine.test_vm_id or "", *machine.made)) if id_}
    clean = proof(reads, at)
    shown = (Moment(at, "nothing of the test is left" if clean.done else "something of the test is left", APP),)
    over = replace(
        machine,
        clean_up=clean,
        timeline=(*machine.timeline, *(shown if reads else ())),
        reasons=(*machine.reasons, *reasons),
    )
    done = closed(over)
    await change_machine(azure, request.drill, vm_id, lambda _: done)
    if clean.done or done.begun_at is None:
        await forget_open(azure, request.drill, vm_id)
    return done


async def close_lost(azure: Azure, machine: MachineDrill) -> bool:
    """Close the part of a VM whose run is over, once nothing of its test is left; False while something is.

    The test VM is the drill's own, if the item still names the one that the drill's test made: any other is left alone.
    """
    known = await read_drill(azure, machine.drill)
    if known is None:
        await forget_open(azure, machine.drill, machine.vm_id)
        return True
    if await lost_test_vm(azure, machine) is not None:
        return False
    await close_machine(azure, machine.vm_id, known.request, [lost(machine)])
    await forget_open(azure, machine.drill, machine.vm_id)
    await finish_drill(azure, machine.drill)
    return True


async def lost_test_vm(azure: Azure, machine: MachineDrill) -> str | None:
    """The test VM that this part of a drill has left standing; None if none does, or if it is another test's.

    What stands is the drill's own if it is the one that was noted; where the run was lost before that, if it had begun
    its test, for no test VM stood before.
    """
    if machine.begun_at is None:
        return None
    item = await get_protected_item(azure, machine.item_id) if machine.item_id else None
    standing = item.test_vm_id if item else None
    if standing is None or (machine.test_vm_id is not None and not same(standing, machine.test_vm_id)):
        return None
    return standing


async def finish_drill(azure: Azure, drill: str, *, is_over: bool = False) -> Evidence | None:
    """Keep the evidence of a drill once the parts of all its VMs are closed; None while one is not.

    `is_over`: nobody will begin the parts that have not begun; they are closed as skipped.
    """
    known = await read_drill(azure, drill)
    if known is None:
        return None
    at = (await now(azure.settings)).isoformat()
    machines = list(await read_machines(azure, drill))
    missing = {key(vm_id): vm_id for vm_id in known.runs} if is_over else {}
    for machine in machines:
        missing.pop(key(machine.vm_id), None)
    machines += [await _skip(azure, known, vm_id, at) for vm_id in missing.values()]
    if len(machines) < len(known.runs) or any(one.status is DrillStatus.RUNNING for one in machines):
        return None
    due = next_due(azure.settings.profiles, known.profile, at)
    facts = facts_of(known, machines, PRODUCT_VERSION, at, health=await read_health(azure, drill), next_due=due)
    evidence = await append_evidence(
        azure, drill, lambda number, previous: evidence_of(number, drill, facts, previous, at)
    )
    await remember_drilled(azure, known, machines, at)
    await forget_unfinished(azure, drill)
    return evidence


async def _skip(azure: Azure, drill: Drill, vm_id: str, at: str) -> MachineDrill:
    made = skipped_part(drill, vm_id, at)
    return await change_machine(azure, drill.id, vm_id, lambda before: before or made)


async def _gate_facts(azure: Azure, item: ProtectedItem, network_id: str) -> DrillFacts:
    subscription = subscription_of(item.recovery_group_id or item.id)
    async with side_by_side() as group:
        network = group.create_task(_or_none(recall_drill_network(azure, network_id)))
        sizes = group.create_task(_or_none(read_sizes(azure, subscription, item.recovery_region or "")))
        usages = group.create_task(_or_none(read_usages(azure, subscription, item.recovery_region or "")))
    wanted = (item.recovery_vm_size or "").lower()
    size = next((one for one in sizes.result() or () if one.name.lower() == wanted), None)
    return DrillFacts(item, network.result(), size, usages.result())


async def _or_none[T](reading: Coroutine[Any, Any, T]) -> T | None:
    """What may not be read is not known; what could not be read now is asked again by whoever asks."""
    try:
        return await reading
    except Rejected:
        return None


async def _exists(azure: Azure, id_: str) -> bool | None:
    """Whether it is there; None if Azure does not tell. Lists lag behind, so each is read on its own."""
    try:
        return await read(azure, id_) is not None
    except (Rejected, TransientFault):
        return None
