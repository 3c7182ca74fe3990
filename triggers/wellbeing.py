"""How the app is: what GET /api/health answers, and what a timer tells for alerts."""

import asyncio
import logging
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from azure.durable_functions import DurableFunctionsClient

from asr.errors import AutoprotectError, BadSetting
from asr.gateway.clock import now
from asr.gateway.fleet_store import read_head
from asr.gateway.session import connect
from asr.model.version import PRODUCT_VERSION
from asr.reporting.answers.health import Check, CheckName, Health, Wellbeing
from asr.reporting.answers.health import health as health_of
from asr.services.health import (
    CHECK_SECONDS,
    LastSweep,
    check_azure,
    check_events,
    check_last_sweep,
    check_store,
    unsent_events,
)
from asr.settings import read_settings
from asr.telemetry.exporting import is_on
from asr.telemetry.names import CHECK, HEALTH, SWEEP_AGE
from asr.telemetry.signals import tell
from triggers.asking import ENDED
from triggers.event_times import STARTED, last_event
from triggers.http.histories import utc
from triggers.schedule import SWEEP_ID

_LOG = logging.getLogger(__name__)

_LEVELS = {Wellbeing.HEALTHY: 0, Wellbeing.DEGRADED: 1, Wellbeing.UNHEALTHY: 2}


async def wellbeing(client: DurableFunctionsClient) -> Health:
    """Every check: settings, Azure, rights, last sweep, store, events. Each ends within seconds, and each is told."""
    found = await _wellbeing(client)
    for check in found.checks:
        tell(HEALTH, _LEVELS[check.status], {CHECK: check.name})
    return found


async def tell_wellbeing(client: DurableFunctionsClient) -> None:
    """Tell of the app's health and the age of its last sweep, if anybody listens. What Azure does is not raised."""
    if not is_on():
        return
    try:
        await wellbeing(client)
        azure = await connect()
        head = await read_head(azure)
        if head is not None and head.sweep is not None:
            age = await now(azure.settings) - datetime.fromisoformat(head.sweep)
            tell(SWEEP_AGE, age.total_seconds())
    except AutoprotectError as error:
        _LOG.warning("the app's health could not be told: %s", type(error).__name__)


async def _wellbeing(client: DurableFunctionsClient) -> Health:
    try:
        settings, azure = read_settings(os.environ), await connect()
    except BadSetting as error:
        wrong = Check(name=CheckName.SETTINGS, status=Wellbeing.UNHEALTHY, detail=str(error))
        return health_of([wrong], PRODUCT_VERSION, [])
    well = Check(name=CheckName.SETTINGS, status=Wellbeing.HEALTHY, detail="Every setting can be used.")
    moment = await now(settings)
    about_azure, store, sweep, unsent = await asyncio.gather(
        check_azure(azure),
        check_store(azure),
        _last_sweep(client, settings.sweep_schedule, moment),
        unsent_events(azure),
    )
    events = check_events(last_event(), moment, STARTED, unsent)
    return health_of([well, *about_azure, sweep, store, events], PRODUCT_VERSION, list(settings.subscriptions))


async def _last_sweep(client: DurableFunctionsClient, schedule: str, moment: datetime) -> Check:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            state = await client.get_orchestration_state(SWEEP_ID)
    except Exception as error:  # noqa: BLE001 - whatever the task hub's client raises, health is to tell it
        detail = f"The task hub does not answer: {type(error).__name__}. See the app's storage connection."
        return Check(name=CheckName.LAST_SWEEP, status=Wellbeing.UNHEALTHY, detail=detail)
    last = None
    if state is not None:
        over = state.runtime_status in ENDED
        output = state.get_output() if over else None
        code = _problem(output) if isinstance(output, dict) else state.runtime_status.name if over else None
        last = LastSweep(utc(state.created_at), utc(state.last_updated_at) if over else None, code)
    return check_last_sweep(last, schedule, moment, STARTED)


def _problem(output: Mapping[str, Any]) -> str | None:
    """The code of the first reason for which the sweep ended early, or could not read all."""
    told = output.get("problems")
    problems = told if isinstance(told, list) else []
    return next((str(one["code"]) for one in problems if isinstance(one, dict) and "code" in one), None)
