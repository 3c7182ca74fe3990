"""How a trigger asks for a run: by a signal to the VM's entity, which alone decides whether one starts."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta

from azure.durable_functions import DurableFunctionsClient
from durabletask.client import EntityQuery, OrchestrationStatus
from durabletask.entities import EntityInstanceId, EntityMetadata

from asr.codec import decode, encode
from asr.model.resource_id import key
from asr.planning.lifecycle import Choices, Look, Watch, given_up
from asr.planning.naming import vm_key
from asr.settings import Settings

ENDED = frozenset({OrchestrationStatus.COMPLETED, OrchestrationStatus.FAILED, OrchestrationStatus.TERMINATED})

SCHEDULING_TIME = timedelta(minutes=5)
"""A run that its entity scheduled exists within this time; one that does not was purged."""

TICKET_SECONDS = 20.0
"""How long a caller waits to learn its run's id. An idle entity answers within a poll of the task hub."""


ENTITIES = "@virtualmachine@"
"""How the ids of all VMs' entities begin."""


def entity_of(vm_id: str) -> EntityInstanceId:
    """The entity that watches this VM."""
    return EntityInstanceId("VirtualMachine", vm_key(vm_id))


def pacing_of(settings: Settings) -> dict[str, float]:
    """What orchestrators need of the settings; it travels as data, because they may not read any."""
    return {
        "poll_seconds": settings.poll_seconds,
        "retry_seconds": settings.retry_seconds,
        "retry_attempts": settings.retry_attempts,
        "step_minutes": settings.step_minutes,
    }


async def ask(
    client: DurableFunctionsClient,
    settings: Settings,
    vm_id: str,
    cause: str,
    *,
    ticket: str | None = None,
    choices: Choices | None = None,
) -> None:
    """Ask that the VM be looked at."""
    look = Look(vm_id, cause, pacing_of(settings), ticket=ticket, choices=choices)
    await client.signal_entity(entity_of(vm_id), "look", input=encode(look))


async def ask_for_run(
    client: DurableFunctionsClient, settings: Settings, vm_id: str, cause: str, choices: Choices
) -> str | None:
    """Ask, and wait for the id of the run that serves the request: a new one, or the active one that is joined.

    None when the task hub has not answered within `TICKET_SECONDS`; the request stands all the same.
    """
    await read_released(client, vm_id)
    ticket = uuid.uuid4().hex
    await ask(client, settings, vm_id, cause, ticket=ticket, choices=choices)
    deadline = asyncio.get_running_loop().time() + TICKET_SECONDS
    pause = 0.05
    while asyncio.get_running_loop().time() < deadline:
        watch = await read_watch(client, vm_id)
        run = dict(watch.tickets).get(ticket) if watch else None
        if run is not None:
            return run
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 1.0)
    return None


async def read_watch(client: DurableFunctionsClient, vm_id: str) -> Watch | None:
    """What the VM's entity knows; None when nobody ever asked about the VM."""
    entity = await client.get_entity(entity_of(vm_id), include_state=True)
    return _watch(entity)


async def read_watches(client: DurableFunctionsClient) -> dict[str, Watch]:
    """What all entities know, by the compared form of their VM's id: one query, in pages."""
    entities = await client.get_all_entities(EntityQuery(instance_id_starts_with=ENTITIES, include_state=True))
    watches = (_watch(entity) for entity in entities)
    return {key(watch.vm_id): watch for watch in watches if watch}


async def release_all_stuck(client: DurableFunctionsClient) -> None:
    """Free every VM whose active run was terminated or purged and therefore never reported."""
    query = EntityQuery(instance_id_starts_with=ENTITIES, include_state=True)
    for entity in await client.get_all_entities(query):
        await _released(client, entity)


async def read_released(client: DurableFunctionsClient, vm_id: str) -> Watch | None:
    """What the VM's entity knows, or will know in a moment: a run that ended without a report is given up."""
    entity = await client.get_entity(entity_of(vm_id), include_state=True)
    return await _released(client, entity) if entity else None


async def _released(client: DurableFunctionsClient, entity: EntityMetadata) -> Watch | None:
    watch = _watch(entity)
    if watch is None or watch.active is None or not await _is_over(client, watch.active, entity):
        return watch
    again = _watch(await client.get_entity(entity.id, include_state=True))
    if again is None or again.active != watch.active:
        return again  # it has reported meanwhile
    await client.signal_entity(entity.id, "given_up", input={"run": watch.active, "vm_id": watch.vm_id})
    return given_up(again, watch.active, entity.id.key)[0]


async def _is_over(client: DurableFunctionsClient, run: str, entity: EntityMetadata) -> bool:
    state = await client.get_orchestration_state(run, fetch_payloads=False)
    if state is None:
        return datetime.now(UTC) - entity.last_modified > SCHEDULING_TIME
    return state.runtime_status in ENDED


def _watch(entity: EntityMetadata | None) -> Watch | None:
    state = entity.get_typed_state(dict) if entity else None
    return decode(Watch, state) if state else None
