"""Requests about recovery plans, in the store: recovery-runs/<run>.json, a `RecoveryRun`, written once."""

from asr.errors import Conflict
from asr.gateway.session import Azure
from asr.gateway.store.documents import read_document, write_document
from asr.gateway.store.names import document_name
from asr.model.recovery_run import RecoveryRun

_RUNS = "recovery-runs"


async def keep_recovery_run(azure: Azure, run: RecoveryRun) -> bool:
    """Write what was asked for; False if this request is known already."""
    try:
        await write_document(azure.store, document_name(_RUNS, run.id), run, if_none_match=True)
    except Conflict:
        return False
    return True


async def read_recovery_run(azure: Azure, run: str) -> RecoveryRun | None:
    """What was asked for; None if there is no such request."""
    document = await read_document(azure.store, document_name(_RUNS, run), RecoveryRun)
    return document.record if document else None
