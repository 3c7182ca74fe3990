"""What the SDK raises, as `asr.errors`: the one place that decides what a retry can cure."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from typing import cast

from aiohttp import ClientError
from azure.core.exceptions import AzureError, ClientAuthenticationError, DecodeError, HttpResponseError
from azure.core.rest import AsyncHttpResponse

from asr.errors import AutoprotectError, Rejected, Throttled, TransientFault
from asr.gateway.answers import not_understood
from asr.gateway.error_body import AzureSaid, read_error
from asr.gateway.headers import retry_after
from asr.gateway.reasons import reason_for
from asr.gateway.redact import quoted

_LOG = logging.getLogger(__name__)

PASSING_CODES = frozenset(
    {
        "anotheroperationinprogress",
        "containerbeingdeleted",
        "referencedresourcenotprovisioned",
        "retryableerror",
        "retryableerrorduetoanotheroperation",
        "storageaccountoperationinprogress",
    }
)
"""Azure's codes, in lower case, of a refusal that passes by itself: something else is at work on the resource.

Sources: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
"""


@contextmanager
def translated(request: str, retry_seconds: float) -> Iterator[None]:
    """Everything that an SDK call inside raises leaves as one of `asr.errors`.

    `request` says in the error what was asked for. `retry_seconds` is the pause named for a 429 that names none itself.

    Raises:
        Throttled: 429, or a refusal with Retry-After.
        TransientFault: 408, 5xx but 501, a time-out, a broken connection, an answer cut short.
        Rejected: Azure said no; `NotUnderstood`: the SDK can make nothing of what it said.
    """
    try:
        yield
    except JSONDecodeError as error:
        raise translate(error, request, retry_seconds) from None
    except (AzureError, ClientError, TimeoutError) as error:
        # The original is dropped: its text may hold a signed URL, and errors end up in durable history.
        raise translate(error, request, retry_seconds) from None
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        _LOG.warning("%s was answered with what the SDK cannot read: %s", request, type(error).__name__)
        raise not_understood(request, f"reading it ends with {type(error).__name__}") from None


def translate(error: Exception, request: str, retry_seconds: float) -> AutoprotectError:
    """The error of ours that says the same as this one of the SDK."""
    if isinstance(error, ClientAuthenticationError) and error.response is None:
        return Rejected(request, 401, reason_for(_no_token(error)))
    if not isinstance(error, HttpResponseError) or isinstance(error, DecodeError) or error.response is None:
        return TransientFault(request, f"{type(error).__name__}: {quoted(str(error))}")
    response = cast(AsyncHttpResponse, error.response)
    status = response.status_code
    pause = retry_after(response.headers)
    said = _said(error, response)
    problem = f"{status} {said.code}: {said.message}"
    if status == 429 or pause is not None:
        return Throttled(request, problem, retry_seconds if pause is None else pause)
    if status == 408 or (status >= 500 and status != 501) or said.code.lower() in PASSING_CODES:
        return TransientFault(request, problem)
    return Rejected(request, status, reason_for(said))


def _said(error: HttpResponseError, response: AsyncHttpResponse) -> AzureSaid:
    """What Resource Manager said; or, of an answer without its error document, what the token service said."""
    said = read_error(response)
    from_token_service = isinstance(error, ClientAuthenticationError) and not said.message
    return _no_token(error) if from_token_service else said


def _no_token(error: HttpResponseError) -> AzureSaid:
    return AzureSaid(code="CredentialUnavailable", message=quoted(str(error.message)))
