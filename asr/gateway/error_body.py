"""What Azure says when it says no: its error document, read from a response."""

import json
import re
from dataclasses import dataclass
from json import JSONDecodeError

from azure.core.exceptions import AzureError
from azure.core.rest import AsyncHttpResponse

from asr.gateway.document import Json, section, sections, text
from asr.gateway.redact import quoted

MOST_ERRORS = 20
"""Errors of one list that are kept."""


@dataclass(frozen=True, slots=True)
class AzureSaid:
    """An error in Azure's own words. Causes and action are given by Site Recovery only."""

    code: str
    message: str
    possible_causes: str = ""
    recommended_action: str = ""
    correlation_id: str = ""


def read_error(response: AsyncHttpResponse) -> AzureSaid:
    """The error of an answer; a body that is no error document leaves the HTTP status to speak for itself.

    Azure Storage names its code in a header, its words in XML.
    Source: https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2
    """
    correlation_id = response.headers.get("x-ms-correlation-request-id", "")
    try:
        body = json.loads(response.text())  # the answers of older clients have no json()
    except (AzureError, JSONDecodeError, UnicodeDecodeError, RecursionError):
        body = None
    code = response.headers.get("x-ms-error-code", "")
    if code and body is None:
        return AzureSaid(code, _first_line(response), correlation_id=response.headers.get("x-ms-request-id", ""))
    error = section(body, "error") if isinstance(body, dict) else {}
    return said_in(error, f"Http{response.status_code}", correlation_id)


def said_in(error: Json, default_code: str, correlation_id: str = "") -> AzureSaid:
    """The words of one error object, `{code, message, details}`.

    Site Recovery puts what matters into the first detail, under a generic outer code.
    Source: Common error response of Azure Resource Manager; `CloudError` of Site Recovery.
    """
    own = next((detail for detail in sections(error, "details") if "possibleCauses" in detail), error)
    return AzureSaid(
        code=quoted(text(own, "code") or text(error, "code") or default_code),
        message=quoted(text(own, "message") or text(error, "message")),
        possible_causes=quoted(text(own, "possibleCauses")),
        recommended_action=quoted(text(own, "recommendedAction")),
        correlation_id=quoted(correlation_id),
    )


def _first_line(response: AsyncHttpResponse) -> str:
    """Storage's message without the lines after it: request id and time, which differ each time."""
    found = re.search(r"<Message>([^<\n]*)", response.text())
    return quoted(found[1]) if found else ""
