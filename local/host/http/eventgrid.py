"""The webhook that Event Grid delivers to.

Answers are those of the Event Grid extension of Azure Functions (`HttpRequestProcessor` in azure-sdk-for-net) and of
the CloudEvents webhook specification.
"""

import asyncio
import json
import logging
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from local.host.catalogue import EVENT_GRID, Catalogue, Function
from local.host.invoker import Invoker, log_text
from local.host.keys import Keys
from local.host.traces import HEADER, within
from local.host.wire import Datum
from local.host.workers import NoWorkerError, WorkerLost

logger = logging.getLogger(__name__)


class EventGridWebhook:
    """`/runtime/webhooks/eventgrid?functionName=NAME&code=KEY`."""

    def __init__(self, catalogue: Catalogue, invoker: Invoker, keys: Keys) -> None:
        """Serve every Event Grid function of the app."""
        self._catalogue = catalogue
        self._invoker = invoker
        self._keys = keys

    async def __call__(self, request: Request) -> Response:
        """401 without a key, 404 for an unknown function, then by method and `aeg-event-type`."""
        if not self._keys.admits(request, self._keys.eventgrid_extension):
            return Response(status_code=401)
        name = request.query_params.get("functionName", "")
        function = self._catalogue.named(name)
        if function is None or function.trigger_type != EVENT_GRID:
            return PlainTextResponse(f"cannot find function: '{name}'", status_code=404)
        if request.method == "OPTIONS":
            return _cloud_events_handshake(request)
        if request.method != "POST":
            return Response(status_code=404)
        return await self._post(request, function)

    async def _post(self, request: Request, function: Function) -> Response:
        try:
            content = json.loads(await request.body())
        except (ValueError, RecursionError):
            return Response(status_code=400)
        events: list[Any] = content if isinstance(content, list) else [content]
        if not all(isinstance(event, dict) for event in events):
            return Response(status_code=400)
        # CloudEvents deliveries carry no aeg-event-type of their own handshake; they are always notifications.
        match request.headers.get("aeg-event-type", "notification" if _is_cloud_events(request) else "").lower():
            case "subscriptionvalidation":
                return _validation(events)
            case "notification":
                with within(request.headers.get(HEADER)):
                    delivered = await asyncio.gather(*(self._deliver(function, event) for event in events))
                return Response(status_code=202 if all(delivered) else 500)
            case "unsubscribe":
                return Response(status_code=202)
            case _:
                return Response(status_code=400)

    async def _deliver(self, function: Function, event: dict[str, Any]) -> bool:
        try:
            outcome = await self._invoker.call(function, Datum("json", json.dumps(event)))
        except (WorkerLost, NoWorkerError):
            logger.error("Event function '%s' was lost with its worker", function.name)
            return False
        if outcome.failure is not None:
            logger.error("Event function '%s' failed: %s", function.name, log_text(outcome.failure))
        return outcome.failure is None


def _is_cloud_events(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/cloudevents")


def _validation(events: list[dict[str, Any]]) -> Response:
    data = events[0].get("data") if events else None
    code = data.get("validationCode") if isinstance(data, dict) else None
    return JSONResponse({"validationResponse": code}) if code else Response(status_code=400)


def _cloud_events_handshake(request: Request) -> Response:
    origin = request.headers.get("webhook-request-origin")
    if not origin:
        return Response(status_code=400)
    rate = request.headers.get("webhook-request-rate", "*")
    return Response(headers={"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": rate, "Allow": "POST"})
