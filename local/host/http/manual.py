"""Running a function by hand, without what triggers it."""

import asyncio
import json
import logging
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from local.host.catalogue import EVENT_GRID, TIMER, Catalogue, Function
from local.host.http.requests import bad_request
from local.host.invoker import Invoker, log_text
from local.host.keys import Keys
from local.host.schedule.timers import TimerService
from local.host.wire import Datum
from local.host.workers import NoWorkerError, WorkerLost

logger = logging.getLogger(__name__)


class ManualRuns:
    """`POST /admin/functions/NAME` with `{"input": ...}`, for timers and Event Grid functions."""

    def __init__(self, catalogue: Catalogue, invoker: Invoker, timers: TimerService, keys: Keys) -> None:
        """Run functions of `catalogue`."""
        self._catalogue = catalogue
        self._invoker = invoker
        self._timers = timers
        self._keys = keys
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, request: Request) -> Response:
        """202 as soon as it has begun; what comes of it stands in the log.

        401 without the master key, 404 for no such function, 400 for a body without an input that the function takes.
        """
        if not self._keys.admits(request):
            return Response(status_code=401)
        try:
            body = json.loads(await request.body())
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            return bad_request('A JSON object is expected, such as {"input": ""}')
        function = self._catalogue.named(request.path_params["name"])
        if function is None:
            return Response(status_code=404)
        value = self._trigger_value(function, body.get("input"))
        if value is None:
            return bad_request(f"'{function.name}' cannot be run by hand with this input ({function.trigger_type})")
        running = asyncio.create_task(self._run(function, value), name=f"manual-{function.name}")
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        return Response(status_code=202)

    def _trigger_value(self, function: Function, given: Any) -> Datum | None:
        if function.trigger_type == TIMER:
            return self._timers.request_of(function.name)
        event = given if isinstance(given, str) else json.dumps(given)
        if function.trigger_type == EVENT_GRID and _is_object(event):
            return Datum("json", event)
        return None

    async def _run(self, function: Function, value: Datum) -> None:
        try:
            outcome = await self._invoker.call(function, value)
        except (WorkerLost, NoWorkerError):
            logger.error("'%s', run by hand, was lost with its worker", function.name)
            return
        if outcome.failure is not None:
            logger.error("'%s', run by hand, failed: %s", function.name, log_text(outcome.failure))


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
