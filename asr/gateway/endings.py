"""Protections that are to end, one document for each VM: they outlive the task hub.

So a deadline is kept, and an ending that was begun is gone through with, whatever becomes of the run that began it.
"""

import asyncio
from collections.abc import Callable

from asr.errors import Unreadable
from asr.gateway.session import Azure
from asr.gateway.store.documents import change_document, read_document, write_document
from asr.gateway.store.interface import every_name
from asr.gateway.store.names import document_name, folder_name
from asr.model.ending import Ending
from asr.planning.naming import vm_key

_FOLDER = "endings"

READ_AT_ONCE = 16
"""Documents that are read side by side."""


async def read_ending(azure: Azure, vm_id: str) -> Ending | None:
    """What is remembered of the end of the VM's protection; None when it is not to end.

    Raises:
        Unreadable: the document is there and cannot be read.
    """
    document = await read_document(azure.store, _name(vm_id), Ending)
    return None if document is None else document.record


async def write_ending(azure: Azure, ending: Ending) -> Ending:
    """Remember this, whatever was remembered before."""
    await write_document(azure.store, _name(ending.vm_id), ending)
    return ending


async def change_ending(azure: Azure, ending: Ending, change: Callable[[Ending], Ending]) -> Ending:
    """Remember what `change` makes of what is remembered now; of `ending`, if somebody has deleted it."""
    return await change_document(azure.store, _name(ending.vm_id), Ending, lambda now: change(now or ending))


async def forget_ending(azure: Azure, vm_id: str) -> bool:
    """The protection has ended, or goes on; False when nothing was remembered."""
    return await azure.store.delete(_name(vm_id))


async def list_endings(azure: Azure) -> tuple[Ending, ...]:
    """Every protection that is to end. A document that cannot be read is left out: it ends nothing."""
    few = asyncio.Semaphore(READ_AT_ONCE)

    async def one(name: str) -> Ending | None:
        async with few:
            try:
                document = await read_document(azure.store, name, Ending)
            except Unreadable:
                return None
        return document.record if document else None

    names = [name async for name in every_name(azure.store, folder_name(_FOLDER))]
    return tuple(found for found in await asyncio.gather(*map(one, names)) if found is not None)


def _name(vm_id: str) -> str:
    return document_name(_FOLDER, vm_key(vm_id))
