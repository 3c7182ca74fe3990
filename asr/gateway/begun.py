"""From the answer to a write: is the work done, or was an operation begun that runs on?"""

from azure.core.pipeline import PipelineResponse
from azure.core.rest import AsyncHttpResponse, HttpRequest

from asr.errors import TransientFault
from asr.gateway.document import Json, section, text
from asr.gateway.fence import check_link
from asr.gateway.headers import retry_after
from asr.gateway.redact import path_of
from asr.model.step import Operation

_TERMINAL = ("succeeded", "failed", "canceled")


class Answer:
    """Keeps the raw answer of one SDK call: give it to the call as `raw_response_hook`.

    The SDK's own pollers cannot be used: they read a body out of Site Recovery's empty 202, or leave a thread behind.
    """

    def __init__(self) -> None:
        self._response: AsyncHttpResponse | None = None

    def __call__(self, response: PipelineResponse[HttpRequest, AsyncHttpResponse]) -> None:
        self._response = response.http_response

    def check(self) -> None:
        """Make sure that the answer of a write without an operation shows what was written.

        Raises:
            TransientFault: it does not, so nothing is known of the write.
        """
        if self._response is not None:
            _resource_in(self._response)

    def operation(self, poll_seconds: float) -> Operation | None:
        """The operation that the call began; None if Azure was done when it answered.

        `poll_seconds` is the pause before the first poll when Azure names none.
        Source: https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations

        Raises:
            OutOfBounds: it leads to another address than Azure's.
            TransientFault: the answer shows neither an operation nor the resource, so nothing is known of the write.
        """
        response = self._response
        if response is None:
            return None
        if operation := operation_in(response, poll_seconds):
            return operation
        document = _resource_in(response)
        if response.status_code == 201 and not is_terminal(document):
            pause = retry_after(response.headers)
            return Operation(response.request.url, "status", poll_seconds if pause is None else pause)
        return None


def operation_in(response: AsyncHttpResponse, poll_seconds: float) -> Operation | None:
    """The operation that the answer's headers name; None when they name none.

    Raises:
        OutOfBounds: it leads to another address than Azure's.
    """
    headers = {name.lower(): value for name, value in response.headers.items()}
    pause = retry_after(headers)
    after = poll_seconds if pause is None else pause
    if url := headers.get("azure-asyncoperation"):
        check_link(url, response.request.url)
        return Operation(url, "status", after)
    if response.status_code == 202 and (url := headers.get("location")):
        check_link(url, response.request.url)
        return Operation(url, "location", after)
    return None


def _resource_in(response: AsyncHttpResponse) -> Json:
    """The resource that a write without an operation has to show: else something else than Azure has answered."""
    try:
        document = section(response.json())
    except ValueError:
        document = {}
    if not text(document, "id"):
        request = response.request
        raise TransientFault(f"{request.method} {path_of(request.url)}", "the answer does not show what was written")
    return document


def status_of(document: Json) -> str:
    """The status an operation's document states; of a resource, its provisioning state. Succeeded if it states none."""
    return text(document, "status") or text(document, "properties", "provisioningState") or "Succeeded"


def is_terminal(document: Json) -> bool:
    """Whether the status is one that will not change: every other word means that it runs."""
    return status_of(document).lower() in _TERMINAL
