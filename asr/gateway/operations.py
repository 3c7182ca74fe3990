"""Polls an operation that was begun: it runs, it succeeded, or it failed and why."""

from dataclasses import dataclass

from azure.core.rest import AsyncHttpResponse, HttpRequest

from asr.errors import Rejected
from asr.gateway.answers import ANY_FORM, not_understood
from asr.gateway.begun import is_terminal, status_of
from asr.gateway.document import Json, section, text
from asr.gateway.error_body import said_in
from asr.gateway.headers import retry_after
from asr.gateway.reasons import reason_for
from asr.gateway.redact import path_of
from asr.gateway.session import Azure
from asr.gateway.site_recovery.jobs import read_job_error
from asr.model.outcome import Reason
from asr.model.step import Operation


@dataclass(frozen=True, slots=True)
class Running:
    """Not done; poll again after so many seconds."""

    after_seconds: float


@dataclass(frozen=True, slots=True)
class Succeeded:
    """Done."""


@dataclass(frozen=True, slots=True)
class OperationFailed:
    """It failed. The reason is Azure's own; for Site Recovery it is the job's, which tells causes and cure."""

    reason: Reason


type OperationState = Running | Succeeded | OperationFailed


async def poll(azure: Azure, operation: Operation) -> OperationState:
    """Poll the operation once. The URL is used as Azure gave it: it may be signed.

    Raises:
        Rejected: Azure will not tell; of style `location` this is also how an operation's failure is told.
    """
    with azure.calling(f"GET {path_of(operation.url)}"):
        request = HttpRequest("GET", operation.url)
        response = await azure.subscriptions().send_request(request, **{ANY_FORM: True})
        response.raise_for_status()
        document = {} if response.status_code in (202, 204) else _told(operation, response)
    pause = retry_after(response.headers)
    running = Running(azure.settings.poll_seconds if pause is None else pause)
    if operation.style == "location" or response.status_code in (202, 204):
        return running if response.status_code == 202 else Succeeded()
    if not is_terminal(document):
        return running
    if status_of(document).lower() == "succeeded":
        return Succeeded()
    return OperationFailed(await _reason(azure, operation, section(document, "error")))


def _told(operation: Operation, response: AsyncHttpResponse) -> Json:
    """The operation's document. At a `location` URL Azure may answer anything, or nothing.

    Raises:
        NotUnderstood: it says neither how the operation is nor what it was about.
    """
    if operation.style == "location":
        return {}
    document = section(response.json())
    if not (text(document, "status") or text(document, "id") or section(document, "properties")):
        raise not_understood(f"GET {path_of(operation.url)}", "it tells no operation's status")
    return document


async def _reason(azure: Azure, operation: Operation, error: object) -> Reason:
    """The job's error, which tells more; the operation's own if the app may not read the job."""
    said = None
    if operation.job is not None:
        try:
            said = await read_job_error(azure, operation.job)
        except Rejected:
            said = None
    return reason_for(said or said_in(section(error), "OperationFailed"))
