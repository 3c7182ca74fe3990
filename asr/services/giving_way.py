"""Drills give way to real failovers: which are under way, and how they are called off where nobody can be told."""

import logging
from collections.abc import Iterable, Mapping

from asr.errors import AutoprotectError
from asr.gateway.clock import now
from asr.gateway.drills import keep_called_off, read_unfinished
from asr.gateway.session import Azure
from asr.model.drill import CalledOff, Drill
from asr.model.resource_id import key, parse

_LOG = logging.getLogger(__name__)


async def drills_under_way(azure: Azure, vm_ids: Iterable[str]) -> Mapping[str, Drill]:
    """The drills that are not over of these VMs, by the compared form of the VMs' ids."""
    wanted = {key(vm_id) for vm_id in vm_ids}
    found: dict[str, Drill] = {}
    for drill in await read_unfinished(azure):
        found |= {place: drill for place in map(key, drill.runs) if place in wanted}
    return found


def because_of(vm_place: str) -> str:
    """Why a drill is called off for a failover of this VM."""
    return f"a real failover of {parse(vm_place).name} was asked for"


async def note_failover(azure: Azure, vm_ids: Iterable[str], by: str, *, verified: bool) -> None:
    """Note for the drills that these VMs are part of that they are called off: their runs read it before each probe.

    A failover does not wait for a rehearsal, nor for a store that does not tell of any.
    """
    try:
        for place, drill in (await drills_under_way(azure, vm_ids)).items():
            at = (await now(azure.settings)).isoformat()
            await keep_called_off(azure, drill.id, CalledOff(at, by, verified, because_of(place)))
    except AutoprotectError as error:
        _LOG.warning("drills could not be called off for a failover: %s", error)
