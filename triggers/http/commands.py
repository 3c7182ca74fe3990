"""Commands over HTTP: asked for of several VMs at once, each accepted or turned away, and answered alike."""

import asyncio
from collections.abc import Mapping, Sequence

import azure.functions as func

from asr.model.run import RunRequest
from asr.planning.fleet_state import FleetState
from asr.planning.lifecycle import MOST_QUEUED, Place
from asr.planning.run_index import active_entry
from asr.reporting.answers.protections import Started, StartedProtections
from asr.reporting.outcome import outcome_of, stands
from triggers.asking import Accepted, ask_for_run, find_full, find_used, read_state
from triggers.http.histories import outcomes_of
from triggers.http.problems import answer, problem
from triggers.http.route import Call
from triggers.http.runs import addresses


async def command(call: Call, asked: Sequence[RunRequest], wait: float = 0) -> func.HttpResponse:
    """Ask each VM's entity, and answer what became of it: see `accept` and `answered`."""
    accepted = await accept(call, asked)
    return accepted if isinstance(accepted, func.HttpResponse) else await answered(call, asked, accepted, wait)


async def accept(call: Call, asked: Sequence[RunRequest]) -> list[Accepted] | func.HttpResponse:
    """Ask each VM's entity; a problem if the queue of one has no place, or another kind of command had the request's
    id, and then nothing was asked.

    Of several, one whose queue was filled in the meantime says so in its own answer.
    """
    used = await find_used(call.client, asked)
    if used:
        return _used(asked[0].request_id, used)
    full = await find_full(call.client, call.settings, asked)
    if full:
        return _queue_full(full)
    accepted = await asyncio.gather(*(ask_for_run(call.client, call.settings, one) for one in asked))
    late = [request.vm_id for request, one in zip(asked, accepted, strict=True) if one.place == Place(None)]
    return _queue_full(late) if late and len(late) == len(asked) else accepted


async def answered(
    call: Call, asked: Sequence[RunRequest], accepted: Sequence[Accepted], wait: float
) -> func.HttpResponse:
    """What became of the commands: with `wait`, in seconds, the outcomes of those whose runs end in time."""
    outcomes = await outcomes_of(call.client, [one.run for one in accepted], wait) if wait else {}
    behind = await asyncio.gather(*(_behind(call, one, found) for one, found in zip(asked, accepted, strict=True)))
    started = [
        _started(call, one, found, outcomes.get(found.run), note)
        for one, found, note in zip(asked, accepted, behind, strict=True)
    ]
    done = all(one.outcome is not None for one in started)
    headers = {} if done else {"Location": started[0].status_query_get_uri}
    return answer(StartedProtections(protections=started), status=200 if done else 202, headers=headers)


async def _behind(call: Call, request: RunRequest, accepted: Accepted) -> str | None:
    """What a command waits for, and who asked for that; None if it waits for nothing."""
    if accepted.place is None or not accepted.place.queued:
        return None
    state = await read_state(call.client, request.vm_id)
    active = active_entry(state) if state else None
    if active is None or active.run == accepted.run:
        return None
    by, since = active.requested_by.name, active.first
    return (
        f"It has its turn when {active.kind} is over, which {by} asked for at {since} (run {active.run}). "
        "Whether it can be done is decided then."
    )


def _started(call: Call, request: RunRequest, accepted: Accepted, output: object, behind: str | None) -> Started:
    place, note = accepted.place, behind
    if place is None:
        note = "The task hub has not confirmed the request yet. Post it again with the same requestId, or read the run."
    elif place == Place(None):
        note = f"{MOST_QUEUED} commands wait for this VM already; this one is not taken."
    outcome = outcome_of(output, call.settings.tag_prefix)
    return Started(
        **addresses(call, accepted.run),
        vm_id=request.vm_id,
        state=stands(outcome) if outcome else FleetState.PENDING,
        reasons=outcome.reasons if outcome else [],
        queued=place.queued if place else None,
        note=note,
        outcome=outcome,
    )


def _used(request_id: str, kinds: Mapping[str, str]) -> func.HttpResponse:
    vm_id, kind = next(iter(kinds.items()))
    detail = (
        f"requestId: {request_id[:100]!r} was sent for {kind} of {vm_id.rpartition('/')[2]} before, by which a request "
        "is known when it is sent again. Nothing was started. Leave it out, or send another one."
    )
    return problem(409, "RequestIdUsed", "The requestId is another request's", detail, vmIds=list(kinds))


def _queue_full(full: Sequence[str]) -> func.HttpResponse:
    detail = (
        f"{MOST_QUEUED} commands wait for each of these VMs already, and this one was not taken; nothing was started. "
        "Wait until one of their runs has ended, then post it again."
    )
    return problem(409, "QueueFull", "Too many commands wait", detail, vmIds=list(full))
