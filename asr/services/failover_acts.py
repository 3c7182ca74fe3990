"""Failover: what begins each action with an item, how the item is found again, and what is told afterwards."""

from collections.abc import Awaitable, Callable, Mapping

from asr.errors import Rejected, TransientFault
from asr.gateway.machines import complete_disks
from asr.gateway.session import Azure
from asr.gateway.site_recovery.failover import (
    begin_cancel,
    begin_change_point,
    begin_clean_up_test,
    begin_commit,
    begin_failover,
    begin_switch,
    begin_test_failover,
)
from asr.gateway.site_recovery.items import get_protected_item, list_protected_items
from asr.gateway.site_recovery.points import list_recovery_points
from asr.model.failover import FailoverAction, FailoverPlan
from asr.model.resource_id import same
from asr.model.step import Operation
from asr.model.vm_facts import ProtectedItem, VirtualMachine
from asr.planning.failover import LEAVING
from asr.planning.failover_outcomes import After
from asr.planning.fleet_state import machine_of, seen_vm
from asr.planning.reprotection import cache_of, disks_back, homecoming
from asr.planning.source import source_reasons
from asr.reasons import reason
from asr.services.decide import find_machine
from asr.services.failover import power_state
from asr.services.known import remember


async def find_again(azure: Azure, plan: FailoverPlan) -> ProtectedItem | None:
    """The item of the plan as it is now; after a reprotection it lies in the other container, in the same life.

    Until it is Protected again a turned item tells no lifecycle, so it is looked for at its new id first. What is not
    at its place is looked for among all items of its vault: one read alone never makes an item gone.
    """
    places = [id_ for id_ in (plan.item_id, plan.turned_id) if id_]
    for id_ in places:
        item = await get_protected_item(azure, id_)
        if item is not None:
            return item
    vault = "/".join(plan.item_id.split("/")[:9])
    for one in await list_protected_items(azure, vault):
        is_there = any(same(one.id, id_) for id_ in places)
        if is_there or (plan.lifecycle_id and one.lifecycle_id and same(one.lifecycle_id, plan.lifecycle_id)):
            return one
    return None


async def begin(azure: Azure, plan: FailoverPlan, item: ProtectedItem) -> Operation | None:
    """Begin what the plan is about.

    Raises:
        Rejected: Azure refuses, also when an earlier try has begun it.
    """
    return await _BEGIN[plan.action](azure, plan, item)


async def told_after(azure: Azure, plan: FailoverPlan, item: ProtectedItem) -> After:
    """What is found out when an action was carried out."""
    if plan.action is FailoverAction.REPROTECT:
        await _remember_replicated(azure, item)
    power = await power_state(azure, item.vm_id) if plan.action in LEAVING else None
    return After(source_reasons(plan.action, item, power), await _point_at(azure, plan, item), power)


async def _point_at(azure: Azure, plan: FailoverPlan, item: ProtectedItem) -> str | None:
    """Of the latest point the item tells afterwards which one it was; what was planned is not what was taken."""
    if item.point_id is None:
        return plan.point_at
    try:
        points = await list_recovery_points(azure, item.id)
    except (Rejected, TransientFault):
        return plan.point_at
    return next((point.at for point in points if same(point.id, item.point_id)), plan.point_at)


async def _remember_replicated(azure: Azure, item: ProtectedItem) -> None:
    """The VM that came home may be another one by its GUID; from now on it is the one that the item protects."""
    machine = await find_machine(azure, item.vm_id) if item.is_home else None
    if machine is not None:
        await remember(azure, machine.id, seen_vm(machine_of(machine)))


async def _begin_reprotection(azure: Azure, _plan: FailoverPlan, item: ProtectedItem) -> Operation | None:
    vm_id = item.recovered_vm_id or item.next_vm_id or ""
    machine = await find_machine(azure, vm_id)
    if machine is None:
        raise Rejected(f"GET {vm_id}", 404, reason("RecoveredVmGone", vm=vm_id))
    disks = disks_back(item, await complete_disks(azure, machine))
    return await begin_switch(azure, item, disks, cache_of(item).id, homecoming(item, await _left(azure, item)))


async def _left(azure: Azure, item: ProtectedItem) -> VirtualMachine | None:
    """The VM that the failover left; None where it is gone, or its region does not answer."""
    try:
        return await find_machine(azure, item.vm_id)
    except (Rejected, TransientFault):
        return None


async def _begin_test(azure: Azure, plan: FailoverPlan, item: ProtectedItem) -> Operation | None:
    return await begin_test_failover(azure, item.id, plan.test_network_id or "", plan.point_id)


async def _begin_clean_up(azure: Azure, _plan: FailoverPlan, item: ProtectedItem) -> Operation | None:
    return await begin_clean_up_test(azure, item.id, "asr-autoprotect")


async def _begin_planned(azure: Azure, plan: FailoverPlan, item: ProtectedItem) -> Operation | None:
    return await begin_failover(azure, item.id, plan.point_id, shut_down_source=True)


async def _begin_unplanned(azure: Azure, plan: FailoverPlan, item: ProtectedItem) -> Operation | None:
    return await begin_failover(azure, item.id, plan.point_id, shut_down_source=False)


async def _begin_change_point(azure: Azure, plan: FailoverPlan, item: ProtectedItem) -> Operation | None:
    return await begin_change_point(azure, item.id, plan.point_id or "")


async def _begin_cancel(azure: Azure, _plan: FailoverPlan, item: ProtectedItem) -> Operation | None:
    return await begin_cancel(azure, item.id)


async def _begin_commit(azure: Azure, _plan: FailoverPlan, item: ProtectedItem) -> Operation | None:
    return await begin_commit(azure, item.id)


_BEGIN: Mapping[FailoverAction, Callable[[Azure, FailoverPlan, ProtectedItem], Awaitable[Operation | None]]] = {
    FailoverAction.TEST: _begin_test,
    FailoverAction.CLEAN_UP: _begin_clean_up,
    FailoverAction.PLANNED: _begin_planned,
    FailoverAction.UNPLANNED: _begin_unplanned,
    FailoverAction.FAIL_BACK: _begin_planned,
    FailoverAction.CHANGE_POINT: _begin_change_point,
    FailoverAction.CANCEL: _begin_cancel,
    FailoverAction.COMMIT: _begin_commit,
    FailoverAction.REPROTECT: _begin_reprotection,
}
