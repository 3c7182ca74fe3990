"""What drills have left behind whose runs were lost: found by their records, and cleaned up by a command each."""

import logging
from datetime import datetime, timedelta

from azure.durable_functions import DurableFunctionsClient

from asr.errors import AutoprotectError
from asr.gateway.clock import now
from asr.gateway.drills import find_open, find_unfinished, forget_unfinished, read_drill
from asr.gateway.session import Azure, connect
from asr.model.failover import FailoverAction
from asr.model.run import Cause, RequestedBy
from asr.services.drills import close_lost, finish_drill
from asr.settings import Settings
from triggers.asking import ENDED, ask, new_request

_LOG = logging.getLogger(__name__)

YOUNG = timedelta(seconds=60)
"""A drill whose record is younger may still be about to be begun."""

_TO_THE_HOUR = 13
"""Characters of a time that tell its hour: a clean-up that failed is asked for again an hour later."""


async def tidy_drills(client: DurableFunctionsClient, settings: Settings) -> None:
    """Close the parts of drills whose runs are over, and ask for the clean-up of the test VMs that they left.

    A store or an Azure that does not answer stops no sweep: the next one looks again.
    """
    azure = await connect()
    try:
        for machine in await find_open(azure):
            state = await client.get_orchestration_state(machine.run, fetch_payloads=False)
            if state is not None and state.runtime_status not in ENDED:
                continue
            if await close_lost(azure, machine):
                continue
            hour = (await now(azure.settings)).isoformat()[:_TO_THE_HOUR]
            by = RequestedBy("sweep", verified=True)
            action = FailoverAction.CLEAN_UP.value
            await ask(
                client,
                await new_request(settings, action, f"{machine.drill}-left-{hour}", machine.vm_id, by, Cause.SWEEP),
                machine.run,
            )
        await _finish_lost(client, azure)
    except AutoprotectError as error:
        _LOG.warning("what drills have left could not be looked for: %s", type(error).__name__)


async def _finish_lost(client: DurableFunctionsClient, azure: Azure) -> None:
    """Keep the evidence of drills whose orchestration is over, or was lost with its task hub, and did not do so.

    Parts that it has not begun are closed as skipped; one whose run goes on is waited for.
    """
    at = await now(azure.settings)
    for id_ in await find_unfinished(azure):
        drill = await read_drill(azure, id_)
        if drill is None:
            await forget_unfinished(azure, id_)
            continue
        if at - datetime.fromisoformat(drill.asked_at) < YOUNG:
            continue
        state = await client.get_orchestration_state(id_, fetch_payloads=False)
        if state is not None and state.runtime_status not in ENDED:
            continue
        runs = [await client.get_orchestration_state(run, fetch_payloads=False) for run in drill.runs.values()]
        if all(one is None or one.runtime_status in ENDED for one in runs):
            await finish_drill(azure, id_, is_over=True)
