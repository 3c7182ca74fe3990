"""The Durable Functions HTTP API under `/runtime/webhooks/durabletask`.

Status codes are those of `HttpApiHandler` in azure-functions-durable-extension.
"""

from collections.abc import Callable

import durabletask.internal.orchestrator_service_pb2 as pb
import grpc  # type: ignore[import-untyped,unused-ignore]
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.host.addresses import DURABLE, Addresses
from local.host.catalogue import Catalogue
from local.host.http import history
from local.host.http.entities import EntityEndpoints
from local.host.http.instance_actions import InstanceActions
from local.host.http.instances import Filter, Instances, is_finished, status_document, status_name
from local.host.http.requests import (
    CONTINUATION,
    BadRequest,
    Endpoint,
    bad_request,
    body_text,
    flag,
    is_json,
    media_type,
    page,
    page_size,
    route,
)
from local.host.http.starting import StartEndpoints
from local.host.hub.calls import HubRefusal, LocalCall
from local.host.hub.taskhub import TaskHub
from local.host.keys import Keys

_REFUSALS = {
    grpc.StatusCode.NOT_FOUND: 404,
    grpc.StatusCode.ALREADY_EXISTS: 409,
    grpc.StatusCode.FAILED_PRECONDITION: 412,
}


class DurableApi:
    """Start, look at, change and purge orchestrations over HTTP."""

    def __init__(self, hub: TaskHub, catalogue: Catalogue, addresses: Addresses, keys: Keys) -> None:
        """Serve the instances of `hub`."""
        self._hub = hub
        self._instances = Instances(hub)
        self._entities = EntityEndpoints(hub, catalogue)
        self._actions = InstanceActions(hub)
        self._starting = StartEndpoints(hub, catalogue, addresses)
        self._addresses = addresses
        self._keys = keys

    def routes(self) -> list[Route]:
        """The API's routes; each needs the durable system key or the master key."""
        one = f"{DURABLE}/instances/{{id}}"
        table: list[tuple[str, str, Endpoint]] = [
            ("POST", f"{DURABLE}/orchestrators/{{name}}", self._starting.start),
            ("POST", f"{DURABLE}/orchestrators/{{name}}/{{id}}", self._starting.start),
            ("GET", f"{DURABLE}/instances", self._query),
            ("DELETE", f"{DURABLE}/instances", self._purge_many),
            ("GET", one, self._status),
            ("DELETE", one, self._purge_one),
            ("POST", f"{one}/raiseEvent/{{event}}", self._raise_event),
            ("POST", f"{one}/terminate", self._acted(self._actions.terminate)),
            ("POST", f"{one}/suspend", self._acted(self._actions.suspend)),
            ("POST", f"{one}/resume", self._acted(self._actions.resume)),
            ("POST", f"{one}/rewind", self._acted(self._actions.rewind, finished=("Failed",))),
            ("POST", f"{one}/restart", self._starting.restart),
            ("GET", f"{DURABLE}/entities", self._entities.query),
            ("GET", f"{DURABLE}/entities/{{name}}", self._entities.query),
            ("GET", f"{DURABLE}/entities/{{name}}/{{key}}", self._entities.read),
            ("POST", f"{DURABLE}/entities/{{name}}/{{key}}", self._entities.signal),
            ("DELETE", f"{DURABLE}/entities/{{name}}/{{key}}", self._entities.signal),
        ]
        return [route(path, self._guarded(endpoint), method) for method, path, endpoint in table]

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            if not self._keys.admits(request, self._keys.durabletask_extension):
                return Response(status_code=401)
            try:
                return await endpoint(request)
            except HubRefusal as refusal:
                return PlainTextResponse(refusal.detail, status_code=_REFUSALS.get(refusal.code, 400))
            except BadRequest as error:
                return bad_request(str(error))

        return answer

    async def _query(self, request: Request) -> Response:
        show_input = flag(request, "showInput", default=True)
        token = request.headers.get(CONTINUATION, "")
        states, following = self._instances.query(Filter.read(request.query_params), page_size(request), token)
        return page([status_document(state, show_input=show_input) for state in states], following)

    async def _status(self, request: Request) -> Response:
        state = self._instances.find(request.path_params["id"])
        if state is None:
            return Response(status_code=404)
        show_input = flag(request, "showInput", default=True)
        document = status_document(state, show_input=show_input)
        if flag(request, "showHistory"):
            document["historyEvents"] = history.shown(
                self._instances.history(state.instanceId),
                inputs=show_input,
                outputs=flag(request, "showHistoryOutput"),
            )
        if not is_finished(state):
            headers = {"Location": str(request.url), "Retry-After": "5"}
            return JSONResponse(document, status_code=202, headers=headers)
        failed = status_name(state) == "Failed" and flag(request, "returnInternalServerErrorOnFailure")
        return JSONResponse(document, status_code=500 if failed else 200)

    async def _purge_one(self, request: Request) -> Response:
        state = self._instances.find(request.path_params["id"])
        if state is not None and not is_finished(state):
            return PlainTextResponse(
                "Only orchestrations in a terminal state can be purged, but the orchestration with instance ID "
                f"{state.instanceId} has status {status_name(state)}",
                status_code=412,
            )
        return self._purged(pb.PurgeInstancesRequest(instanceId=request.path_params["id"]))

    async def _purge_many(self, request: Request) -> Response:
        wanted = Filter.read(request.query_params)
        if wanted.created_from is None:
            return bad_request("Please provide value for 'createdTimeFrom' parameter.")
        purge = pb.PurgeInstancesRequest()
        wanted.apply(purge.purgeInstanceFilter)
        return self._purged(purge)

    def _purged(self, purge: pb.PurgeInstancesRequest) -> Response:
        count = self._hub.PurgeInstances(purge, LocalCall()).deletedInstanceCount
        return JSONResponse({"instancesDeleted": count}) if count else Response(status_code=404)

    async def _raise_event(self, request: Request) -> Response:
        body = await body_text(request)
        event = request.path_params["event"]

        def deliver(instance_id: str, _: str) -> Response | None:
            if media_type(request) != "application/json":
                return bad_request("Only application/json request content is supported")
            if body and not is_json(body):
                return bad_request("Invalid JSON content")
            self._actions.raise_event(instance_id, event, body)
            return None

        return await self._acted(deliver)(request)

    def _acted(self, action: Callable[[str, str], Response | None], *, finished: tuple[str, ...] = ()) -> Endpoint:
        """An endpoint that applies `action` to an instance that is not over, or is over in one of `finished`.

        202, or what the action refuses it with; 404 for no instance, 410 for one that is over.
        """

        async def answer(request: Request) -> Response:
            state = self._instances.find(request.path_params["id"])
            if state is None:
                return Response(status_code=404)
            if is_finished(state) and status_name(state) not in finished:
                return Response(status_code=410)
            refusal = action(state.instanceId, request.query_params.get("reason", ""))
            return refusal or Response(status_code=202)

        return answer
