"""Which runs are over without having said so: terminated, failed, or purged."""

from azure.durable_functions import DurableFunctionsClient
from durabletask.client import OrchestrationStatus
from durabletask.entities import EntityInstanceId

from asr.codec import decode
from asr.gateway.clock import now
from asr.model.run import VmState
from asr.planning.lifecycle import is_overdue, run_id
from asr.settings import Settings

ENDED = frozenset({OrchestrationStatus.COMPLETED, OrchestrationStatus.FAILED, OrchestrationStatus.TERMINATED})


async def find_ended_runs(request: dict, client) -> dict:  # type: ignore[no-untyped-def]
    """Of the instance ids `request["runs"]`, those that nothing more is to be expected of."""
    return {"status": "ready", "runs": [run for run in request["runs"] if await is_over(client, run)]}


async def is_over(client: DurableFunctionsClient, run: str) -> bool:
    """Whether nothing more is to be expected of this instance."""
    state = await client.get_orchestration_state(run, fetch_payloads=False)
    return state is None or state.runtime_status in ENDED


async def is_expected(client: DurableFunctionsClient, run: str) -> bool:
    """Whether the VM's entity still has this run before it: it waits behind others, or is about to begin."""
    vm = run.rpartition("-")[0]
    kept = await client.get_entity(EntityInstanceId("VirtualMachine", vm), include_state=True)
    state = decode(VmState, found) if kept and (found := kept.get_typed_state(dict)) else None
    if state is None:
        return False
    starts = state.active is not None and state.active.run == run and not state.active.begun
    return starts or any(run_id(vm, one.request_id) == run for one in state.queue)


async def find_ended(client: DurableFunctionsClient, settings: Settings, state: VmState | None) -> str | None:
    """The VM's active run if it has ended without telling: terminated, failed, or purged since."""
    if state is None or state.active is None:
        return None
    instance = await client.get_orchestration_state(state.active.run, fetch_payloads=False)
    over = instance.runtime_status in ENDED if instance else is_overdue(state.active, await now(settings))
    return state.active.run if over else None
