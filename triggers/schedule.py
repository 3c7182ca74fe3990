"""The timer that starts sweeps."""

import os

import azure.functions as func
from azure.durable_functions import Blueprint

from asr.settings import read_settings
from triggers.asking import ENDED, pacing_of, release_all_stuck

bp = Blueprint()

SWEEP_ID = "sweep"
"""One sweep at a time; the instance of the last one is replaced."""


async def sweep_timer(timer: func.TimerRequest, client) -> None:  # type: ignore[no-untyped-def]
    """Start a sweep, unless the last one still runs."""
    settings = read_settings(os.environ)
    await release_all_stuck(client)
    last = await client.get_orchestration_state(SWEEP_ID, fetch_payloads=False)
    if last is None or last.runtime_status in ENDED:
        await client.schedule_new_orchestration("sweep", input={"pacing": pacing_of(settings)}, instance_id=SWEEP_ID)


bp.timer_trigger(arg_name="timer", schedule="%ASR_SWEEP_SCHEDULE%", run_on_startup=False)(
    bp.durable_client_input(client_name="client")(sweep_timer)
)
