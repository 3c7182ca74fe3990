"""The HTTP API: start, watch and audit. Bodies and answers are JSON, errors `application/problem+json`."""

import asyncio
import math
import os
from contextlib import suppress
from typing import Any

import azure.functions as func
from azure.durable_functions import Blueprint, DurableFunctionsClient

from asr import resource_id
from asr.decisions import explain
from asr.errors import BadRequest, BadSetting
from asr.gateway.session import connect
from asr.planning.events import VM_TYPE
from asr.reporting.status import vm_status
from asr.runs import Choices
from asr.settings import Settings, read_settings
from triggers.answers import answer, answering
from triggers.asking import ask_for_run, read_watch
from triggers.bodies import StartRequest, read_body
from triggers.histories import read_run

bp = Blueprint()

DEFAULT_RUNS = 10
"""Runs that the history shows unless `limit` says otherwise; the newest come first."""


async def start_protections(req: func.HttpRequest, client) -> func.HttpResponse:  # type: ignore[no-untyped-def]
    """POST /api/protections: start a run for each VM, or join the one that is active.

    Asking for a VM by name is asking for its protection, whether it carries the tag or not. A run that was active
    already may have read the VM before: one more run follows it with the choices made here.
    """
    settings = read_settings(os.environ)
    body = read_body(StartRequest, req.get_body())
    vm_ids = [_vm_id(settings, text, f"vmIds[{index}]") for index, text in enumerate(body.vm_ids)]
    choices = Choices(body.profile, body.overrides)
    started = await asyncio.gather(*(_start(client, settings, req, vm_id, choices) for vm_id in vm_ids))
    if body.wait:
        await _wait(client, started, body.wait)
        if all("outcome" in one for one in started):
            return answer({"protections": started})
    first = next((one["statusQueryGetUri"] for one in started if "statusQueryGetUri" in one), None)
    return answer({"protections": started}, status=202, headers={"Location": first} if first else None)


async def read_protection(req: func.HttpRequest, client) -> func.HttpResponse:  # type: ignore[no-untyped-def]
    """GET /api/protections?vmId=: what is decided about one VM now, and how it stands."""
    settings = read_settings(os.environ)
    vm_id = _vm_id(settings, req.params.get("vmId"), "vmId")
    explained = await explain(await connect(), settings, vm_id, with_item=True)
    watch = await read_watch(client, vm_id)
    active = next((note for note in watch.runs if note.id == watch.active), None) if watch else None
    run = await read_run(client, active.id, active.cause, with_steps=False) if active else None
    return answer(vm_status(vm_id, explained.decision, explained.facts, watch, run))


async def read_history(req: func.HttpRequest, client) -> func.HttpResponse:  # type: ignore[no-untyped-def]
    """GET /api/protections/history?vmId=: every run of one VM, newest first, with its steps."""
    vm_id = _vm_id(read_settings(os.environ), req.params.get("vmId"), "vmId")
    limit = _limit(req.params.get("limit"))
    watch = await read_watch(client, vm_id)
    notes = tuple(reversed(watch.runs))[:limit] if watch else ()
    runs = [await read_run(client, note.id, note.cause) for note in notes]
    return answer({"vmId": vm_id, "total": watch.count if watch else 0, "runs": [run for run in runs if run]})


async def health(req: func.HttpRequest) -> func.HttpResponse:
    """GET /api/health: alive, and whether the configuration can be used."""
    try:
        settings = read_settings(os.environ)
    except BadSetting as error:
        return answer({"status": "misconfigured", "problems": list(error.problems)}, status=503)
    return answer({"status": "healthy", "subscriptions": list(settings.subscriptions), "problems": []})


async def _start(
    client: DurableFunctionsClient, settings: Settings, req: func.HttpRequest, vm_id: str, choices: Choices
) -> dict[str, Any]:
    run = await ask_for_run(client, settings, vm_id, "http", choices)
    if run is None:
        return {"vmId": vm_id, "note": "The request is taken; its run is not named yet. Ask for the status."}
    return {"vmId": vm_id, **client.create_http_management_payload(req, run)}


async def _wait(client: DurableFunctionsClient, started: list[dict[str, Any]], seconds: float) -> None:
    """Add the outcomes of the runs that end in time."""

    async def outcome(one: dict[str, Any]) -> None:
        if "id" not in one:
            return
        with suppress(TimeoutError):
            state = await client.wait_for_orchestration_completion(one["id"], timeout=math.ceil(seconds))
            one["outcome"] = state.get_output() if state else None

    await asyncio.gather(*(outcome(one) for one in started))


def _vm_id(settings: Settings, text: str | None, field: str) -> str:
    """The VM id that a caller gave; refused when it is none or lies outside the app's subscriptions."""
    if not text:
        raise BadRequest(field, "it is missing; give the full resource id of a virtual machine")
    try:
        vm = resource_id.parse(text)
    except ValueError as error:
        raise BadRequest(field, str(error)) from None
    if not vm.is_type(VM_TYPE):
        raise BadRequest(field, f"{text!r} is a {vm.type}; give the id of a {VM_TYPE}")
    if vm.subscription.lower() not in settings.subscriptions:
        raise BadRequest(field, f"subscription {vm.subscription!r} is not among ASR_SUBSCRIPTIONS; add it there first")
    return str(vm)


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_RUNS
    if not text.isdigit() or int(text) < 1:
        raise BadRequest("limit", f"{text!r} is not a whole number from 1 up")
    return int(text)


for _route, _method, _function in (
    ("protections", "POST", start_protections),
    ("protections", "GET", read_protection),
    ("protections/history", "GET", read_history),
):
    bp.route(route=_route, methods=[_method], trigger_arg_name="req")(
        bp.durable_client_input(client_name="client")(answering(_function))
    )
bp.route(route="health", methods=["GET"], trigger_arg_name="req")(answering(health))
