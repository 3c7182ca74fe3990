"""Which VMs of a scope can be protected: by their items, as far as the snapshot knows any, else by a decision."""

import asyncio
from dataclasses import replace

from asr.choices.tags import PROTECT
from asr.errors import Rejected
from asr.gateway.graph import find_machines
from asr.gateway.session import Azure
from asr.gateway.urgency import Urgency, with_urgency
from asr.model.fleet import Machine
from asr.model.resource_id import key
from asr.model.run import Choices
from asr.planning.fleet_state import Standing, standing
from asr.reporting.answers.protectable import Protectable
from asr.reporting.paging import page
from asr.reporting.protectable import Candidate, listing
from asr.services.changes import ASKED
from asr.services.decide import EXPLAINED_AT_ONCE, explain_all
from asr.services.known import follow_item, snapshot_row
from asr.services.machines import Scope


async def list_protectable(azure: Azure, scope: Scope, top: int, continuation: str | None) -> Protectable:
    """One page of the scope's VMs, each as if it were asked for by name.

    Raises:
        BadRequest: the continuation is none.
        Rejected, TransientFault: Azure did not tell.
    """
    settings = azure.settings
    with with_urgency(Urgency.PEOPLE):
        machines = [machine for machine in await _machines(azure) if scope.holds(machine)]
    shown, following = page(machines, lambda machine: machine.id, top, continuation)
    few = asyncio.Semaphore(EXPLAINED_AT_ONCE)
    known = await asyncio.gather(*(_candidate(azure, machine, few) for machine in shown))
    open_ = [candidate.vm_id for candidate in known if candidate.item is None]
    explained = await explain_all(azure, settings, open_, Choices(), ASKED)
    decisions = {key(vm_id): answer.decision for vm_id, answer in zip(open_, explained, strict=True)}
    candidates = [replace(candidate, decision=decisions.get(key(candidate.vm_id))) for candidate in known]
    return listing(candidates, len(machines), following, settings.tag_prefix)


async def _machines(azure: Azure) -> list[Machine]:
    found: list[Machine] = []
    continuation = None
    while True:
        read = await find_machines(azure, continuation)
        found += read.machines
        continuation = read.continuation
        if continuation is None:
            return found


async def _candidate(azure: Azure, machine: Machine, few: asyncio.Semaphore) -> Candidate:
    """The VM with its item, read again, if the fleet's snapshot knows one."""
    tag = f"{azure.settings.tag_prefix}{PROTECT}"
    value = next((value for name, value in machine.tags.items() if name.lower() == tag), None)
    candidate = Candidate(machine.id, machine.location, value)
    row = await snapshot_row(azure, machine.id)
    if row is None or row.item is None:
        return candidate
    try:
        async with few:
            item = await follow_item(azure, row.item, machine.id)
    except Rejected:
        item = row.item
    if item is None:
        return candidate
    about = Standing(machine.id, machine, item, asks=row.asks, asked_before=row.asked_before, seen=row.seen)
    return replace(candidate, item=item, condition=standing(about))
