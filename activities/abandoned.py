"""VMs whose active run ended without a report: a sweep frees them, by the entities that it reads anyway."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from azure.durable_functions import DurableFunctionsClient
from durabletask.client import OrchestrationQuery, OrchestrationStatus
from durabletask.entities import EntityInstanceId

from activities.ended_runs import find_ended
from asr.codec import decode
from asr.gateway.clock import now
from asr.model.run import VmState
from asr.planning.lifecycle import abandoned
from asr.planning.naming import vm_key
from asr.settings import Settings

type Keep = Callable[[VmState, str], Awaitable[None]]
"""What is to be kept of a VM's run that will not report, before the VM is freed."""

UNDER_WAY = (OrchestrationStatus.RUNNING, OrchestrationStatus.PENDING, OrchestrationStatus.SUSPENDED)


async def release_abandoned(
    client: DurableFunctionsClient, settings: Settings, kept: Iterable[Mapping[str, Any]], keep: Keep
) -> dict[str, VmState]:
    """Of the states as entities keep them, those whose run will not report, by VM: as they are once it is freed.

    One query tells which runs are under way; only the others are asked about one by one.
    """
    query = OrchestrationQuery(runtime_status=list(UNDER_WAY), fetch_inputs_and_outputs=False)
    alive = {instance.instance_id for instance in await client.get_all_orchestration_states(query)}
    doubtful = [state["vm_id"] for state in kept if state.get("active") and state["active"]["run"] not in alive]
    released = {vm_id: await _released(client, settings, vm_id, keep) for vm_id in doubtful}
    return {vm_id: state for vm_id, state in released.items() if state is not None}


async def _released(client: DurableFunctionsClient, settings: Settings, vm_id: str, keep: Keep) -> VmState | None:
    """It may have reported since it was read, so it is read once more; None if it knows nothing any more."""
    key = vm_key(vm_id)
    id_ = EntityInstanceId("VirtualMachine", key)
    entity = await client.get_entity(id_, include_state=True)
    kept = entity.get_typed_state(dict) if entity else None
    if not kept:
        return None
    state = decode(VmState, kept)
    ended = await find_ended(client, settings, state)
    if ended is None:
        return state
    await keep(state, ended)
    report = {"run": ended, "vm_id": vm_id, "at": (await now(settings)).isoformat()}
    await client.signal_entity(id_, "abandon", input=report)
    return abandoned(state, ended, report["at"], key)[0]
