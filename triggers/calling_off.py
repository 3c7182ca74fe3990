"""How a drill is called off: noted first, then its orchestration is told; what has begun is cleaned up by itself."""

import logging
from collections.abc import Iterable

from azure.durable_functions import DurableFunctionsClient

from activities.ended_runs import is_over
from asr.errors import AutoprotectError
from asr.gateway.clock import now
from asr.gateway.drills import keep_called_off
from asr.gateway.session import Azure
from asr.model.drill import CalledOff
from asr.model.run import RequestedBy
from asr.services.giving_way import because_of, drills_under_way
from orchestrators.drill import OFF, TOLD

_LOG = logging.getLogger(__name__)


async def call_off(
    client: DurableFunctionsClient, azure: Azure, drill: str, by: RequestedBy, note: str | None
) -> CalledOff:
    """Call the drill off; who did so first stays. Each VM's run reads the note, so that a lost event delays only."""
    at = (await now(azure.settings)).isoformat()
    called = await keep_called_off(azure, drill, CalledOff(at, by.name, by.verified, note))
    if not await is_over(client, drill):
        await client.raise_orchestration_event(drill, TOLD, data={"run": "", "stage": OFF, "status": ""})
    return called


async def make_way(client: DurableFunctionsClient, azure: Azure, vm_ids: Iterable[str], by: RequestedBy) -> None:
    """Call off the drills that these VMs are part of: a real failover does not wait for a rehearsal, nor for a store
    that does not tell of any.
    """
    try:
        for place, drill in (await drills_under_way(azure, vm_ids)).items():
            await call_off(client, azure, drill.id, by, because_of(place))
    except AutoprotectError as error:
        _LOG.warning("drills could not be called off for a failover: %s", error)
