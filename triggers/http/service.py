"""The HTTP API about the app itself: its health, and its description."""

import azure.functions as func

from asr.reporting.answers.health import Description, Health, Wellbeing
from triggers.http import (
    audit,
    dashboard,
    drift,
    drill_cancelling,
    drills,
    evidence,
    failover_points,
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
from triggers.http.openapi import description
from triggers.http.problems import answer
from triggers.http.route import Call, Route
from triggers.wellbeing import wellbeing


async def health(call: Call) -> func.HttpResponse:
    """Tell whether the app can do its work, check by check: settings, Azure, rights, last sweep, store, events.

    Every check ends within seconds. An app that is degraded answers 200, one that is unhealthy 503.
    """
    found = await wellbeing(call.client)
    return answer(found, status=503 if found.status is Wellbeing.UNHEALTHY else 200)


async def openapi(call: Call) -> func.HttpResponse:
    """Describe this API."""
    return answer(description(EVERY_ROUTE))


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
    *failover_points.ROUTES,
    *recovery_plans.ROUTES,
    *drills.ROUTES,
    *drill_cancelling.ROUTES,
    *evidence.ROUTES,
    *sweeps.ROUTES,
    *runs.ROUTES,
    *resuming.ROUTES,
    *dashboard.ROUTES,
    *ROUTES,
)
"""Every route of the app."""
