"""The HTTP API of protections: start them, watch them, audit them."""

import asyncio
import os
import uuid
from typing import Any

import azure.functions as func
from azure.durable_functions import Blueprint

from asr.choices.tags import PROTECT
from asr.gateway.session import connect
from asr.model.resource_id import key
from asr.model.run import PROTECT as PROTECTION
from asr.model.run import Cause, Choices, RunRequest
from asr.planning.lifecycle import MOST_QUEUED, Place
from asr.planning.run_index import active_entry
from asr.reporting.fleet import Member, by_vm, orphans, row, selected
from asr.reporting.outcome import outcome_of
from asr.reporting.paging import page
from asr.reporting.status import vm_status
from asr.services.fleet import read_fleet, tag_value
from asr.services.status import explain_status
from triggers.asking import Accepted, ask_for_run, find_full, new_request, read_shown, read_state, read_states
from triggers.http.callers import requested_by
from triggers.http.histories import find_entries, outcomes_of, read_run
from triggers.http.models import FleetQuery, HistoryQuery, StartRequest
from triggers.http.problems import answer, problem
from triggers.http.route import Call, Route, register
from triggers.http.saved_plans import broken_promise
from triggers.http.vm_ids import vm_id, vm_ids

bp = Blueprint()


async def start_protections(call: Call) -> func.HttpResponse:
    """Ask for the protection of each VM: a command, which waits for its turn behind the VM's active run.

    Asking for a VM by name is asking for its protection, whether it carries the tag or not. `queued` says how many runs
    of the VM come first. The same `requestId` posted again is the same command.
    """
    body = call.body(StartRequest)
    wanted, choices = vm_ids(call.settings, body.vm_ids), Choices(body.profile, body.overrides)
    if body.plan_hash:
        broken = await broken_promise(call.client, call.settings, wanted, choices, body.plan_hash)
        if broken:
            return broken
    by = requested_by(call.request, body.requested_by, os.environ)
    request_id = body.request_id or uuid.uuid4().hex
    asked = [
        await new_request(
            call.settings, PROTECTION, request_id, vm, by, Cause.HTTP, choices=choices, plan_hash=body.plan_hash
        )
        for vm in wanted
    ]
    full = await find_full(call.client, call.settings, asked)
    if full:
        return _queue_full(full)
    accepted = await asyncio.gather(*(ask_for_run(call.client, call.settings, one) for one in asked))
    started = [_started(call, *pair) for pair in zip(asked, accepted, strict=True)]
    late = [request.vm_id for request, one in zip(asked, accepted, strict=True) if one.place == Place(None)]
    if late and len(late) == len(started):
        return _queue_full(late)
    if body.wait:
        await _wait(call, started, body.wait)
    if started and all("outcome" in one for one in started):
        return answer({"protections": started})
    first = next((one["statusQueryGetUri"] for one in started if "statusQueryGetUri" in one), None)
    return answer({"protections": started}, status=202, headers={"Location": first} if first else None)


async def read_protections(call: Call) -> func.HttpResponse:
    """Read what is decided about one VM now and how it stands; or without `vmId` the fleet, from lists alone."""
    query: FleetQuery = call.query
    return await (_fleet(call, query) if query.vm_id is None else _one(call, query.vm_id))


async def read_history(call: Call) -> func.HttpResponse:
    """Read the runs of one VM, newest first, with their steps; looks in a row that ended equally are one entry."""
    query: HistoryQuery = call.query
    wanted = vm_id(call.settings, query.vm_id, "vmId")
    state = await read_state(call.client, wanted)
    total, entries = await find_entries(call.client, wanted, state, query.limit)
    runs = [await read_run(call.client, entry, call.settings.tag_prefix) for entry in entries]
    return answer({"vmId": wanted, "total": total, "runs": runs})


async def _one(call: Call, text: str) -> func.HttpResponse:
    wanted = vm_id(call.settings, text, "vmId")
    explained = await explain_status(await connect(), wanted)
    state = await read_shown(call.client, call.settings, wanted)
    prefix = call.settings.tag_prefix
    active = active_entry(state) if state else None
    run = await read_run(call.client, active, prefix, with_steps=False) if active else None
    return answer(vm_status(wanted, explained.decision, explained.facts, state, run, prefix))


async def _fleet(call: Call, query: FleetQuery) -> func.HttpResponse:
    azure, settings = await connect(), call.settings
    fleet, states = await asyncio.gather(read_fleet(azure, settings.subscriptions), read_states(call.client))
    items, tag = by_vm(fleet.items), f"{settings.tag_prefix}{PROTECT}"
    members = [
        Member(vm.id, vm.location, tag_value(vm.tags, tag), items.get(key(vm.id)), states.get(key(vm.id)))
        for vm in fleet.machines
    ]
    present = {key(vm.id) for vm in fleet.machines}
    members += orphans(fleet.items, present, settings.subscriptions, states)
    chosen = selected(members, query.state, query.region)
    shown, following = page(chosen, lambda member: member.vm_id, query.top, query.continuation)
    return answer({"total": len(chosen), "protections": [row(member) for member in shown], "continuation": following})


def _started(call: Call, request: RunRequest, accepted: Accepted) -> dict[str, Any]:
    place = accepted.place
    if place == Place(None):
        return {
            "vmId": request.vm_id,
            "note": f"{MOST_QUEUED} commands wait for this VM already; this one is not taken.",
        }
    told = {"vmId": request.vm_id, "queued": place.queued if place else None}
    if place is None:
        told["note"] = (
            "The task hub has not confirmed the request yet. Post it again with the same requestId, or read the run."
        )
    return {**told, **call.client.create_http_management_payload(call.request, accepted.run)}


def _queue_full(full: list[str]) -> func.HttpResponse:
    detail = (
        f"{MOST_QUEUED} commands wait for each of these VMs already, and this one was not taken; nothing was started. "
        "Wait until one of their runs has ended, then post it again."
    )
    return problem(409, "QueueFull", "Too many commands wait", detail, vmIds=full)


async def _wait(call: Call, started: list[dict[str, Any]], seconds: float) -> None:
    """Add the outcomes of those runs that end in time: of the very runs that carry the commands."""
    ids = [one["id"] for one in started if "id" in one]
    outcomes = await outcomes_of(call.client, ids, seconds)
    for one in started:
        if one.get("id") in outcomes:
            one["outcome"] = outcome_of(outcomes[one["id"]], call.settings.tag_prefix)


ROUTES = (
    Route(
        "POST",
        "protections",
        start_protections,
        {200: "Started", 202: "Started"},
        body=StartRequest,
        problems={409: "PlanHasMoved with a diff, PlanUnknown, or QueueFull: too many commands wait for a VM."},
    ),
    Route("GET", "protections", read_protections, {200: "StatusOrFleet"}, query=FleetQuery),
    Route("GET", "protections/history", read_history, {200: "History"}, query=HistoryQuery),
)

register(bp, ROUTES)
