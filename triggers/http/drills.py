"""The HTTP API of drills: asked for, listed, and read with their evidence."""

import os
import uuid

import azure.functions as func

from asr.errors import BadRequest
from asr.gateway.drills import read_called_off, read_drill, read_machines
from asr.gateway.drills import read_drills as every_drill
from asr.gateway.evidence_store import find_evidence
from asr.gateway.session import connect
from asr.model.drill import Drill
from asr.model.resource_id import key
from asr.model.run import Cause
from asr.reporting.answers.drills import Drill as DrillAnswer
from asr.reporting.answers.drills import Drills, StartedDrill
from asr.reporting.drills import drill_shown, summary_shown
from asr.reporting.evidence_page import evidence_page, pending_page
from triggers.drill_starting import begin_drill, drill_id
from triggers.http.callers import requested_by
from triggers.http.drill_considering import consider, in_waves, refused_of, taken_of
from triggers.http.drill_models import DrillBody, DrillsQuery
from triggers.http.evidence import html_page, wants_page
from triggers.http.failover_machines import refusal
from triggers.http.problems import answer, problem
from triggers.http.route import Call, Route
from triggers.http.runs import addresses


async def start_drill(call: Call) -> func.HttpResponse:
    """Fail VMs over for a test, probe them, measure, clean up always, and keep evidence of all of it."""
    body = call.body(DrillBody)
    azure = await connect()
    by = requested_by(call.request, body.requested_by, os.environ)
    request_id = body.request_id or uuid.uuid4().hex
    id_ = drill_id(request_id)
    considered = await consider(call, azure, body, id_)
    waves = await in_waves(azure, considered)
    known = await read_drill(azure, id_)
    if known is not None and not set(map(key, known.runs)) & set(map(key, considered.homes)):
        return _used_otherwise(known)
    if known is None:
        refused = await refused_of(call, azure, considered, waves) or await taken_of(azure, considered, by)
        if refused:
            return refusal(call, refused)
    vaults = {key(one.item.vault_id): one.item.vault_id for one in considered.explained if one.item}
    drill = await begin_drill(
        call.client,
        call.settings,
        azure,
        by,
        Cause.HTTP,
        request_id,
        considered.request,
        waves,
        sorted(vaults.values()),
        considered.profile.name if considered.profile else None,
    )
    started = StartedDrill(**addresses(call, id_), machines=list(drill.runs))
    return answer(started, status=202, headers={"Location": started.status_query_get_uri})


def _used_otherwise(known: Drill) -> func.HttpResponse:
    detail = (
        f"requestId: {known.request_id[:100]!r} was sent for the drill {known.id} of other VMs at {known.asked_at}, by "
        "which a request is known when it is sent again. Nothing was started. Leave it out, or send another one."
    )
    return problem(409, "RequestIdUsed", "The requestId is another request's", detail, drillId=known.id)


async def read_drills(call: Call) -> func.HttpResponse:
    """Read the drills, the latest first."""
    query: DrillsQuery = call.query
    azure = await connect()
    ordered = sorted(await every_drill(azure), key=lambda one: (one.asked_at, one.id), reverse=True)
    begin = next((place + 1 for place, one in enumerate(ordered) if one.id == query.continuation), 0)
    if query.continuation is not None and begin == 0:
        raise BadRequest("continuation", "it is none; give back what an answer gave, or leave it out")
    shown = ordered[begin : begin + query.top]
    more = len(ordered) > begin + query.top
    return answer(
        Drills(
            drills=[summary_shown(one, await read_machines(azure, one.id)) for one in shown],
            total=len(ordered),
            continuation=shown[-1].id if more else None,
        )
    )


async def read_one_drill(call: Call) -> func.HttpResponse:
    """Read one drill with its VMs; as a page to print where the caller accepts text/html."""
    id_ = call.request.route_params["id"]
    azure = await connect()
    drill = await read_drill(azure, id_) if is_drill_id(id_) else None
    if drill is None:
        return drill_not_found(id_)
    evidence = await find_evidence(azure, drill.id)
    called = await read_called_off(azure, drill.id)
    shown = drill_shown(drill, await read_machines(azure, drill.id), evidence, call.settings.tag_prefix, called)
    if wants_page(call):
        page = evidence_page(evidence, call.settings.tag_prefix) if evidence else pending_page(shown)
        return html_page(page)
    return answer(shown)


def drill_not_found(id_: str) -> func.HttpResponse:
    """The 404 for a drill that nobody knows."""
    detail = f"There is no drill {id_[:100]!r}."
    return problem(404, "DrillNotFound", "There is no such drill", detail, drillId=id_[:100])


def is_drill_id(text: str) -> bool:
    """Whether a drill may be called so."""
    return text.startswith("drill-") and text.replace("-", "").isalnum() and len(text) <= 40


ROUTES = (
    Route(
        "POST",
        "drills",
        start_drill,
        {202: (StartedDrill,)},
        body=DrillBody,
        problems={
            404: "VmNotFound, RecoveryPlanUnknown; NotReplicated: no vault has an item of a VM. Nothing was started.",
            409: "What the item's state or a gate does not allow, with its reason; nothing was started.",
        },
    ),
    Route("GET", "drills", read_drills, {200: (Drills,)}, query=DrillsQuery),
    Route("GET", "drills/{id}", read_one_drill, {200: (DrillAnswer,)}, problems={404: "DrillNotFound."}),
)
