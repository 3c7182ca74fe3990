"""The HTTP API of differences: putting them right, as far as that takes no new beginning."""

import os
import uuid

import azure.functions as func
from pydantic import Field

from asr.model.run import DRIFT, Cause
from asr.reporting.answers.protections import StartedProtections
from triggers.asking import new_request
from triggers.http.callers import requested_by
from triggers.http.commands import accept, answered
from triggers.http.machines import several_machines
from triggers.http.models import LONGEST_WAIT, MachinesRequest
from triggers.http.route import Call, Route


class DriftRequest(MachinesRequest):
    """The body of POST /api/drift."""

    wait: float = Field(
        default=0,
        ge=0,
        le=LONGEST_WAIT,
        strict=True,
        description=f"Seconds that the answer may wait for outcomes, {LONGEST_WAIT:g} at most.",
    )
    request_id: str | None = Field(
        default=None,
        alias="requestId",
        min_length=1,
        max_length=128,
        description="The caller's own name for the request: posted again, it is the same one, and nothing is started.",
    )
    requested_by: str | None = Field(
        default=None,
        alias="requestedBy",
        min_length=1,
        max_length=128,
        description="Who asks, as the history shows it; a person who is signed in is named by the platform instead.",
    )


async def apply_drift(call: Call) -> func.HttpResponse:
    """Ask that the VMs' items be put right: a command for each VM, which waits for its turn behind its active run.

    All is written that Site Recovery takes in place, whatever the choices `onDrift` and `newDisks` say: somebody asks.
    What takes a new beginning is left, and told in the outcome.
    """
    body = call.body(DriftRequest)
    wanted = await several_machines(call, body)
    by, request_id = requested_by(call.request, body.requested_by, os.environ), body.request_id or uuid.uuid4().hex
    asked = [await new_request(call.settings, DRIFT, request_id, vm, by, Cause.HTTP) for vm in wanted]
    accepted = await accept(call, asked)
    if isinstance(accepted, func.HttpResponse):
        return accepted
    return await answered(call, asked, accepted, body.wait)


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
