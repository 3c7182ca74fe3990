"""HTTP-triggered functions."""

import logging
import re
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from local.host.catalogue import Function
from local.host.http.requests import origin
from local.host.http.routes import Route, find
from local.host.invoker import Invoker, log_text
from local.host.keys import Keys
from local.host.traces import HEADER, within
from local.host.wire import Datum, Outcome
from local.host.workers import NoWorkerError, WorkerLost

logger = logging.getLogger(__name__)

# What the root shows when no function has it.
_HOME = "Your Functions host is up and running.\n"

# Below are announcements of an answer that is still to come.
_STATUSES = range(200, 600)
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_FIELD = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class _UnsendableError(Exception):
    """A function's answer has something that HTTP does not know; the message says what."""


class HttpFunctions:
    """Answers requests with the app's HTTP functions."""

    def __init__(self, invoker: Invoker, keys: Keys, routes: list[Route]) -> None:
        """Serve `routes`, which `routes_of` makes."""
        self._routes = routes
        self._invoker = invoker
        self._keys = keys

    async def __call__(self, request: Request) -> Response:
        """404 when no route takes method and path, 401 without the right key, 500 without a word when it fails."""
        found = find(self._routes, request.method, _raw_path(request))
        if found is None:
            return PlainTextResponse(_HOME) if _raw_path(request) == "/" else Response(status_code=404)
        route, parameters = found
        if not self._keys.admits_function(request, route.auth_level):
            return Response(status_code=401)
        with within(request.headers.get(HEADER)):
            return await self._call(route.function, await _request_datum(request, parameters))

    async def _call(self, function: Function, request: Datum) -> Response:
        try:
            outcome = await self._invoker.call(function, request)
            if outcome.failure is None:
                return _response(outcome)
            reason = f"failed: {log_text(outcome.failure)}"
        except NoWorkerError:
            return PlainTextResponse("Function host is not running.", status_code=503)
        except WorkerLost:
            reason = "was lost with its worker"
        except _UnsendableError as error:
            reason = f"answered what HTTP cannot carry: {error}"
        logger.error("HTTP function '%s' %s", function.name, reason)
        return Response(status_code=500)


def _raw_path(request: Request) -> str:
    """The path as it was sent: Starlette's own is already unquoted, which would turn `%2F` into a separator."""
    return str(request.scope["raw_path"].decode("latin-1"))


def _raw_query(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""


async def _request_datum(request: Request, parameters: dict[str, str]) -> Datum:
    body = Datum.of_bytes(await request.body())
    content: dict[str, Any] = {
        "method": request.method,
        "url": f"{origin(request)}{_raw_path(request)}{_raw_query(request)}",
        "headers": _joined(request.headers.items()),
        "params": parameters,
        "query": _joined(request.query_params.multi_items()),
        "body": {"kind": body.kind, "value": body.value},
    }
    return Datum("http", content)


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What is given twice reaches a function as one value, joined by a comma."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: ",".join(several) for name, several in values.items()}


def _response(outcome: Outcome) -> Response:
    """What a function answered.

    Raises:
        _UnsendableError: a status or a header is none of HTTP's.
    """
    returned = next(iter(outcome.outputs.values()), None) if outcome.returned is None else outcome.returned
    if returned is None:
        return Response(status_code=204)
    if returned.kind != "http":
        return Response(returned.content(), media_type="text/plain")
    answer = returned.value
    if answer["status"] not in _STATUSES:
        raise _UnsendableError(
            f"status {answer['status']}; one from {_STATUSES.start} to {_STATUSES.stop - 1} is expected"
        )
    response = Response(Datum(**answer["body"]).content(), status_code=answer["status"])
    for name, value in answer["headers"].items():
        if not _TOKEN.fullmatch(name) or not _FIELD.fullmatch(value):
            raise _UnsendableError(
                f"the header {name!r}: {value!r}; a name of letters and a value of Latin-1 are expected"
            )
        response.headers[name] = value
    for cookie in answer["cookies"]:
        # Starlette's own default is Lax, which would not be what the function said.
        response.set_cookie(**{"samesite": None, **cookie})
    return response
