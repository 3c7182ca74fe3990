"""What drills have left behind whose runs were lost: found by their records, and cleaned up by a command each."""

import logging

from azure.durable_functions import DurableFunctionsClient

from asr.errors import AutoprotectError
from asr.gateway.clock import now
from asr.gateway.drills import find_open
from asr.gateway.session import connect
from asr.model.failover import FailoverAction
from asr.model.run import Cause, RequestedBy
from asr.services.drills import close_lost
from asr.settings import Settings
from triggers.asking import ENDED, ask, new_request

_LOG = logging.getLogger(__name__)

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
    except AutoprotectError as error:
        _LOG.warning("what drills have left could not be looked for: %s", type(error).__name__)
