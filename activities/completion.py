"""A Protected item is made as it is wanted: its settings are written, and disks are added to it."""

from typing import Any

from activities.operation import UNSEEN, begun, failure_of, followed, later, was_begun
from activities.run_plan import completion_plan
from activities.step import Answer, as_steps
from asr.errors import Rejected
from asr.gateway.session import Azure, connect
from asr.gateway.site_recovery import (
    ItemDocument,
    begin_add_disks,
    begin_change_item,
    begin_create_network_mapping,
    lacking,
    mapped_networks,
    read_item,
)
from asr.model.item_change import CompletionPlan
from asr.model.outcome import Reason
from asr.model.resource_id import key, same
from asr.model.specs import DiskSpec
from asr.model.step import Failed
from asr.planning.drift import vault_of
from asr.planning.outcomes import completed
from asr.reasons import reason
from asr.services.known import note_completed


async def complete_protection(request: dict) -> Answer:
    """The settings of the item of `{"run", "plan"}` are as they are wanted: read, changed, written whole, read again.

    What is so already is not written, so a second call writes nothing.
    """
    azure = await connect()
    plan = await completion_plan(azure, request)
    found = await item_to_complete(azure, plan)
    lacks = lacking(found, plan.change)
    if lacks and (failure := failure_of(request)):
        return Failed((failure,))
    if lacks and was_begun(request):
        return Failed((reason("ChangeNotTaken", item=found.item.id, what=list(lacks)),))
    if lacks:
        operation = await begin_change_item(azure, found, plan.change)
        if operation is not None:
            return await begun(azure, request["run"], operation)
        found = await item_to_complete(azure, plan)
        if untaken := lacking(found, plan.change):
            return Failed((reason("ChangeNotTaken", item=found.item.id, what=list(untaken)),))
    return await completed_item(azure, plan, found)


async def add_disks(request: dict) -> Answer:
    """The new disks of `{"run", "plan"}` are replicated, too; their initial replication goes on for hours."""
    azure = await connect()
    plan = await completion_plan(azure, request)
    found = await item_to_complete(azure, plan)
    missing = _missing(plan, found)
    if missing and (failure := failure_of(request)):
        return Failed((failure,))
    if missing and was_begun(request):
        return later(azure, UNSEEN)
    if missing:
        operation = await begin_add_disks(azure, found, missing)
        return await followed(azure, request["run"], operation, UNSEEN)
    return await completed_item(azure, plan, found)


async def map_network(request: dict) -> Answer:
    """The mapping number `{"run", "plan", "mapping"}` of the plan is there."""
    azure = await connect()
    plan = await completion_plan(azure, request)
    wanted, found = plan.mappings[request["mapping"]], await item_to_complete(azure, plan)
    is_there = any(
        same(start, wanted.primary_network_id) and same(to, wanted.recovery_network_id)
        for start, to in await mapped_networks(azure, vault_of(plan.item_id))
    )
    if not is_there and (failure := failure_of(request)):
        return Failed((failure,))
    if not is_there and was_begun(request):
        return later(azure, UNSEEN)
    if not is_there:
        operation = await begin_create_network_mapping(
            azure,
            wanted.primary_fabric_id,
            wanted.name,
            primary_network_id=wanted.primary_network_id,
            recovery_network_id=wanted.recovery_network_id,
            recovery_fabric_id=wanted.recovery_fabric_id,
        )
        return await followed(azure, request["run"], operation, UNSEEN)
    return await completed_item(azure, plan, found)


async def completed_item(azure: Azure, plan: CompletionPlan, found: ItemDocument) -> dict[str, Any]:
    """The outcome counts after the last step; what that has still to do is not told by the one before."""
    added: tuple[Reason, ...] = ()
    if plan.new_disks and not _missing(plan, found):
        names = [(disk.id or disk.uri or "").rsplit("/", 1)[-1] for disk in plan.new_disks]
        added = (reason("DisksAdded", disks=names),)
    await note_completed(azure, plan.vm_id, found.item)
    outcome = completed(found.item, (*added, *plan.warnings), plan.fields)
    return {"status": "ready", "id": found.item.id, "outcome": outcome}


async def item_to_complete(azure: Azure, plan: CompletionPlan) -> ItemDocument:
    """The plan's item as it is now.

    Raises:
        Rejected: it is gone, or Azure does not let it be read.
    """
    found = await read_item(azure, plan.item_id)
    if found is None:
        raise Rejected(f"GET {plan.item_id}", 404, reason("ItemGone", item=plan.item_id))
    return found


def _missing(plan: CompletionPlan, found: ItemDocument) -> tuple[DiskSpec, ...]:
    replicated = {key(one) for one in found.item.disk_ids}
    return tuple(disk for disk in plan.new_disks if key(disk.id or disk.uri or "") not in replicated)


ACTIVITIES = as_steps(complete_protection, add_disks, map_network)
