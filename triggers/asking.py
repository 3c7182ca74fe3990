"""How a trigger asks for a run: by a signal to the VM's entity, which alone decides when one starts."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from azure.durable_functions import DurableFunctionsClient
from durabletask.client import EntityQuery, OrchestrationStatus
from durabletask.entities import EntityInstanceId, EntityMetadata

from activities.ended_runs import find_ended
from asr.codec import decode, encode_compact
from asr.gateway.clock import now
from asr.model.ending import EndOptions
from asr.model.resource_id import key
from asr.model.run import Cause, Choices, EventRef, RequestedBy, RunRequest, VmState
from asr.planning.lifecycle import Place, abandoned, is_full, place, run_id
from asr.planning.naming import vm_key
from asr.planning.run_index import kind_of
from asr.settings import Settings
from asr.telemetry.tracing import carried

ENDED = frozenset({OrchestrationStatus.COMPLETED, OrchestrationStatus.FAILED, OrchestrationStatus.TERMINATED})

ANSWER_SECONDS = 20.0
"""How long a caller waits to learn its run's place. An idle entity answers within a poll of the task hub."""

ENTITIES = "@virtualmachine@"
"""How the ids of all VMs' entities begin."""


def entity_of(vm_id: str) -> EntityInstanceId:
    """The entity of this VM."""
    return EntityInstanceId("VirtualMachine", vm_key(vm_id))


def pacing_of(settings: Settings) -> dict[str, float]:
    """What orchestrators need of the settings; it travels as data, because they may not read any."""
    return {
        "poll_seconds": settings.poll_seconds,
        "retry_seconds": settings.retry_seconds,
        "retry_attempts": settings.retry_attempts,
        "step_minutes": settings.step_minutes,
        **({"publishes": 1.0} if settings.events_endpoint else {}),
    }


async def new_request(
    settings: Settings,
    kind: str,
    request_id: str,
    vm_id: str,
    requested_by: RequestedBy,
    cause: Cause,
    *,
    event: EventRef | None = None,
    choices: Choices | None = None,
    plan_hash: str | None = None,
    ending: EndOptions | None = None,
) -> RunRequest:
    """A request of now."""
    return RunRequest(
        kind=kind,
        request_id=request_id,
        vm_id=vm_id,
        requested_by=requested_by,
        cause=cause,
        at=(await now(settings)).isoformat(),
        pacing=pacing_of(settings),
        event=event,
        choices=choices,
        plan_hash=plan_hash,
        ending=ending,
        trace=carried(),
    )


