"""How long runs took, in the store: the document `run-times/latest.json`, written by sweeps."""

from collections.abc import Iterable

from asr.errors import Unreadable
from asr.gateway.session import Azure
from asr.gateway.store.documents import change_document, read_document, write_document
from asr.gateway.store.names import document_name
from asr.model.run import VmState
from asr.model.run_times import RunTimes
from asr.planning.run_times import noted

_NAME = document_name("run-times", "latest")


async def note_run_times(azure: Azure, states: Iterable[VmState]) -> None:
    """Remember how long the runs took of which these VMs' indexes tell. What cannot be read is begun anew.

    Raises:
        TransientFault: the store did not answer.
    """
    told = tuple(states)
    try:
        await change_document(azure.store, _NAME, RunTimes, lambda before: noted(before, told))
    except Unreadable:
        await write_document(azure.store, _NAME, noted(None, told))


async def read_run_times(azure: Azure) -> RunTimes:
    """What is remembered; nothing where that cannot be read, for nobody has to know it.

    Raises:
        TransientFault: the store did not answer.
    """
    try:
        document = await read_document(azure.store, _NAME, RunTimes)
    except Unreadable:
        return RunTimes()
    return document.record if document else RunTimes()
