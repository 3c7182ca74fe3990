"""The HTTP API about the app itself: its health, and its description."""

import azure.functions as func
from azure.durable_functions import Blueprint

from asr.errors import BadSetting
from triggers.http import plans, protections, sweeps
from triggers.http.openapi import description
from triggers.http.problems import answer
from triggers.http.route import Call, Route, register

bp = Blueprint()


async def health(call: Call) -> func.HttpResponse:
    """Tell that the app is alive, and whether its configuration can be used."""
    try:
        settings = call.settings
    except BadSetting as error:
        return answer({"status": "misconfigured", "problems": list(error.problems)}, status=503)
    return answer({"status": "healthy", "subscriptions": list(settings.subscriptions), "problems": []})


async def openapi(call: Call) -> func.HttpResponse:
    """Describe this API."""
    return answer(description(EVERY_ROUTE))


ROUTES = (
    Route("GET", "health", health, {200: "Health", 503: "Health"}),
    Route("GET", "openapi.json", openapi, {200: "Description"}),
)

EVERY_ROUTE = (*protections.ROUTES, *plans.ROUTES, *sweeps.ROUTES, *ROUTES)
"""Every route of the app."""

register(bp, ROUTES)
