"""The HTTP API of drills: asked for, listed, and read with their evidence."""

import asyncio
import os
import uuid
from hashlib import sha256

import azure.functions as func

from asr.codec import encode_compact
from asr.errors import BadRequest
from asr.gateway.clock import now
from asr.gateway.drills import find_evidence, keep_drill, list_drills, read_drill, read_machines
from asr.gateway.session import connect
from asr.model.drill import Drill, DrillRequest, DrillTarget, Probe, ProbeKind
from asr.model.resource_id import parse
from asr.model.run import DRILL, RECIPE_VERSION, Cause, RunRequest
from asr.planning.lifecycle import run_id
from asr.planning.naming import vm_key
from asr.reporting.answers.drills import Drill as DrillAnswer
from asr.reporting.answers.drills import Drills, StartedDrill
from asr.reporting.drills import drill_shown, summary_shown
from asr.reporting.evidence_page import evidence_page
from asr.services.drills import explain_drill
from triggers.asking import pacing_of
from triggers.http.callers import requested_by
from triggers.http.drill_models import DrillBody, DrillsQuery
from triggers.http.failover_machines import named_machines, refused_problem, require_id
from triggers.http.problems import answer, problem
from triggers.http.route import Call, Route
from triggers.http.runs import addresses
from triggers.http.vm_ids import require_subscription


async def start_drill(call: Call) -> func.HttpResponse:
    """Fail VMs over for a test, probe them, measure, clean up always, and keep evidence of all of it."""
    body = call.body(DrillBody)
    if body.test_network_id is not None:
        require_id("testNetworkId", body.test_network_id)
    named = await named_machines(call, body)
    azure = await connect()
    by = requested_by(call.request, body.requested_by, os.environ)
    request_id = body.request_id or uuid.uuid4().hex
    id_ = f"drill-{sha256(request_id.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
    at = (await now(azure.settings)).isoformat()
    probes = tuple(
        Probe(ProbeKind(one.kind), one.port, one.path, one.status, one.timeout_seconds) for one in body.probes
    )
    target = DrillTarget(body.target.rto_minutes, body.target.rpo_minutes)
    request = DrillRequest(id_, at, body.test_network_id, body.recovery_point, probes, target)
    explained = await asyncio.gather(*(explain_drill(azure, vm_id, request) for vm_id in named))
    homes = [one.item.home_vm_id if one.item else vm_id for vm_id, one in zip(named, explained, strict=True)]
    for home in homes:  # a VM that a failover made may lie here, and its home be another app's
        require_subscription(call.settings, parse(home).subscription, "vmIds")
    if await read_drill(azure, id_) is None:
        against = [(one.item, None if one.plan else one.reasons) for one in explained]
        refused = await refused_problem(call, homes, against)
        if refused:
            return refused
    runs = {vm_id: run_id(vm_key(vm_id), id_) for vm_id in homes}
    drill = Drill(id_, at, by.name, by.verified, request_id, runs, request)
    if await keep_drill(azure, drill):
        ask = RunRequest(DRILL, id_, "", by, Cause.HTTP, at, pacing_of(call.settings), drill=request)
        machines = [{"vm_id": vm_id, "vm_key": vm_key(vm_id)} for vm_id in homes]
        order = {
            "version": RECIPE_VERSION,
            "drill": id_,
            "waves": [machines],
            "ask": encode_compact(ask),
            "pacing": pacing_of(call.settings),
        }
        await call.client.schedule_new_orchestration("drill", input=order, instance_id=id_)
    known = await read_drill(azure, id_) or drill
    started = StartedDrill(**addresses(call, id_), machines=list(known.runs))
    return answer(started, status=202, headers={"Location": started.status_query_get_uri})


async def read_drills(call: Call) -> func.HttpResponse:
    """Read the drills, the latest first."""
    query: DrillsQuery = call.query
    azure = await connect()
    found = []
    for id_ in await list_drills(azure):
        drill = await read_drill(azure, id_)
        if drill is not None:
            found.append(drill)
    ordered = sorted(found, key=lambda one: (one.asked_at, one.id), reverse=True)
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
    drill = await read_drill(azure, id_) if _is_id(id_) else None
    if drill is None:
        return problem(
            404, "DrillNotFound", "There is no such drill", f"There is no drill {id_[:100]!r}.", drillId=id_[:100]
        )
    evidence = await find_evidence(azure, drill.id)
    shown = drill_shown(drill, await read_machines(azure, drill.id), evidence, call.settings.tag_prefix)
    if "text/html" in call.request.headers.get("accept", "").lower():
        page = evidence_page(shown, evidence)
        policy = {
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
            "x-content-type-options": "nosniff",
        }
        return func.HttpResponse(page, mimetype="text/html", charset="utf-8", headers=policy)
    return answer(shown)


def _is_id(text: str) -> bool:
    return text.startswith("drill-") and text.replace("-", "").isalnum() and len(text) <= 40


ROUTES = (
    Route(
        "POST",
        "drills",
        start_drill,
        {202: (StartedDrill,)},
        body=DrillBody,
        problems={
            404: "VmNotFound or NotReplicated: no vault has an item of a VM; nothing was started.",
            409: "What the item's state or a gate does not allow, with its reason; nothing was started.",
        },
    ),
    Route("GET", "drills", read_drills, {200: (Drills,)}, query=DrillsQuery),
    Route("GET", "drills/{id}", read_one_drill, {200: (DrillAnswer,)}, problems={404: "DrillNotFound."}),
)
