"""Whether an answer is one: what arrives with 200 and is no document of Resource Manager is told as that.

A proxy, a gateway or a fault in front of Azure may answer `null`, `[]` or `{}`. Taken for an answer, that would mean
that a machine is gone or a vault is empty. Nothing is concluded from it: what was known before stands.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import AsyncHTTPPolicy, ContentDecodePolicy
from azure.core.rest import AsyncHttpResponse, HttpRequest

from asr.errors import NotUnderstood
from asr.gateway.redact import path_of, quoted
from asr.model.resource_id import NotAnId
from asr.reasons import reason

ANY_FORM = "of_any_form"
"""The option of a request whose answer its sender checks itself: the status of an operation comes in many forms."""


def not_understood(request: str, problem: str) -> NotUnderstood:
    """The error that says what was asked, and why the answer is none."""
    return NotUnderstood(request, reason("AzureAnswerNotUnderstood", request=request, problem=problem))


@contextmanager
def ids_understood(request: str) -> Iterator[None]:
    """What people name is checked where they name it: an id that is none, met later, stood in an answer of Azure's.

    Raises:
        NotUnderstood: there was such an id; `request` says what was being read.
    """
    try:
        yield
    except NotAnId as error:
        raise not_understood(request, quoted(str(error))) from None


class Understood(AsyncHTTPPolicy[HttpRequest, AsyncHttpResponse]):
    """Checks every document that a GET brings. It stands before the policy that decodes bodies."""

    async def send(self, request: PipelineRequest[HttpRequest]) -> PipelineResponse[HttpRequest, AsyncHttpResponse]:
        """Send, and check the answer.

        Raises:
            NotUnderstood: it is none of Resource Manager's.
        """
        sent = request.http_request
        what = f"{sent.method} {path_of(sent.url)}"
        of_any_form = request.context.options.pop(ANY_FORM, False)
        try:
            response = await self.next.send(request)
        except RecursionError:
            raise not_understood(what, "it is nested too deeply") from None
        if sent.method == "GET" and not of_any_form and response.http_response.status_code == 200:
            problem = problem_of(sent.url, response.context.get(ContentDecodePolicy.CONTEXT_NAME))
            if problem is not None:
                raise not_understood(what, problem)
        return response


def problem_of(url: str, document: Any) -> str | None:
    """What is wrong with the document at this address; None if it may be one."""
    path = urlsplit(url).path.lower()
    if not isinstance(document, dict):
        return f"it is no JSON object but {_kind(document)}"
    if not is_collection(path):
        return _problem_of_one(document)
    entries = document.get("value")
    if not isinstance(entries, list):
        return f"it lists nothing: its value is {_kind(entries)}"
    return next((problem for entry in entries if (problem := _problem_of_one(entry))), None)


def is_collection(path: str) -> bool:
    """Whether a path of Resource Manager names a list: types and names alternate, and it ends with a type."""
    before, provider, after = path.strip("/").rpartition("/providers/")
    parts = after.split("/") if provider else path.strip("/").split("/")
    return len(parts) % 2 == (0 if provider or before else 1)


def _problem_of_one(document: Any) -> str | None:
    if not isinstance(document, dict):
        return f"what should be a resource is {_kind(document)}"
    if not document:
        return "a resource is empty"
    about = document.get("properties")
    return None if about is None or isinstance(about, dict) else f"a resource's properties are {_kind(about)}"


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case list():
            return "a list"
        case dict():
            return "an object"
        case str():
            return "text"
    return "a single value"
