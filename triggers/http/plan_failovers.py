"""Failovers of a recovery plan: its VMs are found by their tags, decided together, and begun wave by wave."""

import asyncio
import os
import uuid
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import azure.functions as func

from asr.codec import encode_compact
from asr.errors import BadRequest, Rejected, TransientFault
from asr.gateway.clock import now
from asr.gateway.recovery_runs import keep_recovery_run, read_recovery_run
from asr.gateway.session import Azure, connect
from asr.model.failover import FailoverAction, FailoverRequest
from asr.model.outcome import Reason
from asr.model.probe import Probe, ProbeKind
from asr.model.recovery_run import RecoveryRun, RunVm, RunWave
from asr.model.resource_id import key, parse, same
from asr.model.run import RECIPE_VERSION, Cause, RunRequest
from asr.planning.failover import CONFIRMED, FROM_A_POINT, LEAVING
from asr.planning.lifecycle import run_id
from asr.planning.naming import vm_key
from asr.planning.plan_members import PlannedVm
from asr.planning.unfound import unfound
from asr.planning.waves import Waves, in_one_wave, waves_of
from asr.reporting.answers.plans_of_tags import StartedPart, StartedPlan
from asr.reporting.outcome import reasons_shown
from asr.services.failover import decide_about, unread_of
from asr.services.recovery_plans import find_plans, torn, with_items
from asr.telemetry.tracing import carried
from triggers.asking import pacing_of
from triggers.calling_off import make_way
from triggers.http.callers import requested_by
from triggers.http.failover_machines import Explained, Refused, busy_among, plan_of, refusal, refused_among
from triggers.http.failover_models import FailoverBody, FailoverStepRequest
from triggers.http.failover_plans import moved_failover
from triggers.http.plan_turns import claim_turn, other_turn
from triggers.http.problems import answer, problem
from triggers.http.route import Call
from triggers.http.runs import addresses, status_address
from triggers.http.vm_ids import require_subscription

_ORDERED = FROM_A_POINT - {FailoverAction.CHANGE_POINT}
"""What begins VMs that may need each other; everything else is done for all VMs of the plan side by side."""


async def start_plan(
    call: Call, body: FailoverStepRequest, action: FailoverAction, asked: FailoverRequest
) -> func.HttpResponse:
    """Ask for this of every VM of the plan. A VM that cannot be followed keeps all from beginning, unless it is to be
    left out.
    """
    name = _plan_name(body)
    if action in CONFIRMED and not (body.confirm is not None and same(body.confirm, name)):
        raise BadRequest("confirm", f"send the plan's name, {name!r}; nothing was started.", code="NotConfirmed")
    azure = await connect()
    request_id = body.request_id or uuid.uuid4().hex
    id_ = f"plan-{sha256(request_id.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
    known = await read_recovery_run(azure, id_)
    notes: tuple[Reason, ...] = ()
    skipped: list[Refused] = []
    if known is None:
        if other := await other_turn(call, azure, name, id_):
            return other
        plans = await find_plans(azure)
        vms = await with_items(azure, plan_of(plans, name))
        for vm in vms:
            require_subscription(call.settings, parse(vm.vm_id).subscription, "plan")
        explained = await explain_plan(azure, vms, action, asked)
        refused = await refused_among(call, [vm.vm_id for vm in vms], explained)
        if refused and not body.skip_refused:
            return refusal(call, refused)
        skipped = refused
        left_out = {key(vm_id) for vm_id, _, _ in refused}
        waves = waves_for(action, [vm for vm in vms if key(vm.vm_id) not in left_out])
        if not waves.waves:
            return _empty(call, name, refused)
        notes = (*plans.notes, *waves.notes, *await busy_among(call, vms, explained))
        moved = await _moved(call, azure, vms, action, asked, body)
        if moved:
            return moved
        by = requested_by(call.request, body.requested_by, os.environ)
        known = RecoveryRun(
            id=id_,
            plan=name,
            action=action.value,
            asked_at=(await now(azure.settings)).isoformat(),
            requested_by=by.name,
            verified=by.verified,
            request_id=request_id,
            waves=tuple(
                RunWave(
                    wave.number,
                    tuple(tuple(RunVm(one.vm_id, one.goes_on) for one in part) for part in wave.parts),
                )
                for wave in waves.waves
            ),
            skipped=tuple(vm_id for vm_id, _, _ in refused),
        )
        if action in LEAVING:
            await make_way(
                call.client, azure, [vm.vm_id for wave in known.waves for part in wave.parts for vm in part], by
            )
        taken = await claim_turn(call, azure, known)
        if taken:
            return taken
        await keep_recovery_run(azure, known)
        known = await read_recovery_run(azure, id_) or known
        ask = RunRequest(
            action.value,
            id_,
            "",
            by,
            Cause.HTTP,
            known.asked_at,
            pacing_of(call.settings),
            failover=replace(asked, part_of=id_, probes=_probes(body)),
            trace=carried(),
        )
        await _schedule(call, known, ask, pauses=isinstance(body, FailoverBody) and body.pause_between_waves)
    started = _started(call, known, notes, skipped)
    return answer(started, status=202, headers={"Location": started.status_query_get_uri})


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
    return (body.plan or "").strip().lower()


def _probes(body: FailoverStepRequest) -> tuple[Probe, ...]:
    if not isinstance(body, FailoverBody):
        return ()
    return tuple(Probe(ProbeKind(one.kind), one.port, one.path, one.status, one.timeout_seconds) for one in body.probes)


async def _schedule(call: Call, run: RecoveryRun, ask: RunRequest, *, pauses: bool) -> None:
    settings = call.settings
    order = {
        "version": RECIPE_VERSION,
        "waves": len(run.waves),
        "ask": encode_compact(ask),
        "at_once": settings.failovers_at_once,
        "pacing": pacing_of(settings),
        **({"pause_hours": settings.pause_hours} if pauses else {}),
    }
    if await call.client.get_orchestration_state(run.id, fetch_payloads=False) is None:
        await call.client.schedule_new_orchestration("fail_over_waves", input=order, instance_id=run.id)


def _empty(call: Call, name: str, refused: Sequence[Refused]) -> func.HttpResponse:
    prefix = call.settings.tag_prefix
    left_out = [
        {"vmId": vm_id, "reasons": [one.model_dump(mode="json", by_alias=True) for one in reasons_shown(why, prefix)]}
        for vm_id, _, why in refused
    ]
    return problem(
        409,
        "RecoveryPlanEmpty",
        "Nothing is left of the plan",
        f"None of the {len(refused)} VMs of the plan {name!r} can be followed as it is now. Nothing was started.",
        refused=left_out,
    )


def _started(call: Call, run: RecoveryRun, notes: Sequence[Reason], skipped: Sequence[Refused]) -> StartedPlan:
    prefix = call.settings.tag_prefix
    parts = []
    for wave in run.waves:
        for vm in (one for part in wave.parts for one in part):
            id_ = run_id(vm_key(vm.vm_id), run.id)
            parts.append(
                StartedPart(
                    vm_id=vm.vm_id,
                    id=id_,
                    status_query_get_uri=status_address(call.request, id_),
                    wave=wave.number,
                )
            )
    why = {key(vm_id): reasons for vm_id, _, reasons in skipped}
    left_out = [{"vm_id": one, "reasons": reasons_shown(why.get(key(one), ()), prefix)} for one in run.skipped]
    return StartedPlan.model_validate(
        {
            **addresses(call, run.id),
            "plan": run.plan,
            "protections": parts,
            "skipped": left_out,
            "reasons": reasons_shown(notes, prefix),
        }
    )
