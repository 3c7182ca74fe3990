"""The protected item: begin its replication."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from activities.operation import UNSEEN, begun, failure_of, later, was_begun
from activities.run_plan import run_plan
from activities.step import Answer, as_steps
from asr.codec import encode, encode_compact
from asr.errors import Rejected
from asr.gateway.session import Azure, connect
from asr.gateway.site_recovery import get_protected_item
from asr.gateway.site_recovery.running import find_running_enable
from asr.model.change import ChangeType
from asr.model.resource_id import parse
from asr.model.specs import EnableSpec
from asr.model.step import Failed, Operation, Ready, Step, Wait
from asr.planning.outcomes import enabling as enabling_began
from asr.resources import protected_items as enabling
from asr.resources.azure_view import AzureView
from asr.services.run_plans import RunPlan

NETWORK_SECONDS = 120.0
"""How long what was read of a recovery network counts: many VMs come up in one."""


async def enable_protection(request: dict) -> Answer:
    """Replication of the VM of `{"run", "plan", "ids"}` is enabled: ready, with the run's outcome, when its protected
    item exists, long before it is Protected.
    """
    azure = await connect()
    plan = await run_plan(azure, request)
    match await _enabled(azure, plan, request):
        case Ready() as ready:
            return _told(ready, plan)
        case Wait(operation=Operation(), made=Ready() as ready) as wait:
            values: dict[str, Any] = encode_compact(replace(wait, made=None))
            return {**values, "made": _told(ready, plan), "status": wait.status}
        case step:
            return step


def _told(ready: Ready, plan: RunPlan) -> dict[str, Any]:
    return {**encode(ready), "outcome": enabling_began(ready.id, plan.warnings)}


async def _enabled(azure: Azure, plan: RunPlan, request: dict[str, Any]) -> Step:
    """The decision found no item, and Azure takes no second enabling: whether there is one is read after a refusal."""
    spec, ids = plan.enable, plan.ids_to_enable(request["ids"])
    if failure := failure_of(request):
        return await _begun_before(azure, request["run"], spec, ids) or Failed((failure,))
    if was_begun(request):
        return await _found(azure, spec, ids)
    compared = await _compared(azure, spec, ids, NETWORK_SECONDS)
    if compared.change.problems:
        compared = await _compared(azure, spec, ids, 0)
    change = compared.change
    if change.problems:
        return Failed(change.problems)
    try:
        operation = await enabling.apply(azure, compared)
    except Rejected as refusal:
        before = await _begun_before(azure, request["run"], spec, ids, is_refused=True)
        return before or Failed((refusal.reason,))
    made = Ready(change.id, ChangeType.CREATE)
    return await begun(azure, request["run"], operation, made) if operation else made


async def _compared(azure: Azure, spec: EnableSpec, ids: Mapping[str, str], seconds: float) -> enabling.Enabling:
    view = AzureView(azure, seconds or None)
    view.assume(enabling.ITEM, enabling.id_of(spec, ids), None)
    return await enabling.compare(view, spec, ids)


async def _begun_before(
    azure: Azure, run: str, spec: EnableSpec, ids: Mapping[str, str], *, is_refused: bool = False
) -> Step | None:
    """What an earlier try began, whose answer was lost: its item, or its job that still runs; None if there is none.

    Azure refuses to enable a VM a second time, so this is asked only after a refusal or a failure. That an item is
    there whose replication failed explains a refusal. Where the app may not read that, Azure's own reason stands.
    """
    try:
        return await _begun(azure, run, spec, ids, is_refused=is_refused)
    except Rejected:
        return None


async def _begun(azure: Azure, run: str, spec: EnableSpec, ids: Mapping[str, str], *, is_refused: bool) -> Step | None:
    existing = await get_protected_item(azure, enabling.id_of(spec, ids))
    if existing is not None:
        change = enabling.diff(enabling.ItemFound(existing, None), spec, ids).change
        if not change.problems:
            return Ready(change.id, change.change_type)
        if is_refused:
            return Failed(change.problems)
    operation = await find_running_enable(azure, spec.vault_id, parse(spec.vm_id).name, spec.item_name)
    return await begun(azure, run, operation) if operation else None


async def _found(azure: Azure, spec: EnableSpec, ids: Mapping[str, str]) -> Step:
    """A job was followed that was found by the VM's name, or is not known any more: only the item tells the rest."""
    existing = await get_protected_item(azure, enabling.id_of(spec, ids))
    return Ready(existing.id, ChangeType.REUSE) if existing else later(azure, UNSEEN)


ACTIVITIES = as_steps(enable_protection)
