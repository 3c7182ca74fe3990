"""The steps of a sweep; each reads or joins one page, and leaves what it found in the store.

What crosses the durable boundary are page numbers and counts, however large the fleet.
"""

import json
import logging
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from durabletask.client import EntityQuery
from durabletask.entities import EntityInstanceId

from activities.abandoned import release_abandoned
from activities.interrupted import keep_interrupted
from activities.step import as_step, as_steps
from asr.codec import decode, encode, encode_compact
from asr.gateway.run_times_store import note_run_times
from asr.gateway.session import connect
from asr.model.fleet import FleetProblem
from asr.model.outcome import Reason
from asr.model.run import Cause, RequestedBy, RunRequest, VmState
from asr.planning.naming import vm_key
from asr.services.fleet_joining import join_page, joining_of
from asr.services.fleet_needs import Needed
from asr.services.fleet_reading import keep_states, read_machines, read_vaults
from asr.services.fleet_snapshot import finish
from asr.services.told_fleet import tell_fleet
from asr.telemetry.tracing import carried_by_its_own

_LOG = logging.getLogger(__name__)

_ENTITIES = EntityQuery(instance_id_starts_with="@virtualmachine@", include_state=True)

MOST_TOLD, MOST_WORDS = 3, 200
"""Problems that a sweep's own output tells, and the characters of each of Azure's words about them."""


async def keep_vm_states(request: dict, client) -> dict:  # type: ignore[no-untyped-def]
    """Keep what the VMs' entities know for the later steps of `{"reading"}`, and how long their runs took; free those
    whose run is lost.
    """

    async def body(asked: dict) -> dict:
        azure = await connect()
        kept = [entity.get_typed_state(dict) for entity in await client.get_all_entities(_ENTITIES)]
        states = [state for state in kept if state]
        released = await release_abandoned(client, azure.settings, states, partial(keep_interrupted, client, azure))
        present = [released.get(state["vm_id"]) or decode(VmState, state) for state in states]
        await keep_states(azure, asked["reading"], present)
        await note_run_times(azure, present)
        return {"status": "ready"}

    return await as_step(body)(request)


async def read_machine_page(request: dict) -> dict:
    """Read page `{"reading", "page"}` of the machines; `more` says whether there is another one."""
    return {"status": "ready", "more": await read_machines(await connect(), request["reading"], request["page"])}


async def read_vault_items(request: dict) -> dict:
    """Read the items of the vaults of `{"reading", "pages", "step"}`; `more` says whether there are more vaults."""
    more = await read_vaults(await connect(), request["reading"], request["pages"], request["step"])
    return {"status": "ready", "more": more}


async def compare_page(request: dict, client) -> dict:  # type: ignore[no-untyped-def]
    """Join page `{"reading", "steps", "page", "at", "requested_by", "pacing"}`, and ask for the runs that are needed.

    Asking twice asks once: all requests of a sweep bear its own id.
    """

    async def body(asked: dict) -> dict:
        azure = await connect()
        joining = await joining_of(azure, asked["reading"], asked["steps"])
        needed = await join_page(azure, joining, asked["page"], asked["at"], remember=True)
        await _ask(client, needed, asked)
        return {"status": "ready", "asked": len(needed)}

    return await as_step(body)(request)


async def finish_sweep(request: dict, client) -> dict:  # type: ignore[no-untyped-def]
    """Make the reading `{"reading", "steps", "pages", "at"}` the fleet's snapshot, and ask for the runs that end what
    nobody asks for any more; counts of what was read.
    """

    async def body(asked: dict) -> dict:
        azure = await connect()
        joining = await joining_of(azure, asked["reading"], asked["steps"])
        head, needed = await finish(azure, joining, asked["pages"], asked["at"], is_sweep=True)
        await _ask(client, needed, asked)
        await tell_fleet(azure, head, asked["at"])
        problems = sorted({f"{one.kind} {one.reason.code}" for one in head.problems})
        _LOG.info(json.dumps({"sweep": head.id, "machines": head.machines, "fleet": head.total, "problems": problems}))
        return {
            "status": "ready",
            "machines": head.machines,
            "fleet": head.total,
            "vaults": len(head.vaults),
            "asked": len(needed),
            "problems": [encode(reason) for reason in _told(head.problems)],
        }

    return await as_step(body)(request)


async def _ask(client, needed: Iterable[Needed], asked: dict) -> None:  # type: ignore[no-untyped-def]
    for one in needed:
        entity = EntityInstanceId("VirtualMachine", vm_key(one.vm_id))
        await client.signal_entity(entity, "ask", input={"request": encode_compact(_request(one, asked))})


def _told(problems: Iterable[FleetProblem]) -> list[Reason]:
    """Some of the reasons, each code once, with Azure's words cut: all of it stands in the snapshot."""
    by_code = {one.reason.code: one.reason for one in problems}
    return [
        replace(
            reason, azure={name: words[:MOST_WORDS] for name, words in reason.azure.items()} if reason.azure else None
        )
        for reason in list(by_code.values())[:MOST_TOLD]
    ]


def _request(needed: Needed, asked: dict) -> RunRequest:
    request = RunRequest(
        kind=needed.kind,
        request_id=f"sweep {asked['reading']}",
        vm_id=needed.vm_id,
        requested_by=decode(RequestedBy, asked["requested_by"]),
        cause=Cause.SWEEP,
        at=asked["at"],
        pacing=asked["pacing"],
        finding=needed.finding,
    )
    return replace(request, choices=needed.choices, trace=carried_by_its_own(needed.vm_id))


ACTIVITIES = as_steps(read_machine_page, read_vault_items)
