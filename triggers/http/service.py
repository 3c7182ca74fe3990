"""The HTTP API about the app itself: its health, and its description."""

import asyncio
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import azure.functions as func
from azure.durable_functions import DurableFunctionsClient

from asr.errors import BadSetting
from asr.gateway.clock import now
from asr.gateway.session import connect
from asr.reporting.answers.health import Check, CheckName, Description, Health, Wellbeing
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
from triggers.asking import ENDED
from triggers.event_times import STARTED, last_event
from triggers.http import (
    audit,
    dashboard,
    drift,
    drills,
    evidence,
    failovers,
    fleet,
    plans,
    protections,
    recovery_plans,
    resuming,
    runs,
    sweeps,
    unprotections,
)
from triggers.http.histories import utc
from triggers.http.openapi import VERSION, description
from triggers.http.problems import answer
from triggers.http.route import Call, Route
from triggers.schedule import SWEEP_ID


async def health(call: Call) -> func.HttpResponse:
    """Tell whether the app can do its work, check by check: settings, Azure, rights, last sweep, store, events.

    Every check ends within seconds. An app that is degraded answers 200, one that is unhealthy 503.
    """
    found = await _health(call.client)
    return answer(found, status=503 if found.status is Wellbeing.UNHEALTHY else 200)


async def openapi(call: Call) -> func.HttpResponse:
    """Describe this API."""
    return answer(description(EVERY_ROUTE))


async def _health(client: DurableFunctionsClient) -> Health:
    try:
        settings, azure = read_settings(os.environ), await connect()
    except BadSetting as error:
        wrong = Check(name=CheckName.SETTINGS, status=Wellbeing.UNHEALTHY, detail=str(error))
        return health_of([wrong], VERSION, [])
    well = Check(name=CheckName.SETTINGS, status=Wellbeing.HEALTHY, detail="Every setting can be used.")
    moment = await now(settings)
    about_azure, store, sweep, unsent = await asyncio.gather(
        check_azure(azure),
        check_store(azure),
        _last_sweep(client, settings.sweep_schedule, moment),
        unsent_events(azure),
    )
    events = check_events(last_event(), moment, STARTED, unsent)
    return health_of([well, *about_azure, sweep, store, events], VERSION, list(settings.subscriptions))


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


ROUTES = (
    Route("GET", "health", health, {200: (Health,), 503: (Health,)}),
    Route("GET", "openapi.json", openapi, {200: (Description,)}),
)

EVERY_ROUTE = (
    *protections.ROUTES,
    *unprotections.ROUTES,
    *fleet.ROUTES,
    *drift.ROUTES,
    *audit.ROUTES,
    *plans.ROUTES,
    *failovers.ROUTES,
    *recovery_plans.ROUTES,
    *drills.ROUTES,
    *evidence.ROUTES,
    *sweeps.ROUTES,
    *runs.ROUTES,
    *resuming.ROUTES,
    *dashboard.ROUTES,
    *ROUTES,
)
"""Every route of the app."""
