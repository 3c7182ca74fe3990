"""Who asked for which VM's protection: one document for each VM, which outlives the task hub.

Whether a protection may be ended because no tag asks for it, and whether anybody is known to have asked at all, is told
by these records and not by what the task hub happens to remember.
"""

from contextlib import suppress

from asr.errors import Conflict
from asr.gateway.session import Azure
from asr.gateway.store.documents import change_document, read_document, write_document
from asr.gateway.store.interface import every_name
from asr.gateway.store.names import document_name, folder_name, parts_of
from asr.model.request import Remembered, RememberedRequest
from asr.planning.naming import vm_key
from asr.planning.requests import remembered, without

_FOLDER = "requests"

_ROUNDS = 20
"""How often forgetting is tried again because somebody asks at the same time."""


async def remember_request(azure: Azure, vm_id: str, *requests: Remembered) -> RememberedRequest:
    """Remember the requests beside what is known, and answer all of it: one read, and one write unless it was known.

    Raises:
        Unreadable: the record is there and cannot be read; it is not replaced, a person has to repair it.
    """

    def change(before: RememberedRequest | None) -> RememberedRequest:
        known = before or RememberedRequest(vm_id)
        for request in requests:
            known = remembered(known, vm_id, request)
        return known

    return await change_document(azure.store, _name(vm_id), RememberedRequest, change)


async def read_request(azure: Azure, vm_id: str) -> RememberedRequest | None:
    """What is known of who asked for this VM; None when nobody is known to have asked.

    Raises:
        Unreadable: the record is there and cannot be read.
    """
    document = await read_document(azure.store, _name(vm_id), RememberedRequest)
    return None if document is None else document.record


async def forget_asking(azure: Azure, vm_id: str, *, before: str, still_tagged: bool) -> None:
    """The protection has ended: forget who asked for it, and which VM was enabled.

    Whoever asked by name after the end was asked for (at `before`) still asks; so does a tag that is there.
    """
    name = _name(vm_id)
    for _ in range(_ROUNDS):
        document = await read_document(azure.store, name, RememberedRequest)
        if document is None:
            return
        left = without(document.record, before, still_tagged=still_tagged)
        with suppress(Conflict):
            if left is None:
                await azure.store.delete(name, if_match=document.etag)
            else:
                await write_document(azure.store, name, left, if_match=document.etag)
            return
    raise Conflict(f"PUT {name}")


async def find_requested(azure: Azure) -> frozenset[str]:
    """The keys (`vm_key`) of all VMs that somebody is known to have asked for: one list for a whole fleet."""
    return frozenset([parts_of(name)[1] async for name in every_name(azure.store, folder_name(_FOLDER))])


def _name(vm_id: str) -> str:
    return document_name(_FOLDER, vm_key(vm_id))
