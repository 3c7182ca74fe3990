"""The protected item: begin its replication, and later write what only a Protected item takes."""

from typing import Any

from azure.durable_functions import Blueprint

from activities.operation import begun, unfinished, was_begun
from activities.step import as_step
from asr.codec import decode, encode
from asr.errors import Rejected
from asr.gateway.networks import read_network
from asr.gateway.session import Azure, connect
from asr.gateway.site_recovery import (
    Enable,
    begin_enable_protection,
    begin_set_test_network,
    get_protected_item,
    item_id,
)
from asr.gateway.site_recovery.running import find_running_enable
from asr.model.decision import ProtectionPlan, SettlePlan
from asr.model.step import Failed, Ready, Step
from asr.planning.foundation import enable_spec
from asr.planning.outcomes import protected
from asr.planning.reasons import reason
from asr.planning.reconcile import choose_subnet
from asr.planning.states import Phase, phase

bp = Blueprint()


async def enable_protection(request: dict) -> Step:
    """Replication of one VM is enabled: ready when its protected item exists, long before it is Protected."""
    azure = await connect()
    spec: dict[str, Any] = enable_spec(decode(ProtectionPlan, request["plan"]), request["ids"])
    container, name, vault = spec.pop("source_container_id"), spec.pop("item_name"), spec.pop("vault_id")
    waiting = await unfinished(azure, request)
    if isinstance(waiting, Failed):
        return await _begun_before(azure, vault, spec["vm_id"], item_id(container, name)) or waiting
    if waiting is not None:
        return waiting
    existing = await get_protected_item(azure, item_id(container, name))
    if existing is not None:
        return Ready(existing.id, "created" if was_begun(request) else "reused", existing.name)
    subnet = await _subnet(azure, spec["recovery_network_id"], spec.pop("source_subnet"))
    if subnet is None:
        return Failed(reason("NoSubnet", network=spec["recovery_network_id"]))
    enable = decode(Enable, {**spec, "recovery_subnet": subnet})
    try:
        operation = await begin_enable_protection(azure, container, name, enable)
    except Rejected as refusal:
        return await _begun_before(azure, vault, spec["vm_id"], item_id(container, name)) or Failed(refusal.reason)
    return begun(operation) if operation else Ready(item_id(container, name), "created", name)


async def settle_protection(request: dict) -> dict:
    """The item is Protected: write its test network if one is planned, and say that the VM is protected."""
    azure = await connect()
    waiting = await unfinished(azure, request)
    if waiting is not None:
        answer: dict[str, Any] = encode(waiting)
        return answer
    plan = decode(SettlePlan, {name: value for name, value in request.items() if name != "operation"})
    item = await get_protected_item(azure, plan.item_id)
    if item is None:
        raise Rejected(f"GET {plan.item_id}", 404, reason("ItemGone", item=plan.item_id))
    if plan.test_network_id is not None and not was_begun(request):
        operation = await begin_set_test_network(azure, item.id, plan.test_network_id)
        if operation is not None:
            step: dict[str, Any] = encode(begun(operation))
            return step
    return {"status": "ready", "id": item.id, "how": "updated", "outcome": protected(item.id, item.rpo_seconds)}


async def _begun_before(azure: Azure, vault_id: str, vm_id: str, item: str) -> Step | None:
    """What an earlier try began, whose answer was lost: its item, or its job that still runs; None if there is none.

    Azure takes the second enabling of a VM for a mistake, so only what it refused is looked at this way.
    """
    existing = await get_protected_item(azure, item)
    if existing is not None and phase(existing.state) is not Phase.FAILED:
        return Ready(existing.id, "reused", existing.name)
    operation = await find_running_enable(azure, vault_id, vm_id.rsplit("/", 1)[-1])
    return begun(operation) if operation else None


async def _subnet(azure: Azure, network_id: str, wanted: str) -> str | None:
    """The subnet of the recovery network that the VM fails over into."""
    network = await read_network(azure, network_id)
    return choose_subnet(wanted, network.subnets) if network else None


for _body in (enable_protection, settle_protection):
    bp.activity_trigger(input_name="request")(as_step(_body))
