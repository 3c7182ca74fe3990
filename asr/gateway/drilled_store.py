"""The last drills of VMs in the store: `drilled/<0 to f>.json`, sixteen documents however large the fleet."""

from collections.abc import Mapping

from asr.gateway.concurrency import side_by_side
from asr.gateway.session import Azure
from asr.gateway.store.documents import change_document, read_document
from asr.gateway.store.names import document_name
from asr.model.drilled import Drilled, DrilledShard
from asr.model.resource_id import key
from asr.planning.naming import vm_key

_FOLDER = "drilled"
_SHARDS = "0123456789abcdef"


async def note_drilled(azure: Azure, drilled: Drilled) -> None:
    """Remember how a VM's drill ended; a good one before it stays the last good one, and a later one stays."""
    place = key(drilled.vm_id)

    def noted(before: DrilledShard | None) -> DrilledShard:
        known = before.machines if before else {}
        return DrilledShard({**known, place: _joined(known.get(place), drilled)})

    await change_document(azure.store, _shard(vm_key(drilled.vm_id)[-1]), DrilledShard, noted)


async def read_drilled(azure: Azure, vm_id: str) -> Drilled | None:
    """What is remembered of one VM; None if it was never drilled."""
    document = await read_document(azure.store, _shard(vm_key(vm_id)[-1]), DrilledShard)
    return document.record.machines.get(key(vm_id)) if document else None


async def list_drilled(azure: Azure) -> Mapping[str, Drilled]:
    """What is remembered of every VM, by the compared form of its id: sixteen reads."""
    async with side_by_side() as group:
        shards = [group.create_task(read_document(azure.store, _shard(one), DrilledShard)) for one in _SHARDS]
    found: dict[str, Drilled] = {}
    for shard in shards:
        document = shard.result()
        found |= document.record.machines if document else {}
    return found


def _joined(before: Drilled | None, new: Drilled) -> Drilled:
    if before is None or new.passed_at is not None:
        return before if before is not None and (before.passed_at or "") > (new.passed_at or "") else new
    return Drilled(
        new.vm_id,
        *((new.tried, new.tried_at) if new.tried_at >= before.tried_at else (before.tried, before.tried_at)),
        before.drill,
        before.passed_at,
        before.configuration,
        before.rto_seconds,
        before.rpo_seconds,
    )


def _shard(name: str) -> str:
    return document_name(_FOLDER, name)
