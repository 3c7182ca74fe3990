"""The newest recovery points of the VMs that have an objective: read only where Site Recovery's figure does not do."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from asr.errors import AutoprotectError
from asr.gateway.session import Azure
from asr.gateway.site_recovery import newest_point
from asr.model.vm_facts import ProtectedItem
from asr.planning.objectives import worth_reading
from asr.planning.readings import VmReading

MOST_READ = 100
"""VMs of one page whose points a sweep reads: of the rest Site Recovery's figure decides until the next sweep."""

READ_AT_ONCE = 8


async def read_newest(azure: Azure, item: ProtectedItem) -> str | None:
    """The newest point's time; None also when Azure does not tell now, for then nothing new is known."""
    if not item.is_protected:
        return None
    try:
        return await newest_point(azure, item.id)
    except AutoprotectError:
        return None


async def with_points(azure: Azure, readings: Sequence[VmReading]) -> list[VmReading]:
    """The readings, with their newest points where these have to be known; those read longest ago go first."""
    few = asyncio.Semaphore(READ_AT_ONCE)
    worth = sorted(filter(_is_worth, readings), key=_last_read)[:MOST_READ]
    chosen = {read.vm_id for read in worth}

    async def one(read: VmReading) -> VmReading:
        if read.vm_id not in chosen or read.item is None:
            return read
        async with few:
            return replace(read, newest_point=await read_newest(azure, read.item.item))

    return list(await asyncio.gather(*map(one, readings)))


def _is_worth(read: VmReading) -> bool:
    about, minutes = read.item, read.request.options.rpo_minutes
    if about is None or not minutes or not about.item.is_protected:
        return False
    before = read.before.rpo if read.before else None
    return worth_reading(about.item, minutes, about.at, before)


def _last_read(read: VmReading) -> str:
    rpo = read.before.rpo if read.before else None
    return (rpo.newest_point if rpo else None) or ""
