"""Resources that a request, a tag or a profile names: whether they exist, where, and what they are."""

from collections.abc import Iterable
from functools import partial

from asr.gateway.concurrency import side_by_side
from asr.gateway.document import sections, text, text_or_none
from asr.gateway.resources import read, read_group_location, region_name
from asr.gateway.session import Azure
from asr.gateway.storage import read_account
from asr.model.resource_id import key
from asr.model.vm_facts import NamedTarget

NAMED_SECONDS = 1.0
"""How long a named resource counts: short, because people make it and name it in one breath."""


async def read_named(azure: Azure, wanted: Iterable[tuple[str, str]]) -> tuple[NamedTarget, ...]:
    """For each (role, id), where the resource is; a location of None says that it does not exist.

    Of a network its subnets are told, of a set its placement group and SKU, of an automation account its identity, of a
    cache account all that a cache is checked for.
    """
    async with side_by_side() as group:
        located = [group.create_task(_recalled(azure, role, id_)) for role, id_ in wanted]
    return tuple(task.result() for task in located)


async def _recalled(azure: Azure, role: str, id_: str) -> NamedTarget:
    question = ("named", role, key(id_))
    return await azure.memory.recall(question, NAMED_SECONDS, partial(_located, azure, role, id_))


async def _located(azure: Azure, role: str, id_: str) -> NamedTarget:
    if "/providers/" not in id_.lower():
        return NamedTarget(role, id_, await read_group_location(azure, id_))
    if role == "cache_storage_account":
        account = await read_account(azure, id_, softly=True)
        return NamedTarget(role, id_, account.location if account else None, account=account)
    found = await read(azure, id_)
    if found is None:
        return NamedTarget(role, id_, None)
    location = region_name(text_or_none(found, "location")) or None
    subnets = tuple(text(subnet, "name") for subnet in sections(found, "properties", "subnets"))
    return NamedTarget(
        role,
        id_,
        location,
        subnets,
        placement_group_id=text_or_none(found, "properties", "proximityPlacementGroup", "id"),
        sku=text_or_none(found, "sku", "name"),
        identity=text_or_none(found, "identity", "type"),
    )
