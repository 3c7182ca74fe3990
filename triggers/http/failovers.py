"""The HTTP API of failovers: each step is a command, confirmed where it moves a VM, and refused at once if it must."""

import asyncio
import os
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace

import azure.functions as func

from asr.errors import BadRequest
from asr.gateway.session import connect
from asr.model.failover import FailoverAction, FailoverRequest
from asr.model.resource_id import parse
from asr.model.run import Cause
from asr.planning.failover import CONFIRMED, LEAVING
from asr.planning.recovery_points import PointKind
from asr.reporting.answers.plans_of_tags import StartedPlan
from asr.reporting.answers.protections import StartedProtections
from asr.services.failover import answer_failover, home_id
from triggers.asking import new_request
from triggers.calling_off import make_way
from triggers.http.callers import requested_by
from triggers.http.commands import accept, answered
from triggers.http.confirming import require_confirmed
from triggers.http.failover_machines import Explained, named_machines, refused_problem, require_network
from triggers.http.failover_models import KINDS, ChangePointRequest, CleanUpRequest, FailoverBody, FailoverStepRequest
from triggers.http.failover_plans import moved_failover
from triggers.http.plan_failovers import start_plan, with_torn
from triggers.http.route import Call, Route
from triggers.http.vm_ids import require_subscription


async def start_failovers(call: Call) -> func.HttpResponse:
    """Fail VMs over: for a test, with the source shut down first (`planned`), or as it stands (`unplanned`)."""
    body = call.body(FailoverBody)
    action = KINDS[body.kind]
    if body.test_network_id is not None:
        if action is not FailoverAction.TEST:
            raise BadRequest("testNetworkId", "it goes with the kind test; other failovers use the item's network")
        require_network("testNetworkId", body.test_network_id)
    if action is FailoverAction.PLANNED and body.recovery_point not in (None, PointKind.LATEST):
        raise BadRequest(
            "recoveryPoint",
            "a planned failover takes the latest point, which is made after the source has stopped. Leave it out, or "
            "ask for an unplanned failover.",
        )
    return await _commands(call, body, action, FailoverRequest(body.recovery_point, body.test_network_id))


async def commit_failovers(call: Call) -> func.HttpResponse:
    """Make failovers final: their recovery points are deleted."""
    return await _commands(call, call.body(FailoverStepRequest), FailoverAction.COMMIT)


async def cancel_failovers(call: Call) -> func.HttpResponse:
    """Take failovers back that are not committed, where Site Recovery allows it."""
    return await _commands(call, call.body(FailoverStepRequest), FailoverAction.CANCEL)


async def change_failover_points(call: Call) -> func.HttpResponse:
    """Start VMs that were failed over, and not committed, from another recovery point."""
    body = call.body(ChangePointRequest)
    return await _commands(call, body, FailoverAction.CHANGE_POINT, FailoverRequest(body.recovery_point))


async def reprotect_failovers(call: Call) -> func.HttpResponse:
    """Protect VMs whose failover is committed, back to where they came from."""
    return await _commands(call, call.body(FailoverStepRequest), FailoverAction.REPROTECT)


async def fail_back_failovers(call: Call) -> func.HttpResponse:
    """Bring VMs home that were reprotected: fail over, commit, protect again from home."""
    return await _commands(call, call.body(FailoverStepRequest), FailoverAction.FAIL_BACK)


async def clean_up_failovers(call: Call) -> func.HttpResponse:
    """Take test VMs down; with `leftVm` delete what fail-backs left on the recovery side."""
    body = call.body(CleanUpRequest)
    if body.left_vm and body.plan is not None:
        raise BadRequest("leftVm", "what is left is deleted VM by VM: name them, not a plan")
    return await _commands(call, body, FailoverAction.REMOVE_LEFT if body.left_vm else FailoverAction.CLEAN_UP)


async def _commands(
    call: Call, body: FailoverStepRequest, action: FailoverAction, request: FailoverRequest | None = None
) -> func.HttpResponse:
    asked = request or FailoverRequest()
    if body.plan is not None:
        return await start_plan(call, body, action, asked)
    _require_no_plan(body)
    named = await named_machines(call, body)
    if action in CONFIRMED:
        require_confirmed(body.confirm, named)
    azure = await connect()
    resumes = action is FailoverAction.FAIL_BACK
    explained = await asyncio.gather(
        *(answer_failover(azure, vm_id, action, asked, resumes=resumes) for vm_id in named)
    )
    homes = [
        await home_id(azure, item, vm_id) if item else vm_id for vm_id, (item, _) in zip(named, explained, strict=True)
    ]
    for home in homes:  # a VM that a failover made may lie here, and its home be another app's
        require_subscription(call.settings, parse(home).subscription, "vmIds")
    against: list[Explained] = [(item, None if decision.plan else decision.reasons) for item, decision in explained]
    if action in LEAVING:
        against = await with_torn(azure, against)
    refused = await refused_problem(call, homes, against)
    if refused:
        return refused
    if isinstance(body, FailoverBody) and body.plan_hash is not None:
        pairs = [(home, item) for home, (item, _) in zip(homes, explained, strict=True)]
        moved = await moved_failover(call, azure, pairs, action, asked, body.plan_hash)
        if moved:
            return moved
    by = requested_by(call.request, body.requested_by, os.environ)
    if action in LEAVING:
        await make_way(call.client, azure, homes, by)
    request_id = body.request_id or uuid.uuid4().hex
    requests = [
        replace(await new_request(call.settings, action.value, request_id, vm_id, by, Cause.HTTP), failover=request)
        for vm_id in dict.fromkeys(homes)
    ]
    accepted = await accept(call, requests)
    if isinstance(accepted, func.HttpResponse):
        return accepted
    if action in LEAVING:  # of a drill that was asked for in the same instant, too
        await make_way(call.client, azure, homes, by)
    return await answered(call, requests, accepted, body.wait)


def _require_no_plan(body: FailoverStepRequest) -> None:
    given = {"skipRefused": body.skip_refused}
    if isinstance(body, FailoverBody):
        given |= {"pauseBetweenWaves": body.pause_between_waves, "probes": bool(body.probes)}
    for field, is_given in given.items():
        if is_given:
            raise BadRequest(field, "it goes with `plan`")


_PROBLEMS = {
    404: "NotReplicated: no vault has an item of the VM; RecoveryPlanUnknown: no tags make this plan.",
    409: "What the item's state does not allow, with its reason; or QueueFull: too many commands wait for a VM.",
}


def _route(path: str, function: Callable[[Call], Awaitable[func.HttpResponse]], body: type) -> Route:
    answers = {200: (StartedProtections,), 202: (StartedProtections, StartedPlan)}
    return Route("POST", path, function, answers, body=body, problems=_PROBLEMS)


ROUTES = (
    _route("failovers", start_failovers, FailoverBody),
    _route("failovers/commit", commit_failovers, FailoverStepRequest),
    _route("failovers/cancel", cancel_failovers, FailoverStepRequest),
    _route("failovers/point", change_failover_points, ChangePointRequest),
    _route("failovers/reprotect", reprotect_failovers, FailoverStepRequest),
    _route("failovers/failback", fail_back_failovers, FailoverStepRequest),
    _route("failovers/cleanup", clean_up_failovers, CleanUpRequest),
)
