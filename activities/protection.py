"""The protected item: begin its replication, and later write what only a Protected item takes."""

from collections.abc import Mapping
from typing import Any

from activities.operation import UNSEEN, begun, failure_of, later, was_begun
from activities.run_plan import run_plan
from activities.step import Answer, as_steps
from asr.codec import decode, encode
from asr.errors import Rejected
from asr.gateway.session import Azure, connect
from asr.gateway.site_recovery import begin_set_test_network, get_protected_item
from asr.gateway.site_recovery.running import find_running_enable
from asr.model.change import ChangeType
from asr.model.decision import CompletionPlan
from asr.model.resource_id import parse
from asr.model.specs import EnableSpec
from asr.model.step import Failed, Ready, Step
from asr.planning.outcomes import enabling as enabling_began
from asr.planning.outcomes import protected
from asr.planning.states import Phase, phase
from asr.reasons import reason
from asr.resources import protected_items as enabling
from asr.resources.azure_view import AzureView
from asr.services.run_plans import RunPlan


async def enable_protection(request: dict) -> Answer:
    """Replication of the VM of `{"run", "plan", "ids"}` is enabled: ready, with the run's outcome, when its protected
    item exists, long before it is Protected.
    """
    azure = await connect()
    plan = await run_plan(azure, request)
    step = await _enabled(azure, plan, request)
    if not isinstance(step, Ready):
        return step
    return {**encode(step), "outcome": enabling_began(step.id, plan.warnings)}


async def _enabled(azure: Azure, plan: RunPlan, request: dict[str, Any]) -> Step:
    spec, ids = plan.enable, plan.ids_to_enable(request["ids"])
    if failure := failure_of(request):
        return await _begun_before(azure, request["run"], spec, ids) or Failed((failure,))
    compared = await enabling.compare(AzureView(azure), spec, ids)
    change = compared.change
    if change.problems:
        return Failed(change.problems)
    if not change.writes:
        return Ready(change.id, ChangeType.CREATE if was_begun(request) else change.change_type)
    if was_begun(request):
        return later(azure, UNSEEN)
    try:
        operation = await enabling.apply(azure, compared)
    except Rejected as refusal:
        return await _begun_before(azure, request["run"], spec, ids) or Failed((refusal.reason,))
    return await begun(azure, request["run"], operation) if operation else Ready(change.id, ChangeType.CREATE)


async def complete_protection(request: dict) -> Answer:
    """The item is Protected: write its test network if one is planned, and say that the VM is protected.

    It is asked with `{"run", "completion"}`.
    """
    azure = await connect()
    if failure := failure_of(request):
        return Failed((failure,))
    plan = decode(CompletionPlan, request["completion"])
    item = await get_protected_item(azure, plan.item_id)
    if item is None:
        return Failed((reason("ItemGone", item=plan.item_id),))
    if plan.test_network_id is not None and not was_begun(request):
        operation = await begin_set_test_network(azure, item.id, plan.test_network_id)
        if operation is not None:
            return await begun(azure, request["run"], operation)
    return {"status": "ready", "id": item.id, "outcome": protected(item)}


async def _begun_before(azure: Azure, run: str, spec: EnableSpec, ids: Mapping[str, str]) -> Step | None:
    """What an earlier try began, whose answer was lost: its item, or its job that still runs; None if there is none.

    Azure refuses to enable a VM a second time, so this is asked only after a refusal.
    """
    existing = await get_protected_item(azure, enabling.id_of(spec, ids))
    if existing is not None and phase(existing.state) is not Phase.FAILED:
        return Ready(existing.id, ChangeType.REUSE)
    operation = await find_running_enable(azure, spec.vault_id, parse(spec.vm_id).name, spec.item_name)
    return await begun(azure, run, operation) if operation else None


ACTIVITIES = as_steps(enable_protection, complete_protection)
