"""The fleet's snapshot in the store: documents of one reading under its id, and a head that says which reading counts.

    fleet/head.json                       FleetHead, written last: nobody ever sees half of a fleet
    fleet/<id>/rows-<n>.jsonl             the rows of the n-th page of machines; `rows-rest`: VMs in no page
    fleet/<id>/machines-<n>.jsonl ...     what one reading hands from one of its steps to the next

Every step may run twice: it writes the same documents again.
"""

from collections.abc import Collection, Iterable

from asr.errors import Unreadable
from asr.gateway.session import Azure
from asr.gateway.store.documents import read_document, read_lines, write_document, write_lines
from asr.gateway.store.interface import every_name
from asr.gateway.store.names import document_name, folder_name, parts_of
from asr.model.fleet import FleetHead, FleetRow

_FOLDER, _HEAD = "fleet", "head"


async def read_head(azure: Azure) -> FleetHead | None:
    """The head of the last whole snapshot; None when there has been none, or another version wrote it.

    Raises:
        TransientFault: the store did not answer.
    """
    try:
        document = await read_document(azure.store, document_name(_FOLDER, _HEAD), FleetHead)
    except Unreadable:
        return None  # a snapshot is read anew at any time
    return document.record if document else None


async def write_head(azure: Azure, head: FleetHead) -> None:
    """Make a reading the snapshot of the fleet."""
    await write_document(azure.store, document_name(_FOLDER, _HEAD), head)


async def read_rows(azure: Azure, reading: str, part: str) -> tuple[FleetRow, ...] | None:
    """The rows of one part of a snapshot; None when they were deleted meanwhile, for a later snapshot is there."""
    return await read_part(azure, reading, part, FleetRow)


async def read_part[T](azure: Azure, reading: str, part: str, type_: type[T]) -> tuple[T, ...] | None:
    """The records that a step of a reading left; None when it left none, or another version did."""
    try:
        return await read_lines(azure.store, document_name(_FOLDER, reading, part, extension="jsonl"), type_)
    except Unreadable:
        return None


async def write_part(azure: Azure, reading: str, part: str, records: Iterable[object]) -> None:
    """Leave records for later steps of the reading, and for who reads the snapshot."""
    await write_lines(azure.store, document_name(_FOLDER, reading, part, extension="jsonl"), records)


async def find_parts(azure: Azure, reading: str, beginning: str) -> list[str]:
    """The names of a reading's parts that begin so.

    Raises:
        TransientFault: the store did not answer.
    """
    names = [parts_of(name)[-1] async for name in every_name(azure.store, folder_name(_FOLDER, reading))]
    return sorted(name for name in names if name.startswith(beginning))


async def forget_part(azure: Azure, reading: str, part: str) -> None:
    """A part of a reading has served."""
    await azure.store.delete(document_name(_FOLDER, reading, part, extension="jsonl"))


async def delete_old(azure: Azure, *, keep: Collection[str], delete: Collection[str], older_than: str) -> None:
    """Delete the documents of these readings, and of all that began before the time in `older_than` but those to keep.

    Readings are named by when they began; one that is under way is younger.
    """
    names = [name async for name in every_name(azure.store, folder_name(_FOLDER))]
    readings = {parts[1] for name in names if len(parts := parts_of(name)) > 2}
    for reading in sorted(readings - set(keep)):
        if reading < older_than or reading in delete:
            await azure.store.delete_prefix(folder_name(_FOLDER, reading))
