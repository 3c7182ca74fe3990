"""Failovers of a recovery plan: its VMs are found by their tags, decided together, and begun wave by wave."""

import asyncio
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import azure.functions as func

from asr.errors import BadRequest, Rejected, TransientFault
from asr.gateway.clock import now
from asr.gateway.recovery_runs import read_recovery_run
from asr.gateway.session import Azure, connect
from asr.model.failover import FailoverAction, FailoverRequest
from asr.model.outcome import Reason
from asr.model.probe import Probe, ProbeKind
from asr.model.recovery_run import RecoveryRun, RunVm, RunWave
from asr.model.resource_id import key, parse
from asr.model.run import Cause, RunRequest
from asr.planning.failover import CONFIRMED, FROM_A_POINT, LEAVING
from asr.planning.plan_members import PlannedVm
from asr.planning.unfound import unfound
from asr.planning.waves import Waves, in_one_wave, waves_of
from asr.services.failover import decide_about, unread_of
from asr.services.recovery_plans import find_plans, torn, with_items
from asr.telemetry.tracing import carried
from triggers.asking import pacing_of
from triggers.http.callers import requested_by
from triggers.http.confirming import require_plan_confirmed
from triggers.http.failover_machines import Explained, Refused, busy_among, plan_of, refusal, refused_among
from triggers.http.failover_models import FailoverBody, FailoverStepRequest
from triggers.http.failover_plans import moved_failover
from triggers.http.plan_answers import nothing_left, started_plan
from triggers.http.plan_beginning import begin, used_otherwise
from triggers.http.plan_turns import other_turn
from triggers.http.problems import answer
from triggers.http.route import Call
from triggers.http.vm_ids import require_subscription

_ORDERED = FROM_A_POINT - {FailoverAction.CHANGE_POINT}
"""What begins VMs that may need each other; everything else is done for all VMs of the plan side by side."""


@dataclass(frozen=True, slots=True)
class _Decided:
    """A request that nothing stands against, with what is worth knowing of it and whom it leaves out."""

    run: RecoveryRun
    notes: Sequence[Reason] = ()
    skipped: Sequence[Refused] = ()


async def start_plan(
    call: Call, body: FailoverStepRequest, action: FailoverAction, asked: FailoverRequest
) -> func.HttpResponse:
    """Ask for this of every VM of the plan. A VM that cannot be followed keeps all from beginning, unless it is to be
    left out.
    """
    name = _plan_name(body)
    if action in CONFIRMED:
        require_plan_confirmed(body.confirm, name)
    azure = await connect()
    request_id = body.request_id or uuid.uuid4().hex
    id_ = f"plan-{sha256(request_id.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
    known = await read_recovery_run(azure, id_)
    if known is not None and (known.plan, known.action) != (name, action.value):
        return used_otherwise(known)
    decided = _Decided(known) if known else await _decided(call, azure, body, action, asked, (id_, request_id))
    if isinstance(decided, func.HttpResponse):
        return decided
    begun = await begin(call, azure, decided.run)
    if isinstance(begun, func.HttpResponse):
        return begun
    started = started_plan(call, begun, decided.notes, decided.skipped)
    return answer(started, status=202, headers={"Location": started.status_query_get_uri})


async def _decided(
    call: Call,
    azure: Azure,
    body: FailoverStepRequest,
    action: FailoverAction,
    asked: FailoverRequest,
    called: tuple[str, str],
) -> _Decided | func.HttpResponse:
    """What is to be done, of which nothing is begun; `called` are the run's id and the request's."""
    name = _plan_name(body)
    if other := await other_turn(call, azure, name, called[0]):
        return other
    plans = await find_plans(azure)
    vms = await with_items(azure, plan_of(plans, name))
    for vm in vms:
        require_subscription(call.settings, parse(vm.vm_id).subscription, "plan")
    explained = await explain_plan(azure, vms, action, asked)
    refused = await refused_among(call, [vm.vm_id for vm in vms], explained)
    if refused and not body.skip_refused:
        return refusal(call, refused)
    left_out = {key(vm_id) for vm_id, _, _ in refused}
    waves = waves_for(action, [vm for vm in vms if key(vm.vm_id) not in left_out])
    if not waves.waves:
        return nothing_left(call, name, refused)
    notes = (*plans.notes, *waves.notes, *await busy_among(call, vms, explained))
    moved = await _moved(call, azure, vms, action, asked, body)
    if moved:
        return moved
    run = _run_of(call, body, action, asked, (*called, (await now(azure.settings)).isoformat()), waves)
    return _Decided(replace(run, skipped=tuple(vm_id for vm_id, _, _ in refused)), notes, refused)


