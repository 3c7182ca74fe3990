"""Failover and what follows one: decide, prepare the way back, carry out."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from activities.operation import UNSEEN, begun, failure_of, later, was_begun
from activities.step import Answer, as_steps
from asr.codec import decode, encode_compact
from asr.errors import Rejected
from asr.gateway.clock import now
from asr.gateway.reasons import LOCKED
from asr.gateway.removal import begin_delete, read_any
from asr.gateway.session import Azure, connect
from asr.gateway.site_recovery import begin_change_item, read_item
from asr.gateway.site_recovery.running import find_job_since, find_running_scenario
from asr.model.failover import FailoverAction, FailoverPlan, FailoverRequest
from asr.model.item_change import ItemChange
from asr.model.resource_id import same
from asr.model.run import RequestedBy
from asr.model.step import Failed, Operation, Ready, Wait
from asr.model.vm_facts import ProtectedItem
from asr.planning.drill import not_asked
from asr.planning.failover import SCENARIOS, allows, is_doing, is_done
from asr.planning.failover_evidence import FailoverRecord, Probed
from asr.planning.failover_outcomes import After, carried_out, refused
from asr.planning.unfound import unfound
from asr.reasons import reason
from asr.services.drill_probes import note_begun
from asr.services.evidence import keep_failover
from asr.services.failover import explain_failover, unread_of
from asr.services.failover_acts import begin, find_again, told_after
from asr.services.reprotection import ensure_cache

LONGEST_CONFLICT = timedelta(minutes=2)
"""How long a step that Azure refuses with a conflict is tried again."""


LONGEST_NAMING = timedelta(minutes=15)
"""How long an item may take to show the name that its VM has at home."""


async def decide_failover(request: dict) -> Answer:
    """Of `{"vm_id", "action", "failover", "resumes"?}`, the plan; or none, with the outcome of a refused run."""
    azure = await connect()
    action, asked = FailoverAction(request["action"]), decode(FailoverRequest, request["failover"] or {})
    resumes = bool(request.get("resumes"))
    try:
        item, decision = await explain_failover(azure, request["vm_id"], action, asked, resumes=resumes)
    except Rejected as refusal:  # the run says what a plan, or an answer, would say of it
        return Failed(unfound(request["vm_id"], unread_of(refusal)).reasons)
    if decision.plan is None:
        outcome = refused(decision.reasons, item.id if item else None)
        return {"status": "ready", "plan": None, "outcome": outcome}
    at = (await now(azure.settings)).isoformat()
    return {"status": "ready", "plan": encode_compact(decision.plan), "at": at}


async def prepare_reprotection(request: dict) -> Answer:
    """The cache account on the side where the VM of `{"run", "plan"}` runs now, and its group: made if missing."""
    azure = await connect()
    item = await find_again(azure, decode(FailoverPlan, request["plan"]))
    if item is None:
        return Failed((reason("ItemGone", item=request["plan"]["item_id"]),))
    failure = failure_of(request)
    made = await ensure_cache(azure, item, was_begun=was_begun(request))
    if failure and not isinstance(made, Ready):
        return Failed((failure,))
    if isinstance(made, Operation):
        return await begun(azure, request["run"], made)
    return later(azure, UNSEEN) if made is None else made


async def carry_out_failover(request: dict) -> Answer:
    """Carry out `{"run", "plan", "at", "tried_from"?}`: ready, with the outcome, once the item stands as the action
    leaves it.

    It is the item that is believed: an operation that failed, or of which Azure will not tell, may have done its work
    all the same. A drill's test names `drill` and `vm_id`, too.
    """
    azure = await connect()
    plan = decode(FailoverPlan, request["plan"])
    item = await find_again(azure, plan)
    if item is None:
        return Failed((reason("ItemGone", item=plan.item_id),))
    drill = request.get("drill")
    if drill and not was_begun(request) and not await note_begun(azure, request["vm_id"], drill, item):
        return Failed((reason("DrillTestVmStands", vm=item.test_vm_id or "not named yet"),))
    if is_done(plan, item):
        return await _ready(azure, plan, item, request["at"])
    if failure := failure_of(request):
        goes_on = await _running(azure, request["run"], plan, item) if is_doing(item, plan.action) else None
        return goes_on or Failed((failure,))
    if was_begun(request):
        return later(azure, UNSEEN)
    return await _begun(azure, request, plan, item)


async def keep_failover_evidence(request: dict) -> Answer:
    """Keep the evidence of the step `{"run", "vm_id", "kind", "action", "outcome", "asked_at", "began_at", "ended_at",
    "requested_by", "failover", "probed"?}`, which was carried out or has failed.
    """
    asked = decode(FailoverRequest, request["failover"] or {})
    by = decode(RequestedBy, request["requested_by"])
    record = FailoverRecord(
        run=request["run"],
        kind=request["kind"],
        action=request["action"],
        vm_id=request["vm_id"],
        item_id=request["outcome"].get("item_id"),
        asked_at=request["asked_at"],
        began_at=request["began_at"],
        ended_at=request["ended_at"],
        requested_by=by.name,
        verified=by.verified,
        recovery_point=asked.recovery_point,
        outcome=request["outcome"],
        probes=_probed(asked, request.get("probed")),
    )
    evidence = await keep_failover(await connect(), record)
    return {"status": "ready", "number": evidence.number}


def _probed(asked: FailoverRequest, told: dict[str, Any] | None) -> Probed | None:
    if told is None:
        return None
    passed = tuple(not_asked(asked.probes[place]).where for place in sorted(told["passed"]))
    problems = {one["probe"]: one["problem"] for one in told["problems"]}
    return Probed(told["at"], told["attempts"], passed, problems)


async def _begun(azure: Azure, request: dict[str, Any], plan: FailoverPlan, item: ProtectedItem) -> Wait | Failed:
    """Begin it, unless an earlier try has, or something else runs that has to end first."""
    run = request["run"]
    running = await _running(azure, run, plan, item)
    if running is not None:
        return running
    if not allows(item, plan.action):
        allowed = list(item.allowed) or ["nothing"]
        why = reason("FailoverNotAllowed", action=plan.action.value, state=item.state, allowed=allowed)
        return await _just_ended(azure, request, plan, item) or Failed((why,))
    if plan.vm_name and not same(plan.vm_name, item.recovery_vm_name or ""):
        return await _named(azure, request, plan.vm_name, item)
    try:
        operation = await begin(azure, plan, item)
    except Rejected as refusal:
        since = request.get("tried_from") or request["at"]
        return await _begun_before(azure, request, plan) or await _refused(azure, since, refusal)
    return await begun(azure, run, operation) if operation else later(azure, UNSEEN)


async def _named(azure: Azure, request: dict[str, Any], name: str, item: ProtectedItem) -> Wait | Failed:
    """Give the item the name that its VM has at home, and look again: it comes home under no other.

    The operation is not followed, for what this step follows is the failover: the item itself tells that it was taken.
    """
    at = await now(azure.settings)
    if at - datetime.fromisoformat(request["at"]) > LONGEST_NAMING:
        return Failed((reason("ChangeNotTaken", item=item.id, what=["recoveryAzureVMName"]),))
    found = await read_item(azure, item.id)
    if found is None:
        return Failed((reason("ItemGone", item=item.id),))
    try:
        await begin_change_item(azure, found, ItemChange(vm_name=name))
    except Rejected as refusal:
        return await _refused(azure, at.isoformat(), refusal)
    return later(azure, f"the item's VM is being named {name}, as it is at home")


async def _just_ended(azure: Azure, request: dict[str, Any], plan: FailoverPlan, item: ProtectedItem) -> Wait | None:
    """Follow the job of this action that began since it was decided, for it is an earlier try's; the item, which tells
    of a job only while it runs, may show late what it has done.
    """
    job = await find_job_since(azure, item, SCENARIOS[plan.action], datetime.fromisoformat(request["at"]))
    return await begun(azure, request["run"], job) if job else None


async def _refused(azure: Azure, since: str, refusal: Rejected) -> Wait | Failed:
    """A conflict with something that will be over soon is waited for; what else Azure refuses ends the step.

    `since` is when the step was tried first, ISO 8601 in UTC.
    """
    passes = refusal.status == HTTPStatus.CONFLICT and refusal.reason.code != LOCKED
    if passes and await now(azure.settings) - datetime.fromisoformat(since) < LONGEST_CONFLICT:
        return later(azure, f"Azure refuses it for now: {refusal.reason.code}")
    return Failed((refusal.reason,))


async def _ready(azure: Azure, plan: FailoverPlan, item: ProtectedItem, began_at: str) -> dict[str, Any]:
    after = await told_after(azure, plan, item)
    return {"status": "ready", "id": item.id, "outcome": carried_out(plan, item, after, began_at)}


async def _running(azure: Azure, run: str, plan: FailoverPlan, item: ProtectedItem) -> Wait | None:
    """Wait for what Site Recovery does with the item now: for this action, begun by an earlier try, by its operation;
    for anything else until it is over.
    """
    operation: Operation | None = await find_running_scenario(azure, item)
    if operation is None:
        return None
    if is_doing(item, plan.action):
        return await begun(azure, run, operation)
    return later(azure, f"Site Recovery still works on {item.scenario}")


async def _begun_before(azure: Azure, request: dict[str, Any], plan: FailoverPlan) -> Wait | None:
    """What was begun all the same: by an earlier try whose answer was lost, so that Azure refuses to begin it a second
    time, or by this one, whose answer is not to be followed.
    """
    item = await find_again(azure, plan)
    if item is None:
        return None
    if is_done(plan, item):
        return later(azure, UNSEEN)
    running = await _running(azure, request["run"], plan, item)
    return running or await _just_ended(azure, request, plan, item)


async def remove_left_vm(request: dict) -> Answer:
    """Delete what the plan of `{"run", "plan", "at"}` names, one after the other: ready once nothing of it is there."""
    azure = await connect()
    plan = decode(FailoverPlan, request["plan"])
    failure = failure_of(request)
    for id_ in plan.left:
        if await read_any(azure, id_) is None:
            continue
        if failure:
            return Failed((failure,))
        try:
            operation = await begin_delete(azure, id_)
        except Rejected as refusal:
            return await _refused(azure, request["at"], refusal)
        if operation is not None:
            return await begun(azure, request["run"], operation)
        if await read_any(azure, id_) is not None:
            return later(azure, f"{id_} is being deleted")
    item = await find_again(azure, plan)
    if item is None:
        return Failed((reason("ItemGone", item=plan.item_id),))
    return {"status": "ready", "id": item.id, "outcome": carried_out(plan, item, After(), request["at"])}


ACTIVITIES = as_steps(decide_failover, prepare_reprotection, carry_out_failover, keep_failover_evidence, remove_left_vm)
