"""How one VM stands, read now: by the same rows and the same function as the fleet."""

from dataclasses import replace

from asr.choices.request import ProtectionRequest
from asr.choices.tags import Asked
from asr.errors import Rejected, TransientFault
from asr.gateway.answers import ids_understood
from asr.gateway.clock import now
from asr.gateway.session import Azure
from asr.gateway.site_recovery import get_protected_item
from asr.model.fleet import FleetRow
from asr.model.item_around import ItemAround
from asr.model.run import VmState
from asr.model.vm_facts import ProtectedItem, VmFacts
from asr.planning.fleet_rows import row_of
from asr.planning.fleet_state import machine_of
from asr.planning.homes import made_by_failover
from asr.planning.readings import ItemReading, VmReading
from asr.planning.requests import left_by_failover
from asr.services.known import follow_item, known_ending, remembered_request, snapshot_row
from asr.services.points import read_newest
from asr.services.requested import request_of
from asr.services.snapshot import find_maker


async def row_of_vm(azure: Azure, vm_id: str, facts: VmFacts | None, state: VmState | None) -> FleetRow:
    """The VM's row as a sweep of now would make it. `facts` are what was just read of the VM; None: it is gone.

    The item of a VM that is gone is found by what the last snapshot or the VM's entity knows of it.

    Raises:
        NotUnderstood: an id that Azure told is none.
    """
    with ids_understood(f"GET {vm_id}"):
        return await _row(azure, vm_id, facts, state)


async def _row(azure: Azure, vm_id: str, facts: VmFacts | None, state: VmState | None) -> FleetRow:
    before, record = await snapshot_row(azure, vm_id), await remembered_request(azure, vm_id)
    item = facts.item if facts else await _item_left(azure, vm_id, before, state)
    made_by = made_by_failover(item, vm_id) if item else None
    if made_by is not None:
        item = None
    elif item is None:
        made_by = await find_maker(azure, vm_id)
    machine = machine_of(facts.vm, azure.settings.tag_prefix) if facts else None
    if item is None and made_by is None and machine is not None:
        made_by = left_by_failover(record, machine.guid)
    request = request_of(azure.settings, machine.tags) if machine else ProtectionRequest()
    tagged = request.requested
    named = record.by_name if record else None
    if machine and not tagged and named is not None:
        request = request_of(azure.settings, machine.tags, Asked(named.profile, named.overrides))
    at = (await now(azure.settings)).isoformat()
    newest = await read_newest(azure, item) if item and request.options.rpo_minutes else None
    return row_of(
        VmReading(
            vm_id,
            machine,
            ItemReading(item, at, replace(facts.around, at=at) if facts else ItemAround(at=at)) if item else None,
            tagged=tagged,
            request=request,
            is_remembered=record is not None,
            remembered=record,
            state=state,
            before=before,
            ending=await known_ending(azure, vm_id),
            stuck_hours=azure.settings.stuck_hours,
            newest_point=newest,
            made_by=made_by,
        )
    )


async def _item_left(azure: Azure, vm_id: str, before: FleetRow | None, state: VmState | None) -> ProtectedItem | None:
    known = before.item if before else None
    try:
        if known is not None:
            return await follow_item(azure, known, vm_id)
        return await get_protected_item(azure, state.item_id) if state and state.item_id else None
    except (Rejected, TransientFault):
        return known
