"""`/admin`: what operators ask a host about itself."""

import time
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.host.catalogue import Catalogue, Function
from local.host.http.requests import origin
from local.host.http.routes import Route
from local.host.keys import Keys

_VERSION = "4.1000.0"


class Administration:
    """Status, ping, functions and keys; all but ping need the master key."""

    def __init__(
        self, catalogue: Catalogue, routes: list[Route], keys: Keys, worker_pid: Callable[[], int | None]
    ) -> None:
        """Describe a host that is running."""
        self._catalogue = catalogue
        self._urls = {route.function.name: route.template for route in routes}
        self._keys = keys
        shared = {"default": keys.function}
        self._scopes = {"keys": shared, "functionkeys": shared, "systemkeys": keys.system}
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

    async def function(self, request: Request) -> Response:
        """One function with its bindings; names ignore case."""
        if not self._keys.admits(request):
            return Response(status_code=401)
        name = request.path_params["name"].lower()
        found = next((one for one in self._catalogue.functions if one.name.lower() == name), None)
        return Response(status_code=404) if found is None else JSONResponse(self._describe(request, found))

    async def host_keys(self, request: Request) -> Response:
        """The keys of one scope: `keys` or `functionkeys`, which are the same, and `systemkeys`."""
        if not self._keys.admits(request):
            return Response(status_code=401)
        keys = self._scopes.get(request.path_params["scope"].lower())
        if keys is None:
            return Response(status_code=404)
        described = [{"name": name, "value": value} for name, value in keys.items()]
        return JSONResponse({"keys": described, "links": [_self(request)]})

    async def system_key(self, request: Request) -> Response:
        """One system key: how the documentation of Event Grid triggers finds the one of a webhook."""
        if not self._keys.admits(request):
            return Response(status_code=401)
        name = request.path_params["name"]
        value = self._keys.system.get(name)
        if value is None:
            return Response(status_code=404)
        return JSONResponse({"name": name, "value": value, "links": [_self(request)]})

    def _describe(self, request: Request, function: Function) -> dict[str, Any]:
        base = origin(request)
        url = f"{base}{self._urls[function.name]}" if function.name in self._urls else None
        return {
            "name": function.name,
            "href": f"{base}/admin/functions/{function.name}",
            "language": "python",
            "config": {"name": function.name, "bindings": [dict(binding) for binding in function.bindings]},
            "invoke_url_template": url,
            "isDisabled": function.name in self._catalogue.disabled,
        }


def _self(request: Request) -> dict[str, str]:
    # Without the query, which may hold a key.
    return {"rel": "self", "href": f"{origin(request)}{request.url.path}"}
