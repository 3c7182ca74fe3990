"""Plans of failovers over HTTP: told before, kept under their hash, and compared when one is asked for by it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import azure.functions as func

from asr.errors import BadRequest, Rejected, TransientFault
from asr.gateway.clock import now
from asr.gateway.session import Azure, connect
from asr.model.failover import FailoverAction, FailoverRequest
from asr.model.outcome import Reason
from asr.model.resource_id import key, parse
from asr.model.vm_facts import ProtectedItem
from asr.planning.failover import LEAVING
from asr.planning.failover_plan import VmForecast, saved_forecast
from asr.planning.unfound import Unread
from asr.planning.waves import Waves, waves_of
from asr.reporting.failover_plan import failover_plans, failover_text
from asr.services.failover import find_failover_item, home_id, unread_of
from asr.services.failover_plans import forecast
from asr.services.recovery_plans import find_plans, torn, with_items
from triggers.http.ending_models import PlanRequest
from triggers.http.failover_machines import named_machines, plan_of, require_network
from triggers.http.failover_models import KINDS
from triggers.http.problems import answer
from triggers.http.route import Call
from triggers.http.saved_plans import keep_saved, moved_problem
from triggers.http.vm_ids import require_subscription

type VmAndItem = tuple[str, ProtectedItem | Unread | None]
"""A VM by its id at home; its item, None if no vault has one, or what would have to be read to know."""


async def plan_failovers(call: Call, body: PlanRequest) -> func.HttpResponse:
    """What a failover of these VMs, or of a recovery plan, would do: points, losses, quotas, addresses, waves."""
    action = KINDS[body.kind]
    if body.test_network_id is not None:
        require_network("testNetworkId", body.test_network_id)
    asked = FailoverRequest(body.recovery_point, body.test_network_id)
    azure = await connect()
    problems: dict[str, tuple[Reason, ...]] = {}
    waves = Waves(())
    if body.plan is not None:
        if body.vm_ids is not None or body.names is not None or body.scope is not None:
            raise BadRequest("plan", "name VMs by one of vmIds, names, scope and plan")
        plans = await find_plans(azure)
        vms = await with_items(azure, plan_of(plans, body.plan.strip().lower()))
        waves = waves_of(vm.member for vm in vms)
        waves = replace(waves, notes=(*plans.notes, *waves.notes))
        problems = {vm.vm_id: vm.said.problems for vm in vms}
        items = {key(vm.vm_id): vm.item or vm.unread for vm in vms}
        pairs: list[VmAndItem] = [(one.vm_id, items[key(one.vm_id)]) for one in waves.members]
    else:
        pairs = await _named(call, azure, body)
    for vm_id, _ in pairs:
        require_subscription(call.settings, parse(vm_id).subscription, "vmIds")
    found = await forecast_all(azure, pairs, action, asked, problems, waves)
    saved = saved_forecast(action, asked, found)
    await keep_saved(call.client, saved)
    at = (await now(azure.settings)).isoformat()
    told = failover_plans(body.kind, body.plan, saved.hash, found, waves, at, call.settings.tag_prefix)
    return func.HttpResponse(failover_text(told), mimetype="text/plain") if call.wants_text else answer(told)


async def forecast_all(
    azure: Azure,
    vms: Sequence[VmAndItem],
    action: FailoverAction,
    asked: FailoverRequest,
    problems: dict[str, tuple[Reason, ...]],
    waves: Waves,
) -> list[VmForecast]:
    """The forecasts of these VMs, with what stands against them: `problems` of their tags, and torn groups."""
    against = dict(problems)
    if action in LEAVING:
        items = [item for _, item in vms if isinstance(item, ProtectedItem)]
        groups = {key(item.id): why for item, why in await torn(azure, items)}
        for vm_id, item in vms:
            if isinstance(item, ProtectedItem) and key(item.id) in groups:
                against[vm_id] = (*against.get(vm_id, ()), groups[key(item.id)])
    numbers = {one.vm_id: wave.number for wave in waves.waves for one in wave.members}
    return await forecast(azure, vms, action, asked, against, numbers)


async def moved_failover(
    call: Call,
    azure: Azure,
    vms: Sequence[VmAndItem],
    action: FailoverAction,
    asked: FailoverRequest,
    hash_: str,
    problems: dict[str, tuple[Reason, ...]] | None = None,
    waves: Waves | None = None,
) -> func.HttpResponse | None:
    """The 409 for a plan of these VMs that no longer is what would be done; None when it still is."""
    found = await forecast_all(azure, vms, action, asked, problems or {}, waves or Waves(()))
    saved = saved_forecast(action, asked, found)
    return await moved_problem(call.client, call.settings, [vm_id for vm_id, _ in vms], saved, hash_)


async def _named(call: Call, azure: Azure, body: PlanRequest) -> list[VmAndItem]:
    named = await named_machines(call, body)
    items = await asyncio.gather(*(_found(azure, vm_id) for vm_id in named))
    pairs = [
        (await home_id(azure, item, vm_id) if isinstance(item, ProtectedItem) else vm_id, item)
        for vm_id, item in zip(named, items, strict=True)
    ]
    return list({key(vm_id): (vm_id, item) for vm_id, item in pairs}.values())


async def _found(azure: Azure, vm_id: str) -> ProtectedItem | Unread | None:
    try:
        return await find_failover_item(azure, vm_id)
    except (Rejected, TransientFault) as failure:
        return unread_of(failure)