def _run_of(
    call: Call,
    body: FailoverStepRequest,
    action: FailoverAction,
    asked: FailoverRequest,
    called: tuple[str, str, str],
    waves: Waves,
) -> RecoveryRun:
    """What is asked for; `called` are the run's id, the request's, and the time."""
    id_, request_id, at = called
    by = requested_by(call.request, body.requested_by, os.environ)
    asked = replace(asked, part_of=id_, probes=_probes(body))
    pacing = pacing_of(call.settings)
    return RecoveryRun(
        id=id_,
        plan=_plan_name(body),
        action=action.value,
        asked_at=at,
        requested_by=by.name,
        verified=by.verified,
        request_id=request_id,
        waves=tuple(
            RunWave(wave.number, tuple(tuple(RunVm(one.vm_id, one.goes_on) for one in part) for part in wave.parts))
            for wave in waves.waves
        ),
        ask=RunRequest(action.value, id_, "", by, Cause.HTTP, at, pacing, failover=asked, trace=carried()),
        pause_hours=call.settings.pause_hours if isinstance(body, FailoverBody) and body.pause_between_waves else None,
    )


async def explain_plan(
    azure: Azure, vms: Sequence[PlannedVm], action: FailoverAction, asked: FailoverRequest
) -> list[Explained]:
    """For each VM what stands against it: its tags, its item, its consistency group."""

    async def one(vm: PlannedVm) -> Explained:
        if vm.item is None or vm.against:
            return vm.item, vm.against
        try:
            decision = await decide_about(azure, vm.item, action, asked)
        except (Rejected, TransientFault) as failure:
            decision = unfound(vm.vm_id, unread_of(failure))
        return vm.item, None if decision.plan else decision.reasons

    found = list(await asyncio.gather(*(one(vm) for vm in vms)))
    return await with_torn(azure, found) if action in LEAVING else found


async def with_torn(azure: Azure, explained: Sequence[Explained]) -> list[Explained]:
    """The same, and what stands against VMs of a consistency group that is not among them as a whole."""
    groups = {key(item.id): why for item, why in await torn(azure, [item for item, _ in explained if item is not None])}
    return [
        (item, (*(against or ()), groups[key(item.id)]))
        if item is not None and key(item.id) in groups
        else (item, against)
        for item, against in explained
    ]


def waves_for(action: FailoverAction, vms: Sequence[PlannedVm]) -> Waves:
    """The waves in which the action goes."""
    members = [vm.member for vm in vms]
    return waves_of(members) if action in _ORDERED else in_one_wave(members)


async def _moved(
    call: Call,
    azure: Azure,
    vms: Sequence[PlannedVm],
    action: FailoverAction,
    asked: FailoverRequest,
    body: FailoverStepRequest,
) -> func.HttpResponse | None:
    if not isinstance(body, FailoverBody) or body.plan_hash is None:
        return None
    problems = {vm.vm_id: vm.said.problems for vm in vms}
    waves = waves_of(vm.member for vm in vms)
    pairs = [(vm.vm_id, vm.item or vm.unread) for vm in vms]
    return await moved_failover(call, azure, pairs, action, asked, body.plan_hash, problems, waves)


def _plan_name(body: FailoverStepRequest) -> str:
    others = ("vm_ids", "names", "scope", "resource_group")
    if any(getattr(body, other) is not None for other in others):
        raise BadRequest("plan", "name VMs by one of vmIds, names, scope and plan")
    if body.wait:
        raise BadRequest("wait", "it does not go with `plan`, whose waves take longer than an answer may")
    name = (body.plan or "").strip().lower()
    if not name:
        raise BadRequest("plan", "it is blank. GET /api/failovers/plans lists the plans that tags make.")
    return name


def _probes(body: FailoverStepRequest) -> tuple[Probe, ...]:
    if not isinstance(body, FailoverBody):
        return ()
    return tuple(Probe(ProbeKind(one.kind), one.port, one.path, one.status, one.timeout_seconds) for one in body.probes)
