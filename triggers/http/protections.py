"""The HTTP API of protections: start them, watch them, audit them."""

import asyncio
import math
from contextlib import suppress
from typing import Any

import azure.functions as func
from azure.durable_functions import Blueprint

from asr.choices.tags import PROTECT
from asr.gateway.session import connect
from asr.model.resource_id import key
from asr.planning.lifecycle import Choices
from asr.reporting.fleet import Member, by_vm, orphans, row, selected
from asr.reporting.outcome import outcome_of
from asr.reporting.paging import page
from asr.reporting.status import vm_status
from asr.services.fleet import read_fleet, tag_value
from asr.services.status import explain_status
from triggers.asking import ask_for_run, read_released, read_watch, read_watches
from triggers.http.histories import read_run
from triggers.http.models import FleetQuery, HistoryQuery, StartRequest
from triggers.http.problems import answer
from triggers.http.route import Call, Route, register
from triggers.http.saved_plans import broken_promise
from triggers.http.vm_ids import vm_id, vm_ids

bp = Blueprint()


async def start_protections(call: Call) -> func.HttpResponse:
    """Start a run for each VM, or join the one that is active.

    Asking for a VM by name is asking for its protection, whether it carries the tag or not. A run that was active
    already may have read the VM before: one more run follows it with the choices made here.
    """
    body = call.body(StartRequest)
    wanted, choices = vm_ids(call.settings, body.vm_ids), Choices(body.profile, body.overrides, body.plan_hash)
    if body.plan_hash:
        broken = await broken_promise(call.client, call.settings, wanted, choices, body.plan_hash)
        if broken:
            return broken
    started = await asyncio.gather(*(_start(call, one, choices) for one in wanted))
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
    """Read every run of one VM, newest first, with its steps."""
    query: HistoryQuery = call.query
    wanted = vm_id(call.settings, query.vm_id, "vmId")
    watch = await read_watch(call.client, wanted)
    notes = tuple(reversed(watch.runs))[: query.limit] if watch else ()
    runs = [await read_run(call.client, note.id, note.cause, call.settings.tag_prefix) for note in notes]
    return answer({"vmId": wanted, "total": watch.count if watch else 0, "runs": [run for run in runs if run]})


async def _one(call: Call, text: str) -> func.HttpResponse:
    wanted = vm_id(call.settings, text, "vmId")
    explained = await explain_status(await connect(), wanted)
    watch = await read_released(call.client, wanted)
    active = next((note for note in watch.runs if note.id == watch.active), None) if watch else None
    prefix = call.settings.tag_prefix
    run = await read_run(call.client, active.id, active.cause, prefix, with_steps=False) if active else None
    return answer(vm_status(wanted, explained.decision, explained.facts, watch, run, prefix))


async def _fleet(call: Call, query: FleetQuery) -> func.HttpResponse:
    azure, settings = await connect(), call.settings
    fleet, watches = await asyncio.gather(read_fleet(azure, settings.subscriptions), read_watches(call.client))
    items, tag = by_vm(fleet.items), f"{settings.tag_prefix}{PROTECT}"
    members = [
        Member(vm.id, vm.location, tag_value(vm.tags, tag), items.get(key(vm.id)), watches.get(key(vm.id)))
        for vm in fleet.machines
    ]
    present = {key(vm.id) for vm in fleet.machines}
    members += orphans(fleet.items, present, settings.subscriptions, watches)
    chosen = selected(members, query.state, query.region)
    shown, following = page(chosen, lambda member: member.vm_id, query.top, query.continuation)
    return answer({"total": len(chosen), "protections": [row(member) for member in shown], "continuation": following})


async def _start(call: Call, wanted: str, choices: Choices) -> dict[str, Any]:
    run = await ask_for_run(call.client, call.settings, wanted, "http", choices)
    if run is None:
        return {"vmId": wanted, "note": "The request is taken; its run is not named yet. Ask for the status."}
    return {"vmId": wanted, **call.client.create_http_management_payload(call.request, run)}


async def _wait(call: Call, started: list[dict[str, Any]], seconds: float) -> None:
    """Add the outcomes of the runs that end in time."""

    async def outcome(one: dict[str, Any]) -> None:
        if "id" not in one:
            return
        with suppress(TimeoutError):
            state = await call.client.wait_for_orchestration_completion(one["id"], timeout=math.ceil(seconds))
            one["outcome"] = outcome_of(state.get_output(), call.settings.tag_prefix) if state else None

    await asyncio.gather(*(outcome(one) for one in started))


ROUTES = (
    Route(
        "POST",
        "protections",
        start_protections,
        {200: "Started", 202: "Started"},
        body=StartRequest,
        problems={409: "PlanHasMoved with a diff, or PlanUnknown."},
    ),
    Route("GET", "protections", read_protections, {200: "StatusOrFleet"}, query=FleetQuery),
    Route("GET", "protections/history", read_history, {200: "History"}, query=HistoryQuery),
)

register(bp, ROUTES)
