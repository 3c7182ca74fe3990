"""Sweeps that a person asks for who does not want to wait for the timer."""

import os

import azure.functions as func

from asr.reporting.answers.runs import StartedSweep
from triggers.http.callers import requested_by
from triggers.http.problems import answer
from triggers.http.route import Call, Route
from triggers.http.runs import addresses
from triggers.schedule import SWEEP_ID, sweep_now


async def start_sweep(call: Call) -> func.HttpResponse:
    """Start a sweep now, or join the one that runs."""
    await sweep_now(call.client, call.settings, requested_by(call.request, None, os.environ, unnamed="sweep"))
    started = StartedSweep(**addresses(call, SWEEP_ID))
    return answer(started, status=202, headers={"Location": started.status_query_get_uri})


ROUTES = (Route("POST", "sweeps", start_sweep, {202: (StartedSweep,)}),)
