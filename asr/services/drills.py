"""Drills: the gates before one, and how a VM's part of it begins."""

from collections.abc import Coroutine
from typing import Any

from asr.errors import Rejected
from asr.gateway.clock import now
from asr.gateway.concurrency import side_by_side
from asr.gateway.drill_networks import recall_drill_network
from asr.gateway.drills import change_machine, forget_open, note_open, read_called_off
from asr.gateway.fence import may_write
from asr.gateway.quotas import read_sizes, read_usages
from asr.gateway.session import Azure
from asr.model.drill import DrillRequest, DrillStatus, MachineDrill, Moment
from asr.model.failover import FailoverAction, FailoverPlan, FailoverRequest
from asr.model.resource_id import subscription_of
from asr.model.vm_facts import ProtectedItem
from asr.planning.drill import DEFAULT_PROBES, not_asked, off, restarted
from asr.planning.drill_gates import DrillFacts, ExplainedDrill, against, gates
from asr.planning.unfound import unfound
from asr.reasons import blocks, reason
from asr.services.drilled import configuration_of
from asr.services.failover import decide_about, find_failover_item

APP = "app"
"""Who says so, in a timeline."""


async def explain_drill(azure: Azure, vm_id: str, request: DrillRequest) -> ExplainedDrill:
    """The gates, read and decided; it writes nothing."""
    return await explain_item(azure, vm_id, await find_failover_item(azure, vm_id), request)


async def explain_item(azure: Azure, vm_id: str, item: ProtectedItem | None, request: DrillRequest) -> ExplainedDrill:
    """The same of a VM whose item was found, or was not."""
    if item is None:
        return ExplainedDrill(None, None, unfound(vm_id, None).reasons)
    asked = FailoverRequest(request.recovery_point, request.test_network_id)
    decision = await decide_about(azure, item, FailoverAction.TEST, asked)
    if decision.plan is None:
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
    called = await read_called_off(azure, request.drill)
    if called is not None:
        plan = None
    is_refused = plan is None
    begun = MachineDrill(
        drill=request.drill,
        run=run,
        vm_id=vm_id,
        status=DrillStatus.CANCELLED if called else DrillStatus.FAILED if is_refused else DrillStatus.RUNNING,
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
        reasons=(*off(called), *reasons),
    )
    if not is_refused:
        await note_open(azure, begun)  # before a test VM is made, so that it cannot be forgotten
    kept = await change_machine(azure, request.drill, vm_id, lambda before: restarted(before, begun))
    if kept.status is not DrillStatus.RUNNING:
        await forget_open(azure, request.drill, vm_id)
    return plan if kept.status is DrillStatus.RUNNING else None


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
