"""Sweeps that a person asks for who does not want to wait for the timer."""

import os

import azure.functions as func
from azure.durable_functions import Blueprint

from triggers.http.callers import requested_by
from triggers.http.problems import answer
from triggers.http.route import Call, Route, register
from triggers.schedule import SWEEP_ID, sweep_now

bp = Blueprint()


async def start_sweep(call: Call) -> func.HttpResponse:
    """Start a sweep now, or join the one that runs."""
    await sweep_now(call.client, call.settings, requested_by(call.request, None, os.environ, unnamed="sweep"))
    payload = call.client.create_http_management_payload(call.request, SWEEP_ID)
    return answer(payload, status=202, headers={"Location": payload["statusQueryGetUri"]})


ROUTES = (Route("POST", "sweeps", start_sweep, {202: "CheckStatus"}),)

register(bp, ROUTES)