async def ask(client: DurableFunctionsClient, request: RunRequest, ended: str | None) -> None:
    """Ask the VM's entity. `ended` is its active run, if that was found ended without a report."""
    message = {"request": encode_compact(request), "ended": ended}
    await client.signal_entity(entity_of(request.vm_id), "ask", input=message)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a command: the run that carries it, and its place; None while the task hub has not told it yet."""

    run: str
    place: Place | None


async def find_full(client: DurableFunctionsClient, settings: Settings, requests: Iterable[RunRequest]) -> list[str]:
    """The VMs whose queues have no place for another command; one that was posted before has its place already."""

    async def full(request: RunRequest) -> bool:
        state = await read_state(client, request.vm_id)
        if state is None or not is_full(state):
            return False
        run = run_id(vm_key(request.vm_id), request.request_id)
        known = place(state, run, vm_key(request.vm_id)) not in (None, Place(None))
        return not known and await find_ended(client, settings, state) is None

    asked = list(requests)
    found = await asyncio.gather(*(full(request) for request in asked))
    return [request.vm_id for request, is_full_ in zip(asked, found, strict=True) if is_full_]


async def find_used(client: DurableFunctionsClient, requests: Iterable[RunRequest]) -> dict[str, str]:
    """The VMs of which another kind of command was asked under the same request id, each with that kind.

    Such a command would be taken for the one before, and never be carried out.
    """
    found = {}
    for request in requests:
        state = await read_state(client, request.vm_id)
        run = run_id(vm_key(request.vm_id), request.request_id)
        queued = [one.kind for one in state.queue if one.request_id == request.request_id] if state else []
        kind = next(iter(queued), None) or (kind_of(state, run) if state else None)
        if kind is not None and kind != request.kind:
            found[request.vm_id] = kind
    return found


async def ask_for_run(client: DurableFunctionsClient, settings: Settings, request: RunRequest) -> Accepted:
    """Ask that a command be carried out, and wait to learn its place in its VM's queue, `ANSWER_SECONDS` at most.

    A command that was posted before, under the same request id, is not asked for again, however long ago that was: its
    run exists as long as the history is kept.
    """
    vm = vm_key(request.vm_id)
    run = run_id(vm, request.request_id)
    state = await read_state(client, request.vm_id)
    found = place(state, run, vm) if state else None
    if found is None and await _exists(client, run):
        found = Place(0)
    if found is not None and found.queued is not None:
        return Accepted(run, found)
    await ask(client, request, await find_ended(client, settings, state))
    deadline = asyncio.get_running_loop().time() + ANSWER_SECONDS
    pause = 0.05
    before = state
    while asyncio.get_running_loop().time() < deadline:
        state = await read_state(client, request.vm_id)
        found = place(state, run, vm) if state and state != before else None
        if found is None and await _exists(client, run):
            found = Place(0)
        if found is not None:
            return Accepted(run, found)
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 1.0)
    return Accepted(run, None)


async def read_state(client: DurableFunctionsClient, vm_id: str) -> VmState | None:
    """What the VM's entity knows; None when it has nothing to remember."""
    return _state(await client.get_entity(entity_of(vm_id), include_state=True))


async def find_waiting(client: DurableFunctionsClient, run: str) -> tuple[str, str] | None:
    """Kind and time of the request that will be carried out by this run, which has no instance yet; None if no entity
    holds it. One whose turn has come has none for a moment, too.
    """
    vm = run.rpartition("-")[0]
    state = _state(await client.get_entity(EntityInstanceId("VirtualMachine", vm), include_state=True)) if vm else None
    if state is None:
        return None
    queued = ((one.kind, one.at) for one in state.queue if run_id(vm, one.request_id) == run)
    starts = state.active is not None and state.active.run == run and not state.active.begun
    started = ((one.kind, one.first) for one in state.runs if starts and one.run == run)
    return next(chain(queued, started), None)


async def read_states(client: DurableFunctionsClient, since: datetime | None = None) -> dict[str, VmState]:
    """What all entities know, or those that changed since then, by the compared form of their VM's id: one query."""
    states = (_state(entity) for entity in await _entities(client, since))
    return {key(state.vm_id): state for state in states if state}


async def read_shown(client: DurableFunctionsClient, settings: Settings, vm_id: str) -> VmState | None:
    """What the VM's entity knows, or would know if somebody asked it: a run that ended without a report is abandoned.

    Nothing is told to the entity: who only reads changes nothing.
    """
    state = await read_state(client, vm_id)
    ended = await find_ended(client, settings, state)
    if state is None or ended is None:
        return state
    again = await read_state(client, vm_id)  # it may have reported meanwhile
    return abandoned(again, ended, (await now(settings)).isoformat(), vm_key(vm_id))[0] if again else None


async def _exists(client: DurableFunctionsClient, run: str) -> bool:
    return await client.get_orchestration_state(run, fetch_payloads=False) is not None


async def _entities(client: DurableFunctionsClient, since: datetime | None = None) -> list[EntityMetadata]:
    query = EntityQuery(instance_id_starts_with=ENTITIES, last_modified_from=since, include_state=True)
    return await client.get_all_entities(query)


def _state(entity: EntityMetadata | None) -> VmState | None:
    kept = entity.get_typed_state(dict) if entity else None
    return decode(VmState, kept) if kept else None
