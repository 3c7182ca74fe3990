"""What a request to drill several VMs is decided from: read side by side, so many at once, while somebody waits."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from asr.errors import Rejected, Throttled, TransientFault
from asr.gateway.fleet_store import read_head
from asr.gateway.session import Azure
from asr.gateway.site_recovery import list_protected_items
from asr.gateway.urgency import Urgency, with_urgency
from asr.model.drill import DrillRequest
from asr.model.resource_id import key
from asr.model.vm_facts import ProtectedItem
from asr.planning.drill_gates import ExplainedDrill
from asr.planning.unfound import Unread, unfound
from asr.services.drills import explain_item
from asr.services.failover import find_failover_item, unread_of
from asr.services.recovery_plans import list_every_item
from asr.services.snapshot import read_members

READ_AT_ONCE = 8
"""VMs whose gates are read side by side."""

FEW = 4
"""Items of a vault that are read one by one; more are listed, which is one request for each page."""

ANSWER_SECONDS = 10.0
"""How long a caller waits for the gates; those that are not read by then are left to the VMs' own runs."""


@dataclass(slots=True)
class _Found:
    """Items, and what would have to be read to know of a VM, by the compared form of the ids that VMs are called by."""

    items: dict[str, ProtectedItem] = field(default_factory=dict)
    unread: dict[str, Unread] = field(default_factory=dict)

    def add(self, items: Iterable[ProtectedItem]) -> None:
        for item in items:
            for id_ in (item.home_vm_id, item.recovered_vm_id, item.vm_id):
                if id_ is not None:
                    self.items[key(id_)] = item


async def explain_drills(
    azure: Azure,
    vm_ids: Sequence[str],
    request: DrillRequest,
    *,
    known: Iterable[ProtectedItem] = (),
    seconds: float = ANSWER_SECONDS,
) -> list[ExplainedDrill]:
    """The gates of each VM, in their order; it writes nothing. `known` are items that were just read.

    What Azure does not tell stands against the VM that it is about; what it does not tell in so many seconds is left to
    the VM's run, which reads the gates anyway.

    Raises:
        Throttled: not even which items there are can be told soon.
    """
    with with_urgency(Urgency.PEOPLE):
        found = await _find(azure, vm_ids, known)
        few = asyncio.Semaphore(READ_AT_ONCE)

        async def one(vm_id: str) -> ExplainedDrill:
            async with few:
                return await _explain(azure, vm_id, found, request)

        reading = [asyncio.create_task(one(vm_id)) for vm_id in vm_ids]
        try:
            _, late = await asyncio.wait(reading, timeout=seconds)
        finally:
            for task in reading:
                task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    return [
        ExplainedDrill(found.items.get(key(vm_id)), None, (), is_told=False) if task in late else task.result()
        for vm_id, task in zip(vm_ids, reading, strict=True)
    ]


async def _explain(azure: Azure, vm_id: str, found: _Found, request: DrillRequest) -> ExplainedDrill:
    item = found.items.get(key(vm_id))
    if item is None and key(vm_id) in found.unread:
        return ExplainedDrill(None, None, unfound(vm_id, found.unread[key(vm_id)]).reasons)
    try:
        return await explain_item(azure, vm_id, item or await find_failover_item(azure, vm_id), request)
    except Throttled:
        if item is None:
            raise
        return ExplainedDrill(item, None, (), is_told=False)
    except (Rejected, TransientFault) as failure:
        return ExplainedDrill(item, None, unfound(vm_id, unread_of(failure)).reasons)


async def _find(azure: Azure, vm_ids: Sequence[str], known: Iterable[ProtectedItem]) -> _Found:
    """The items of these VMs where there are many: first those that the last snapshot leads to, vault by vault; if
    others are still many, those of every vault. The few that are left are searched one by one.
    """
    found = _Found()
    found.add(known)
    led = await _led_to(azure, {key(vm_id) for vm_id in vm_ids} - found.items.keys())
    crowded = {vault for vault, count in Counter(map(_vault_of, led.values())).items() if count > FEW}
    for vault in sorted(crowded):
        try:
            found.add(await list_protected_items(azure, vault))
        except Throttled:
            raise
        except (Rejected, TransientFault) as failure:
            found.unread |= {place: unread_of(failure) for place, id_ in led.items() if _vault_of(id_) == vault}
    missing = {key(vm_id) for vm_id in vm_ids} - found.items.keys() - found.unread.keys()
    if len(missing) > FEW:
        every = await list_every_item(azure)
        found.add(every.items)
        if every.unread:
            found.unread |= dict.fromkeys(missing - found.items.keys(), next(iter(every.unread.values())))
    return found


async def _led_to(azure: Azure, wanted: AbstractSet[str]) -> Mapping[str, str]:
    """The items' ids that the last snapshot leads to, by the compared form of the VMs' ids."""
    head = await read_head(azure) if len(wanted) > FEW else None
    members = await read_members(azure, head) if head else None
    return {one.place: one.row.item.id for one in members or () if one.place in wanted and one.row.item is not None}


def _vault_of(item_id: str) -> str:
    return key("/".join(item_id.split("/")[:9]))
