"""What drills have left behind whose runs were lost: found by their records, and cleaned up by a command each."""

import logging
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from azure.durable_functions import DurableFunctionsClient

from activities.ended_runs import is_expected, is_over
from asr.errors import AutoprotectError
from asr.gateway.clock import now
from asr.gateway.drills import find_open, find_unfinished, forget_unfinished, read_drill, read_machine, unfinished_since
from asr.gateway.removal import begin_delete
from asr.gateway.session import Azure, connect
from asr.model.drill import MachineDrill
from asr.model.failover import FailoverAction
from asr.model.run import Cause, RequestedBy
from asr.services.drill_ends import Left, close_lost, finish_drill, first_left
from asr.settings import Settings
from orchestrators.drill import RELEASE
from triggers.asking import ask, new_request

_LOG = logging.getLogger(__name__)

YOUNG = timedelta(seconds=60)
"""A drill whose record is younger may still be about to be begun."""

LONGEST_START = timedelta(minutes=10)
"""A drill that is not kept so long after it was asked for never will be: its process died."""

_TO_THE_HOUR = 13
"""Characters of a time that tell its hour: a clean-up that failed is asked for again an hour later."""


async def tidy_drills(client: DurableFunctionsClient, settings: Settings) -> None:
    """Close the parts of drills whose runs are over, and ask for the clean-up of the test VMs that they left.

    A store or an Azure that does not answer stops no sweep: the next one looks again. What is wrong with one part, as
    with a vault that may not be read, does not stop the others.
    """
    azure = await connect()
    try:
        parts = await find_open(azure)
        drills = await find_unfinished(azure)
    except AutoprotectError as error:
        _LOG.warning("what drills have left could not be looked for: %s", type(error).__name__)
        return
    for machine in parts:
        await _tried(machine.run, _tidy(client, settings, azure, machine))
    for drill in drills:
        await _tried(drill, _finish_lost(client, azure, drill))


async def _tried(what: str, work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except AutoprotectError as error:
        _LOG.warning("what is left of %s could not be looked at: %s", what, error)


async def _tidy(client: DurableFunctionsClient, settings: Settings, azure: Azure, machine: MachineDrill) -> None:
    """A run that waits for its drill to go on, and whose drill is over, is told to clean up; one that is over itself
    is closed once nothing is left of its test.
    """
    if not await is_over(client, machine.run):
        if machine.probed_at is not None and await is_over(client, machine.drill):
            await client.raise_orchestration_event(machine.run, RELEASE, data={})
        return
    left = await close_lost(azure, machine)
    if left is Left.ALONE:  # each sweep deletes the next of what was noted, and waits for nothing
        noted = await read_machine(azure, machine.drill, machine.vm_id) or machine
        first = await first_left(azure, noted)
        if first is not None:
            await begin_delete(azure, first)
    if left is not Left.STANDS:
        return
    hour = (await now(azure.settings)).isoformat()[:_TO_THE_HOUR]
    by = RequestedBy("sweep", verified=True)
    action = FailoverAction.CLEAN_UP.value
    request = await new_request(settings, action, f"{machine.drill}-left-{hour}", machine.vm_id, by, Cause.SWEEP)
    await ask(client, request, machine.run)


async def _finish_lost(client: DurableFunctionsClient, azure: Azure, id_: str) -> None:
    """Keep the evidence of a drill whose orchestration is over, or was lost with its task hub, and did not do so.

    Parts that it has not begun are closed as skipped; one whose run goes on, or waits for its turn, is waited for.
    """
    drill = await read_drill(azure, id_)
    at = await now(azure.settings)
    if drill is None:
        asked_at = await unfinished_since(azure, id_)
        if asked_at is not None and at - datetime.fromisoformat(asked_at) > LONGEST_START:
            await forget_unfinished(azure, id_)  # a younger one may be about to be kept, which is noted before
        return
    if at - datetime.fromisoformat(drill.asked_at) < YOUNG or not await is_over(client, id_):
        return
    for run in drill.runs.values():
        if not await is_over(client, run) or await is_expected(client, run):
            return
    await finish_drill(azure, id_, is_over=True)
