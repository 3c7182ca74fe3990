"""The HTTP API of drills: asked for, listed, and read with their evidence."""

import os
import uuid
from collections.abc import Sequence
from dataclasses import replace

import azure.functions as func

from asr.choices.profiles import Profile
from asr.errors import BadRequest
from asr.gateway.clock import now
from asr.gateway.drills import read_called_off, read_drill, read_machines
from asr.gateway.drills import read_drills as every_drill
from asr.gateway.evidence_store import find_evidence
from asr.gateway.session import Azure, connect
from asr.model.drill import DrillRequest
from asr.model.resource_id import key, parse
from asr.model.run import Cause
from asr.planning.drill_gates import together
from asr.planning.plan_members import PlannedVm
from asr.planning.waves import waves_of
from asr.reasons import reason
from asr.reporting.answers.drills import Drill as DrillAnswer
from asr.reporting.answers.drills import Drills, StartedDrill
from asr.reporting.drills import drill_shown, summary_shown
from asr.reporting.evidence_page import evidence_page, pending_page
from asr.services.drill_machines import in_one, of_profile, waves_by_tags
from asr.services.drill_requests import explain_drills
from asr.services.drills import ExplainedDrill
from asr.services.recovery_plans import find_plans, with_items
from triggers.calling_off import drills_under_way
from triggers.drill_starting import begin_drill, drill_id
from triggers.http.callers import requested_by
from triggers.http.drill_models import DrillBody, DrillsQuery
from triggers.http.evidence import html_page, wants_page
from triggers.http.failover_machines import named_machines, plan_of, refusal, refused_problem, require_id
from triggers.http.models import MOST_VMS
from triggers.http.problems import answer, problem
from triggers.http.route import Call, Route
from triggers.http.runs import addresses
from triggers.http.vm_ids import require_subscription


async def start_drill(call: Call) -> func.HttpResponse:
    """Fail VMs over for a test, probe them, measure, clean up always, and keep evidence of all of it."""
    body = call.body(DrillBody)
    if body.test_network_id is not None:
        require_id("testNetworkId", body.test_network_id)
    azure = await connect()
    profile = _profile(call, body.profile)
    members = () if body.plan is None else await _planned(azure, body)
    named = [vm.vm_id for vm in members] or await _named(call, body)
    by = requested_by(call.request, body.requested_by, os.environ)
    request_id = body.request_id or uuid.uuid4().hex
    id_ = drill_id(request_id)
    asked = body.fields()
    choice = profile.drill if profile else None
    at = (await now(azure.settings)).isoformat()
    request = DrillRequest(
        id_,
        at,
        body.test_network_id or (choice.network if choice else None),
        body.recovery_point,
        tuple(one.probe() for one in (body.probes if "probes" in asked or choice is None else choice.probes)),
        (body.target if "target" in asked or choice is None else choice.target).target(),
    )
    explained = await explain_drills(azure, named, request, known=[vm.item for vm in members if vm.item])
    homes = [one.item.home_vm_id if one.item else vm_id for vm_id, one in zip(named, explained, strict=True)]
    for home in homes:  # a VM that a failover made may lie here, and its home be another app's
        require_subscription(call.settings, parse(home).subscription, "vmIds")
    unclear = {key(vm.vm_id): vm.said.problems for vm in members if vm.said.problems}
    explained = [
        replace(one, plan=None, reasons=unclear[key(vm_id)]) if key(vm_id) in unclear else one
        for vm_id, one in zip(named, explained, strict=True)
    ]
    if await read_drill(azure, id_) is None:
        refused = await _refused(call, azure, homes, explained)
        if refused:
            return refused
    if members:
        waves = waves_of(vm.member for vm in members)
    elif choice is not None and choice.waves:
        waves = await waves_by_tags(azure, homes)
    else:
        waves = in_one(dict.fromkeys(homes))
    vaults = {key(one.item.vault_id): one.item.vault_id for one in explained if one.item}
    drill = await begin_drill(
        call.client,
        call.settings,
        azure,
        by,
        Cause.HTTP,
        request_id,
        request,
        waves,
        sorted(vaults.values()),
        profile.name if profile else None,
    )
    started = StartedDrill(**addresses(call, id_), machines=list(drill.runs))
    return answer(started, status=202, headers={"Location": started.status_query_get_uri})


async def _named(call: Call, body: DrillBody) -> list[str]:
    """The VMs that the body means: by name, or those of a profile.

    Raises:
        BadRequest: none is meant, or too many are.
    """
    if _means_machines(body) or body.profile is None:
        return await named_machines(call, body)
    found = await of_profile(await connect(), body.profile)
    if not found:
        what = "no protected VM of the last snapshot is in it. A sweep (POST /api/sweeps) makes a new one."
        raise BadRequest("profile", what, status=404, code="VmNotFound")
    if len(found) > MOST_VMS:
        raise BadRequest("profile", f"{len(found)} VMs are in it; a drill takes {MOST_VMS} at most")
    return found


async def _planned(azure: Azure, body: DrillBody) -> tuple[PlannedVm, ...]:
    """The VMs of the recovery plan that the body means, as a failover of it would find them.

    Raises:
        BadRequest: no tags make this plan, too many VMs are in it, or VMs are named, too.
    """
    if _means_machines(body):
        raise BadRequest("plan", "VMs are named, too; give one of the two")
    found = await with_items(azure, plan_of(await find_plans(azure), (body.plan or "").strip().lower()))
    if len(found) > MOST_VMS:
        raise BadRequest("plan", f"{len(found)} VMs are in it; a drill takes {MOST_VMS} at most")
    return found


def _means_machines(body: DrillBody) -> bool:
    return any((body.vm_ids, body.names, body.scope))


def _profile(call: Call, name: str | None) -> Profile | None:
    if name is None:
        return None
    found = call.settings.profiles.get(name.lower())
    if found is None:
        known = ", ".join(sorted(call.settings.profiles)) or "none"
        raise BadRequest("profile", f"there is no profile {name[:100]!r}; there is {known}", code="ProfileUnknown")
    return found


async def _refused(
    call: Call, azure: Azure, homes: Sequence[str], explained: Sequence[ExplainedDrill]
) -> func.HttpResponse | None:
    """A problem if one VM cannot be drilled, or is part of another drill, or all of them cannot at once."""
    under_way = await drills_under_way(azure, homes)
    if under_way:
        return refusal(
            call,
            [
                (home, one.item, [reason("DrillUnderWay", drill=under_way[key(home)].id)])
                for home, one in zip(homes, explained, strict=True)
                if key(home) in under_way
            ],
        )
    against = [(one.item, None if one.plan or not one.is_told else one.reasons) for one in explained]
    if all(reasons is None for _, reasons in against):
        crowded = tuple(together(one.facts for one in explained if one.facts))
        against = [(item, crowded or None) for item, _ in against]
    return await refused_problem(call, homes, against)


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
