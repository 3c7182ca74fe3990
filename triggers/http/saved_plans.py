"""Plans that were answered are kept in the task hub under their hash; a run may be asked for only as planned."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from azure.durable_functions import DurableFunctionsClient
from azure.functions import HttpResponse
from durabletask.client import EntityQuery
from durabletask.entities import EntityInstanceId

from asr.codec import from_packed, to_packed
from asr.data.prices import read_prices
from asr.errors import BadRequest
from asr.gateway.clock import now
from asr.gateway.session import connect
from asr.model.ending import EndOptions
from asr.model.run import Choices
from asr.planning.plan_diff import SavedPlan, is_of, kept, moved
from asr.reporting.plan import difference
from asr.services.what_if import Plans, plan_all, plan_ends
from asr.settings import Settings
from triggers.http.problems import problem

KEPT = timedelta(days=7)
"""How long a plan is kept; after that a caller has to plan anew."""

STORING_SECONDS = 3.0
"""How long to wait for a plan that may have been answered a moment ago: the task hub keeps it in its own time."""


async def plans_now(settings: Settings, vm_ids: list[str], asked: Choices | EndOptions) -> Plans:
    """The plans of now: to protect by these choices, or to end the protection so.

    Raises:
        TransientFault: Azure did not tell now what they need.
    """
    if isinstance(asked, EndOptions):
        return await plan_ends(await connect(), vm_ids, asked)
    choices = asked
    return await plan_all(await connect(), settings, read_prices(), vm_ids, choices)


async def keep(client: DurableFunctionsClient, plans: Plans) -> None:
    """Keep the plans under their hash."""
    await keep_saved(client, kept(plans.hash, plans.vms))


async def keep_saved(client: DurableFunctionsClient, saved: SavedPlan) -> None:
    """Keep a plan under its hash."""
    await client.signal_entity(_entity_of(saved.hash), "keep", input=to_packed(saved))


async def forget_old_plans(client: DurableFunctionsClient, settings: Settings) -> None:
    """Forget plans that nobody will come back with."""
    query = EntityQuery(
        instance_id_starts_with="@plan@", last_modified_to=await now(settings) - KEPT, include_state=False
    )
    for entity in await client.get_all_entities(query):
        await client.signal_entity(entity.id, "forget")


async def moved_plan(
    client: DurableFunctionsClient, settings: Settings, vm_ids: list[str], asked: Choices | EndOptions, hash_: str
) -> HttpResponse | None:
    """The 409 for a plan that no longer is what a run would do; None when it still is.

    Raises:
        BadRequest: the plan is of other VMs.
        TransientFault: Azure did not tell now what the plan of now needs.
    """
    planned = await plans_now(settings, vm_ids, asked)
    return await moved_problem(client, settings, vm_ids, kept(planned.hash, planned.vms), hash_)


async def moved_problem(
    client: DurableFunctionsClient, settings: Settings, vm_ids: Sequence[str], now: SavedPlan, hash_: str
) -> HttpResponse | None:
    """The 409 for a plan of this hash that is another one than the plan of now; None when it still is that.

    Raises:
        BadRequest: the plan is of other VMs.
    """
    if now.hash == hash_:
        return None
    await keep_saved(client, now)
    then = await _read(client, hash_)
    if then is None:
        detail = f"No plan {hash_} is kept. POST /api/plans with the same body gives the plan of now."
        return problem(409, "PlanUnknown", "The plan is not known", detail, planHash=hash_, currentHash=now.hash)
    if not is_of(then, vm_ids):
        raise BadRequest("planHash", f"it is the plan of other VMs: {', '.join(sorted(then.actions))}")
    detail = (
        "What a run would do has changed since it was planned. Read what differs, and plan again; "
        "a program may send currentHash as planHash instead."
    )
    return problem(
        409,
        "PlanHasMoved",
        "Reality has moved since the plan",
        detail,
        planHash=hash_,
        currentHash=now.hash,
        diff=[difference(one, settings.tag_prefix).model_dump(mode="json", by_alias=True) for one in moved(then, now)],
    )


async def _read(client: DurableFunctionsClient, hash_: str) -> SavedPlan | None:
    deadline = asyncio.get_running_loop().time() + STORING_SECONDS
    while True:
        entity = await client.get_entity(_entity_of(hash_), include_state=True)
        state = entity.get_typed_state(str) if entity else None
        if state:
            return from_packed(SavedPlan, state)
        if asyncio.get_running_loop().time() > deadline:
            return None
        await asyncio.sleep(0.2)


def _entity_of(hash_: str) -> EntityInstanceId:
    return EntityInstanceId("Plan", hash_)
