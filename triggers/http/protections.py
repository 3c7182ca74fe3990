"""The HTTP API of protections: ask for them, watch them, audit them."""

import os
import uuid
from collections.abc import Sequence

import azure.functions as func

from asr.errors import Rejected, TransientFault
from asr.gateway.session import Azure, connect
from asr.model.ending import EndOptions
from asr.model.fleet import FleetProblem
from asr.model.request import NamedRequest
from asr.model.run import PROTECT, UNPROTECT, Cause, Choices, RunEntry, RunRequest
from asr.planning.lifecycle import Place
from asr.planning.run_index import active_entry
from asr.reporting.answers.fleet import Fleet
from asr.reporting.answers.protections import History, Run, StartedProtections, Status
from asr.reporting.status import unread_status, vm_status
from asr.services.fleet_reading import reason_of
from asr.services.known import remember, snapshot_row
from asr.services.standing import row_of_vm
from asr.services.status import explain_status
from triggers.asking import Accepted, new_request, read_shown, read_state
from triggers.http.callers import requested_by
from triggers.http.choices import read_choices
from triggers.http.commands import accept, answered
from triggers.http.confirming import require_confirmed
from triggers.http.fleet import fleet_page
from triggers.http.histories import find_entries, read_run
from triggers.http.machines import one_machine, several_machines
from triggers.http.models import FleetQuery, HistoryQuery, StartRequest
from triggers.http.problems import answer
from triggers.http.route import Call, Route
from triggers.http.run_times import time_left
from triggers.http.saved_plans import moved_plan


async def start_protections(call: Call) -> func.HttpResponse:
    """Ask for the protection of each VM: a command, which waits for its turn behind the VM's active run.

    Asking for a VM by name is asking for its protection, whether it carries the tag or not. `queued` says how many runs
    of the VM come first. The same `requestId` posted again is the same command. With `replace`, which has to be
    confirmed, what protects the VM or an earlier one of its name is ended first, by a command of its own.
    """
    body = call.body(StartRequest)
    choices = read_choices(call.settings, body)
    wanted = await several_machines(call, body)
    if body.plan_hash:
        moved = await moved_plan(call.client, call.settings, wanted, choices, body.plan_hash)
        if moved:
            return moved
    by = requested_by(call.request, body.requested_by, os.environ)
    request_id = body.request_id or uuid.uuid4().hex
    if body.replace:
        require_confirmed(body.confirm, wanted)
    ends = [
        await new_request(
            call.settings, UNPROTECT, f"{request_id}/end", vm, by, Cause.HTTP, ending=EndOptions(replace=True)
        )
        for vm in (wanted if body.replace else ())
    ]
    asked = [
        await new_request(
            call.settings, PROTECT, request_id, vm, by, Cause.HTTP, choices=choices, plan_hash=body.plan_hash
        )
        for vm in wanted
    ]
    if ends:
        ending = await accept(call, ends)
        if isinstance(ending, func.HttpResponse):
            return ending
    accepted = await accept(call, asked)
    if isinstance(accepted, func.HttpResponse):
        return accepted
    await _remember(asked, accepted)
    return await answered(call, asked, accepted, body.wait)


async def read_protections(call: Call) -> func.HttpResponse:
    """Read what is decided about one VM now and how it stands; or without `vmId` the fleet, from its last snapshot."""
    query: FleetQuery = call.query
    return await (fleet_page(call, query) if query.vm_id is None and query.name is None else _one(call, query))


async def read_history(call: Call) -> func.HttpResponse:
    """Read the runs of one VM, newest first, with their steps; converging runs in a row that ended equally are one
    entry.
    """
    query: HistoryQuery = call.query
    wanted = await one_machine(call, query)
    state = await read_state(call.client, wanted)
    total, entries = await find_entries(call.client, wanted, state, query.limit)
    runs = [await read_run(call.client, entry, call.settings.tag_prefix) for entry in entries]
    return answer(History(vm_id=wanted, total=total, runs=runs))


async def _one(call: Call, query: FleetQuery) -> func.HttpResponse:
    wanted, settings = await one_machine(call, query), call.settings
    azure = await connect()
    known = await read_shown(call.client, settings, wanted)
    active = active_entry(known) if known else None
    run = await _active_run(call, azure, active) if active else None
    try:
        explained = await explain_status(azure, wanted)
    except (Rejected, TransientFault) as error:
        row_before = await snapshot_row(azure, wanted)
        problem = FleetProblem("vm", wanted, reason_of(error), row_before.item_at if row_before else None)
        return answer(unread_status(wanted, row_before, known, run, problem, settings.tag_prefix))
    row = await row_of_vm(azure, wanted, explained.facts, known)
    item = explained.facts.item if explained.facts else row.item
    around = explained.facts.preflight_facts if explained.facts else None
    unread = around.unread if around else ()
    return answer(vm_status(wanted, explained.decision, row, item, known, run, settings.tag_prefix, unread))


async def _active_run(call: Call, azure: Azure, entry: RunEntry) -> Run:
    run = await read_run(call.client, entry, call.settings.tag_prefix, with_steps=False)
    return run.model_copy(update={"seconds_left": await time_left(azure, entry.kind, entry.first)})


async def _remember(asked: Sequence[RunRequest], accepted: Sequence[Accepted]) -> None:
    """The store knows who asked, whatever becomes of the task hub. A store that does not answer stops no command."""
    azure = await connect()
    for request, one in zip(asked, accepted, strict=True):
        if one.place == Place(None):
            continue
        choices = request.choices or Choices()
        named = NamedRequest(
            request.requested_by.name,
            request.requested_by.verified,
            request.at,
            request.request_id,
            choices.profile,
            dict(choices.overrides),
            request.plan_hash,
        )
        await remember(azure, request.vm_id, named)


ROUTES = (
    Route(
        "POST",
        "protections",
        start_protections,
        {200: (StartedProtections,), 202: (StartedProtections,)},
        body=StartRequest,
        problems={
            404: "VmNotFound: there is no such VM; nothing was started.",
            409: "PlanHasMoved with a diff, PlanUnknown, or QueueFull: too many commands wait for a VM.",
        },
    ),
    Route(
        "GET",
        "protections",
        read_protections,
        {200: (Status, Fleet)},
        query=FleetQuery,
        problems={404: "VmNotFound: no VM has this name."},
    ),
    Route(
        "GET",
        "protections/history",
        read_history,
        {200: (History,)},
        query=HistoryQuery,
        problems={404: "VmNotFound: no VM has this name."},
    ),
)
