"""Evidence: what is kept of real failovers, and whether the chain is as it was written."""

import asyncio
from dataclasses import replace
from datetime import datetime

from asr.errors import Rejected, TransientFault, Unreadable
from asr.gateway.clock import now
from asr.gateway.evidence_store import append_evidence, read_end, read_evidence
from asr.gateway.session import Azure
from asr.gateway.site_recovery import get_protected_item
from asr.gateway.site_recovery.jobs import read_job_tasks
from asr.gateway.site_recovery.running import find_job_since
from asr.model.evidence import CheckedChain, Evidence, JobTask
from asr.model.failover import FailoverAction
from asr.model.version import PRODUCT_VERSION
from asr.model.vm_facts import ProtectedItem
from asr.planning.evidence import chain_problems, evidence_of
from asr.planning.failover import SCENARIOS
from asr.planning.failover_evidence import FailoverRecord, failover_facts

MOST_CHECKED = 500
"""Documents that one answer checks."""

CHECKED_AT_ONCE = 16

MOST_BEYOND = 100
"""Documents behind the noted end that are looked for: so many processes do not die between two writes."""


async def keep_failover(azure: Azure, record: FailoverRecord, *, reads: bool = True) -> Evidence:
    """Keep the evidence of a step of a real failover, with what its item and its job tell, unless neither is read; kept
    once for each run.

    Raises:
        TransientFault: the item could not be read, or the store did not answer.
    """
    item = await _item(azure, record.item_id) if reads else None
    if item is not None:
        regions = (item.source_region, item.recovery_region)
        tasks = await _tasks(azure, item, FailoverAction(record.action), record.began_at)
        record = replace(record, source_region=regions[0], recovery_region=regions[1], health=item.health, tasks=tasks)
    at = (await now(azure.settings)).isoformat()
    facts = failover_facts(record, PRODUCT_VERSION, at)
    about = record.run if record.action == record.kind else f"{record.run}.{record.action}"
    return await append_evidence(azure, about, lambda number, previous: evidence_of(number, about, facts, previous, at))


async def _item(azure: Azure, item_id: str | None) -> ProtectedItem | None:
    try:
        return await get_protected_item(azure, item_id) if item_id else None
    except Rejected:
        return None


async def _tasks(
    azure: Azure, item: ProtectedItem, action: FailoverAction, began_at: str
) -> tuple[JobTask, ...] | None:
    """Those of the step's job, which the item does not tell of any more once it has ended."""
    if not SCENARIOS[action]:
        return None
    try:
        job = await find_job_since(azure, item, SCENARIOS[action], datetime.fromisoformat(began_at))
        return await read_job_tasks(azure, job.job) if job and job.job else None
    except (Rejected, TransientFault):
        return None


async def check_chain(azure: Azure, since: int, top: int) -> CheckedChain:
    """Check so many documents of the chain from this number on.

    Raises:
        TransientFault: the store did not answer.
    """
    end = await _end(azure)
    last = min(end, since + top - 1)
    few = asyncio.Semaphore(CHECKED_AT_ONCE)

    async def read(number: int) -> Evidence | None:
        async with few:
            return await _readable(azure, number)

    numbers = range(since, last + 1)
    found = dict(zip(numbers, await asyncio.gather(*map(read, numbers)), strict=True))
    before = await _readable(azure, since - 1) if since > 1 and found else None
    return CheckedChain(
        total=end,
        evidence=tuple(one for one in found.values() if one is not None),
        problems=tuple(chain_problems(found, before)),
        next=last + 1 if last < end else None,
    )


async def _end(azure: Azure) -> int:
    """The noted end, or what follows it: a process may have died between a document and its note."""
    end = await read_end(azure)
    for number in range(end + 1, end + MOST_BEYOND):
        if await _readable(azure, number) is None:
            break
        end = number
    return end


async def _readable(azure: Azure, number: int) -> Evidence | None:
    try:
        return await read_evidence(azure, number)
    except Unreadable:
        return None
