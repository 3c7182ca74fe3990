"""HTTP-triggered functions."""

import logging
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from local.host.front.routes import Route, find
from local.host.invoker import Invoker, log_text
from local.host.keys import Keys
from local.host.wire import Datum, Outcome
from local.host.workers import NoWorkerError, WorkerLost

logger = logging.getLogger(__name__)


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
            return Response(status_code=404)
        route, parameters = found
        if not self._keys.admits_function(request, route.auth_level):
            return Response(status_code=401)
        try:
            outcome = await self._invoker.call(route.function, await _request_datum(request, parameters))
        except WorkerLost:
            logger.error("HTTP function '%s' was lost with its worker", route.function.name)
            return Response(status_code=500)
        except NoWorkerError:
            return PlainTextResponse("Function host is not running.", status_code=503)
        if outcome.failure is not None:
            logger.error("HTTP function '%s' failed: %s", route.function.name, log_text(outcome.failure))
            return Response(status_code=500)
        return _response(outcome)


def _raw_path(request: Request) -> str:
    """The path as it was sent: Starlette's own is already unquoted, which would turn `%2F` into a separator."""
    return str(request.scope["raw_path"].decode("latin-1"))


def _raw_query(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""


async def _request_datum(request: Request, parameters: dict[str, str]) -> Datum:
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        query.setdefault(name, []).append(value)
    body = Datum.of_bytes(await request.body())
    content: dict[str, Any] = {
        "method": request.method,
        "url": f"{request.url.scheme}://{request.url.netloc}{_raw_path(request)}{_raw_query(request)}",
        "headers": dict(request.headers),
        "params": parameters,
        # A parameter that is given twice reaches a function as one value, joined by a comma.
        "query": {name: ",".join(values) for name, values in query.items()},
        "body": {"kind": body.kind, "value": body.value},
    }
    return Datum("http", content)


def _response(outcome: Outcome) -> Response:
    returned = next(iter(outcome.outputs.values()), None) if outcome.returned is None else outcome.returned
    if returned is None:
        return Response(status_code=204)
    if returned.kind != "http":
        return Response(returned.content(), media_type="text/plain")
    answer = returned.value
    response = Response(Datum(**answer["body"]).content(), status_code=answer["status"])
    for name, value in answer["headers"].items():
        response.headers[name] = value
    for cookie in answer["cookies"]:
        response.set_cookie(**cookie)
    return response
