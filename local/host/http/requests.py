"""What the host's own endpoints read from requests, where they are, and how they refuse."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

type Endpoint = Callable[[Request], Awaitable[Response]]

CONTINUATION = "x-ms-continuation-token"
# `OrchestrationStatusQueryCondition.PageSize` of the Durable Functions extension.
_PAGE_SIZE = 100
_MOST_ROWS = 2**31 - 1


def origin(request: Request) -> str:
    """Scheme and authority by which the caller reached the host."""
    return f"{request.url.scheme}://{request.url.netloc}"


def route(path: str, endpoint: Endpoint, *methods: str) -> Route:
    """A route of the host's own: letters of either case, and a last slash or none, as with ASP.NET."""
    made = Route(path, endpoint, methods=methods)
    made.path_regex = re.compile(made.path_regex.pattern.removesuffix("$") + "/?$", re.IGNORECASE)
    return made


class BadRequest(Exception):
    """A request that cannot be understood; the message is what its 400 says."""


async def body_text(request: Request) -> str:
    """The body as text.

    Raises:
        BadRequest: it is not UTF-8.
    """
    try:
        return (await request.body()).decode()
    except UnicodeDecodeError as error:
        raise BadRequest("The request content is not UTF-8") from error


def flag(request: Request, name: str, *, default: bool = False) -> bool:
    """A query parameter that is `true` or not."""
    return request.query_params.get(name, str(default)).lower() == "true"


def number(request: Request, name: str) -> float | None:
    """A query parameter that is a number; `None` when it is absent or none, which the real API takes for absent."""
    try:
        return float(request.query_params[name])
    except (KeyError, ValueError):
        return None


def moment(query: Mapping[str, str], name: str) -> datetime | None:
    """A query parameter that is a time, in UTC and naive, as the hub keeps times; `None` when it is absent or none."""
    try:
        # A plus sign of an offset arrives as a blank when the caller did not encode it.
        given = datetime.fromisoformat(query[name].strip().replace(" ", "+"))
        return given.replace(tzinfo=given.tzinfo or UTC).astimezone(UTC).replace(tzinfo=None)
    except (KeyError, ValueError, OverflowError):
        return None


def page_size(request: Request) -> int:
    """How many rows a page has: `top`; 100 when it is absent or no positive 32-bit number, as the real API has it."""
    top = request.query_params.get("top", "")
    return int(top) if re.fullmatch("0*[1-9][0-9]{0,9}", top) and int(top) <= _MOST_ROWS else _PAGE_SIZE


def media_type(request: Request) -> str:
    """The media type of the body, without its parameters; empty when it has none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_json(text: str) -> bool:
    """Whether `text` is a JSON document."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def page(documents: list, following: str) -> Response:
    """200 with the rows of a page; `following` is the token of the next, empty at the end."""
    return JSONResponse(documents, headers={CONTINUATION: following} if following else None)


def bad_request(sentence: str) -> Response:
    """400 with a reason."""
    return JSONResponse({"Message": sentence}, status_code=400)
