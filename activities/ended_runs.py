"""Which runs are over without having said so: terminated, failed, or purged."""

from azure.durable_functions import DurableFunctionsClient
from durabletask.client import OrchestrationStatus

ENDED = frozenset({OrchestrationStatus.COMPLETED, OrchestrationStatus.FAILED, OrchestrationStatus.TERMINATED})


async def find_ended_runs(request: dict, client) -> dict:  # type: ignore[no-untyped-def]
    """Of the instance ids `request["runs"]`, those that nothing more is to be expected of."""
    return {"status": "ready", "runs": [run for run in request["runs"] if await is_over(client, run)]}


async def is_over(client: DurableFunctionsClient, run: str) -> bool:
    """Whether nothing more is to be expected of this instance."""
    state = await client.get_orchestration_state(run, fetch_payloads=False)
    return state is None or state.runtime_status in ENDED
