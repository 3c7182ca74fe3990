"""Which VM is in which drill, in the store: `drill-turns.json`, a `DrillTurns`.

Of several drills that are asked for in the same instant, one has a VM: the store takes only one of their writes.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from asr.errors import Conflict
from asr.gateway.drills import find_unfinished, read_drill
from asr.gateway.session import Azure
from asr.gateway.store.documents import read_document, write_document
from asr.gateway.store.names import document_name
from asr.model.drill import DrillTurn, DrillTurns
from asr.planning.naming import vm_key

_TURNS = document_name("drill-turns")

LONGEST_START = timedelta(minutes=2)
"""How long a drill that has its VMs may take until it is kept; one that died before that holds up nobody."""

_ROUNDS = 8


async def take_machines(azure: Azure, drill: str, vm_ids: Iterable[str], at: str, by: str) -> Mapping[str, DrillTurn]:
    """Take these VMs for the drill, all of them or none. `by` asked for it. The answer is which of them others
    have: the drill of each.

    Raises:
        Conflict: others came between again and again.
    """
    wanted = {vm_key(vm_id): vm_id for vm_id in vm_ids}
    for _ in range(_ROUNDS):
        before = await read_document(azure.store, _TURNS, DrillTurns)
        held = before.record.machines if before else {}
        going = await _going(azure, {turn.drill: turn.at for turn in held.values()}, at)
        held = {place: turn for place, turn in held.items() if turn.drill in going}
        others = {wanted[place]: turn for place, turn in held.items() if place in wanted and turn.drill != drill}
        if others:
            return others
        turns = DrillTurns(held | {place: DrillTurn(drill, at, by) for place in wanted})
        try:
            etag = before.etag if before else None
            await write_document(azure.store, _TURNS, turns, if_match=etag, if_none_match=etag is None)
        except Conflict:
            continue
        return {}
    raise Conflict(_TURNS)


async def _going(azure: Azure, turns: Mapping[str, str], at: str) -> set[str]:
    """The drills that are not over. One that nobody has kept yet is about to begin, for a while."""
    unfinished = set(await find_unfinished(azure)) if turns else set()
    going = turns.keys() & unfinished
    for drill in turns.keys() - unfinished:
        young = datetime.fromisoformat(at) - datetime.fromisoformat(turns[drill]) < LONGEST_START
        if young and await read_drill(azure, drill) is None:
            going.add(drill)
    return going
