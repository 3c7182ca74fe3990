"""The HTTP API by which a person calls a drill off."""

import os

import azure.functions as func
from pydantic import Field

from asr.gateway.drills import find_unfinished, read_drill, read_machines
from asr.gateway.session import connect
from asr.reporting.answers.drills import Drill as DrillAnswer
from asr.reporting.drills import drill_shown
from triggers.calling_off import call_off
from triggers.http.callers import requested_by
from triggers.http.drills import drill_not_found, is_drill_id
from triggers.http.models import Strict
from triggers.http.problems import answer, problem
from triggers.http.route import Call, Route


class CancelDrillBody(Strict):
    """The body of POST /api/drills/{id}/cancel."""

    note: str | None = Field(default=None, max_length=500, description="Why, as the evidence keeps it.")
    requested_by: str | None = Field(
        default=None, alias="requestedBy", min_length=1, max_length=128, description="Who calls it off."
    )


async def cancel_drill(call: Call) -> func.HttpResponse:
    """Call a drill off: nothing more of it begins, and what has begun is cleaned up. Asked again, it is the same."""
    body = call.body(CancelDrillBody)
    id_ = call.request.route_params["id"]
    azure = await connect()
    drill = await read_drill(azure, id_) if is_drill_id(id_) else None
    if drill is None:
        return drill_not_found(id_)
    if drill.id not in await find_unfinished(azure):
        detail = "It is over, and its evidence is kept. Nothing was changed."
        return problem(409, "DrillOver", "The drill is over", detail, drillId=drill.id)
    by = requested_by(call.request, body.requested_by, os.environ)
    called = await call_off(call.client, azure, drill.id, by, body.note)
    shown = drill_shown(drill, await read_machines(azure, drill.id), None, call.settings.tag_prefix, called)
    return answer(shown, status=202)


ROUTES = (
    Route(
        "POST",
        "drills/{id}/cancel",
        cancel_drill,
        {202: (DrillAnswer,)},
        body=CancelDrillBody,
        problems={404: "DrillNotFound.", 409: "DrillOver: its evidence is kept."},
    ),
)
