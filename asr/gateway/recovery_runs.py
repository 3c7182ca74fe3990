"""Requests about recovery plans, in the store: recovery-runs/<run>.json, a `RecoveryRun`.

It is written before anything begins, and once more when that is done.

`recovery-turns/<plan>.json` says which of them has the turn.
"""

from dataclasses import replace

from asr.errors import Conflict
from asr.gateway.session import Azure
from asr.gateway.store.documents import Document, read_document, write_document
from asr.gateway.store.names import document_name
from asr.model.recovery_run import PlanTurn, RecoveryRun

_RUNS, _TURNS = "recovery-runs", "recovery-turns"


async def keep_recovery_run(azure: Azure, run: RecoveryRun) -> bool:
    """Write what was asked for; False if this request is known already."""
    try:
        await write_document(azure.store, document_name(_RUNS, run.id), run, if_none_match=True)
    except Conflict:
        return False
    return True


async def note_begun(azure: Azure, run: RecoveryRun) -> None:
    """Note that the waves were asked for; said twice it is the same."""
    await write_document(azure.store, document_name(_RUNS, run.id), replace(run, begun=True))


async def read_recovery_run(azure: Azure, run: str) -> RecoveryRun | None:
    """What was asked for; None if there is no such request."""
    document = await read_document(azure.store, document_name(_RUNS, run), RecoveryRun)
    return document.record if document else None


async def read_turn(azure: Azure, plan: str) -> Document[PlanTurn] | None:
    """Which request of the plan has the turn; None if there never was one."""
    return await read_document(azure.store, document_name(_TURNS, plan), PlanTurn)


async def take_turn(azure: Azure, plan: str, turn: PlanTurn, etag: str | None) -> bool:
    """Take the turn after the one that was read under this ETag (None: there was none); False if another one did."""
    name = document_name(_TURNS, plan)
    try:
        await write_document(azure.store, name, turn, if_match=etag, if_none_match=etag is None)
    except Conflict:
        return False
    return True
