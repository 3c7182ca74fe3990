"""Operations of Azure under way: a signed URL opens a door, so it lies in the store and not in a history.

Azure signs the URLs of many operations, and takes them only as it gave them. The document is one of its run's, so it is
deleted with the run's other ones.
"""

from dataclasses import replace
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from asr.errors import Unreadable
from asr.gateway.session import Azure
from asr.gateway.store.documents import read_document, write_document
from asr.gateway.store.names import document_name
from asr.model.step import Operation
from asr.services.run_plans import RUNS

PLAIN = frozenset({"api-version", "monitor"})
"""What stands in the query of an operation's URL and is no secret. Everything else is taken for one."""


async def keep_operation(azure: Azure, run: str, operation: Operation) -> Operation:
    """The operation as the history of this run may hold it.

    Raises:
        Rejected, TransientFault: the store does not take the URL. The operation runs, and the step's next try finds it.
    """
    if not is_signed(operation.url):
        return operation
    name = document_name(RUNS, run, f"operation-{sha256(operation.url.encode()).hexdigest()[:32]}")
    await write_document(azure.store, name, operation)
    return replace(operation, url=operation.path, kept=name)


async def whole_operation(azure: Azure, operation: Operation) -> Operation | None:
    """The operation with the URL that Azure gave; None if the store has lost it.

    Raises:
        Rejected, TransientFault: the store does not tell.
    """
    if operation.kept is None:
        return operation
    try:
        document = await read_document(azure.store, operation.kept, Operation)
    except Unreadable:
        return None
    return document.record if document else None


def is_signed(url: str) -> bool:
    """Whether the URL says more than which operation is meant."""
    return any(name.lower() not in PLAIN for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True))
