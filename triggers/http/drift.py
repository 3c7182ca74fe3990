"""The HTTP API of differences: putting them right, as far as that takes no new beginning."""

import os
import uuid

import azure.functions as func

from asr.model.run import DRIFT, Cause
from asr.reporting.answers.protections import StartedProtections
from triggers.asking import new_request
from triggers.http.callers import requested_by
from triggers.http.commands import command
from triggers.http.machines import several_machines
from triggers.http.models import MachinesRequest, RequestedBy, RequestId, Wait
from triggers.http.route import Call, Route


class DriftRequest(MachinesRequest):
    """The body of POST /api/drift."""

    wait: Wait = 0
    request_id: RequestId = None
    requested_by: RequestedBy = None


async def apply_drift(call: Call) -> func.HttpResponse:
    """Ask that the VMs' items be put right: a command for each VM, which waits for its turn behind its active run.

    All is written that Site Recovery takes in place, whatever the choices `onDrift` and `newDisks` say: somebody asks.
    What takes a new beginning is left, and told in the outcome.
    """
    body = call.body(DriftRequest)
    wanted = await several_machines(call, body)
    by, request_id = requested_by(call.request, body.requested_by, os.environ), body.request_id or uuid.uuid4().hex
    asked = [await new_request(call.settings, DRIFT, request_id, vm, by, Cause.HTTP) for vm in wanted]
    return await command(call, asked, body.wait)


ROUTES = (
    Route(
        "POST",
        "drift",
        apply_drift,
        {200: (StartedProtections,), 202: (StartedProtections,)},
        body=DriftRequest,
        problems={
            404: "VmNotFound: there is no such VM; nothing was started.",
            409: "QueueFull: too many commands wait for a VM.",
        },
    ),
)
