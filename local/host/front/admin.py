"""`/admin`: what operators ask a host about itself."""

import time
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.host.catalogue import Catalogue, Function
from local.host.front.routes import Route
from local.host.keys import Keys

_VERSION = "4.1000.0"


class Administration:
    """Status, ping and the list of functions; all but ping need the master key."""

    def __init__(
        self, catalogue: Catalogue, routes: list[Route], keys: Keys, worker_pid: Callable[[], int | None]
    ) -> None:
        """Describe a host that is running."""
        self._catalogue = catalogue
        self._urls = {route.function.name: route.template for route in routes}
        self._keys = keys
        self._worker_pid = worker_pid
        self._started = time.monotonic()

    async def ping(self, _request: Request) -> Response:
        """200 as soon as the host answers at all."""
        return Response()

    async def status(self, request: Request) -> Response:
        """The host's state; `Running` once a worker is ready, else `Default` while it is being replaced."""
        if not self._keys.admits(request):
            return Response(status_code=401)
        return JSONResponse(
            {
                "id": "local",
                "state": "Running" if self._worker_pid() is not None else "Default",
                "version": _VERSION,
                "versionDetails": _VERSION,
                "platformVersion": "",
                "instanceId": "local",
                "computerName": "localhost",
                "processUptime": int((time.monotonic() - self._started) * 1000),
                "functionAppContentEditingState": "NotAllowed",
                "extensionBundle": {"id": "Microsoft.Azure.Functions.ExtensionBundle.Preview", "version": "4"},
            }
        )

    async def functions(self, request: Request) -> Response:
        """Every function with its bindings."""
        if not self._keys.admits(request):
            return Response(status_code=401)
        return JSONResponse([self._describe(request, one) for one in self._catalogue.functions])

    def _describe(self, request: Request, function: Function) -> dict[str, Any]:
        base = f"{request.url.scheme}://{request.url.netloc}"
        url = f"{base}{self._urls[function.name]}" if function.name in self._urls else None
        return {
            "name": function.name,
            "href": f"{base}/admin/functions/{function.name}",
            "language": "python",
            "config": {"name": function.name, "bindings": [dict(binding) for binding in function.bindings]},
            "invoke_url_template": url,
            "isDisabled": function.name in self._catalogue.disabled,
        }
