"""The host's web application."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.host.addresses import WEBHOOKS
from local.host.http.admin import Administration
from local.host.http.durable import DurableApi
from local.host.http.eventgrid import EventGridWebhook
from local.host.http.functions import HttpFunctions
from local.host.http.manual import ManualRuns
from local.host.http.requests import route
from local.host.settings import LocalHost

_ANY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"]


def application(
    functions: HttpFunctions,
    events: EventGridWebhook,
    durable: DurableApi,
    administration: Administration,
    by_hand: ManualRuns,
    browsers: LocalHost,
) -> Starlette:
    """Everything the host answers; the app's own routes come last, so they cannot hide the host's.

    Pages of the origins in `browsers` may call all of it.
    """
    cors = Middleware(
        CORSMiddleware,
        allow_origins=browsers.cors,
        allow_credentials=browsers.cors_credentials,
        allow_methods=["*"],
        allow_headers=["*"],
    )
    return Starlette(
        routes=[
            route("/admin/host/ping", administration.ping, "GET", "POST"),
            route("/admin/host/status", administration.status, "GET"),
            route("/admin/host/systemkeys/{name}", administration.system_key, "GET"),
            route("/admin/host/{scope}", administration.host_keys, "GET"),
            route("/admin/functions", administration.functions, "GET"),
            route("/admin/functions/{name}", administration.function, "GET"),
            route("/admin/functions/{name}", by_hand.run, "POST"),
            route(f"{WEBHOOKS}/eventgrid", _endpoint(events), *_ANY_METHOD),
            *durable.routes(),
            Route("/{path:path}", _endpoint(functions), methods=_ANY_METHOD),
        ],
        exception_handlers={405: _not_found},
        middleware=[cors] if browsers.cors else [],
    )


def _endpoint(answer: HttpFunctions | EventGridWebhook):  # type: ignore[no-untyped-def]
    """Starlette takes an object with `__call__` for a whole ASGI application, so it gets a function."""

    async def endpoint(request: Request) -> Response:
        return await answer(request)

    return endpoint


async def _not_found(_request: Request, _error: Exception) -> Response:
    """The real host's router takes a method that no route has for an unknown address."""
    return Response(status_code=404)
