"""The Durable Functions HTTP API under `/runtime/webhooks/durabletask`.

Status codes are those of `HttpApiHandler` in azure-functions-durable-extension.
"""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
import grpc  # type: ignore[import-untyped,unused-ignore]
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.host.addresses import DURABLE, Addresses
from local.host.catalogue import ORCHESTRATION, Catalogue
from local.host.front import history
from local.host.front.entities import EntityEndpoints
from local.host.front.instances import Filter, FilterError, Instances, is_finished, status_document, status_name
from local.host.front.steering import Steering
from local.host.hub.calls import HubRefusal, LocalCall
from local.host.hub.taskhub import TaskHub
from local.host.keys import Keys

type Endpoint = Callable[[Request], Awaitable[Response]]

_TOKEN_HEADER = "x-ms-continuation-token"
_REFUSALS = {grpc.StatusCode.NOT_FOUND: 404, grpc.StatusCode.ALREADY_EXISTS: 409}


class DurableApi:
    """Start, look at, steer and purge orchestrations over HTTP."""

    def __init__(self, hub: TaskHub, catalogue: Catalogue, addresses: Addresses, keys: Keys) -> None:
        """Serve the instances of `hub`."""
        self._hub = hub
        self._instances = Instances(hub)
        self._entities = EntityEndpoints(hub, catalogue)
        self._steering = Steering(hub)
        self._catalogue = catalogue
        self._addresses = addresses
        self._keys = keys

    def routes(self) -> list[Route]:
        """The API's routes; each needs the durable system key or the master key."""
        one = f"{DURABLE}/instances/{{id}}"
        table: list[tuple[str, str, Endpoint]] = [
            ("POST", f"{DURABLE}/orchestrators/{{name}}", self._start),
            ("POST", f"{DURABLE}/orchestrators/{{name}}/{{id}}", self._start),
            ("GET", f"{DURABLE}/instances", self._query),
            ("DELETE", f"{DURABLE}/instances", self._purge_many),
            ("GET", one, self._status),
            ("DELETE", one, self._purge_one),
            ("POST", f"{one}/raiseEvent/{{event}}", self._raise_event),
            ("POST", f"{one}/terminate", self._steer(self._steering.terminate)),
            ("POST", f"{one}/suspend", self._steer(self._steering.suspend)),
            ("POST", f"{one}/resume", self._steer(self._steering.resume)),
            ("POST", f"{one}/rewind", self._steer(self._steering.rewind, finished=("Failed",))),
            ("POST", f"{one}/restart", self._restart),
            ("GET", f"{DURABLE}/entities", self._entities.query),
            ("GET", f"{DURABLE}/entities/{{name}}", self._entities.query),
            ("GET", f"{DURABLE}/entities/{{name}}/{{key}}", self._entities.read),
            ("POST", f"{DURABLE}/entities/{{name}}/{{key}}", self._entities.signal),
        ]
        return [Route(path, self._guarded(endpoint), methods=[method]) for method, path, endpoint in table]

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            if not self._keys.admits(request, self._keys.durabletask_extension):
                return Response(status_code=401)
            try:
                return await endpoint(request)
            except FilterError as error:
                return _bad_request(str(error))
            except HubRefusal as refusal:
                return PlainTextResponse(refusal.detail, status_code=_REFUSALS.get(refusal.code, 400))

        return answer

    async def _start(self, request: Request) -> Response:
        name = request.path_params["name"]
        if self._catalogue.durable(ORCHESTRATION, name) is None:
            return _bad_request(
                f"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function."
            )
        body = (await request.body()).decode()
        if body and not _is_json(body):
            return _bad_request("The input must be JSON.")
        instance_id = request.path_params.get("id") or uuid.uuid4().hex
        creation = pb.CreateInstanceRequest(instanceId=instance_id, name=name)
        if body:
            creation.input.value = body
        self._hub.StartInstance(creation, LocalCall())
        if "timeout" in request.query_params:
            return await self._finished_or_check_status(request, instance_id)
        return self._check_status(request, instance_id)

    async def _finished_or_check_status(self, request: Request, instance_id: str) -> Response:
        timeout = float(request.query_params["timeout"])
        interval = float(request.query_params.get("pollingInterval", "1"))
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while loop.time() < deadline:
            state = self._instances.find(instance_id)
            if state is not None and is_finished(state):
                if status_name(state) == "Completed":
                    return JSONResponse(history.payload(state.output))
                return JSONResponse(status_document(state), status_code=500 if status_name(state) == "Failed" else 200)
            await asyncio.sleep(min(interval, max(0.0, deadline - loop.time())))
        return self._check_status(request, instance_id)

    async def _query(self, request: Request) -> Response:
        show_input = _flag(request, "showInput", default=True)
        top = int(request.query_params.get("top", "0"))
        token = request.headers.get(_TOKEN_HEADER, "")
        states, following = self._instances.query(Filter.read(request.query_params), top, token)
        documents = [status_document(state, show_input=show_input) for state in states]
        return JSONResponse(documents, headers={_TOKEN_HEADER: following} if following else None)

    async def _status(self, request: Request) -> Response:
        state = self._instances.find(request.path_params["id"])
        if state is None:
            return Response(status_code=404)
        show_input = _flag(request, "showInput", default=True)
        document = status_document(state, show_input=show_input)
        if _flag(request, "showHistory"):
            document["historyEvents"] = history.shown(
                self._instances.history(state.instanceId),
                inputs=show_input,
                outputs=_flag(request, "showHistoryOutput"),
            )
        if not is_finished(state):
            location = self._addresses.check_status(state.instanceId, _origin(request))["statusQueryGetUri"]
            return JSONResponse(document, status_code=202, headers={"Location": location, "Retry-After": "5"})
        failed = status_name(state) == "Failed" and _flag(request, "returnInternalServerErrorOnFailure")
        return JSONResponse(document, status_code=500 if failed else 200)

    async def _purge_one(self, request: Request) -> Response:
        return self._purged(pb.PurgeInstancesRequest(instanceId=request.path_params["id"]))

    async def _purge_many(self, request: Request) -> Response:
        wanted = Filter.read(request.query_params)
        if wanted.created_from is None:
            return _bad_request("Please provide value for 'createdTimeFrom' parameter.")
        purge = pb.PurgeInstancesRequest()
        wanted.apply(purge.purgeInstanceFilter)
        return self._purged(purge)

    def _purged(self, purge: pb.PurgeInstancesRequest) -> Response:
        count = self._hub.PurgeInstances(purge, LocalCall()).deletedInstanceCount
        return JSONResponse({"instancesDeleted": count}) if count else Response(status_code=404)

    async def _raise_event(self, request: Request) -> Response:
        if not request.headers.get("content-type", "application/json").startswith("application/json"):
            return _bad_request("Only application/json request content is supported")
        body = (await request.body()).decode()
        if body and not _is_json(body):
            return _bad_request("Invalid JSON content")
        event = request.path_params["event"]
        return await self._steer(lambda instance_id, _: self._steering.raise_event(instance_id, event, body))(request)

    def _steer(self, action: Callable[[str, str], None], *, finished: tuple[str, ...] = ()) -> Endpoint:
        """An endpoint that applies `action` to an instance that is not over, or is over in one of `finished`."""

        async def answer(request: Request) -> Response:
            state = self._instances.find(request.path_params["id"])
            if state is None:
                return Response(status_code=404)
            if is_finished(state) and status_name(state) not in finished:
                return Response(status_code=410)
            action(state.instanceId, request.query_params.get("reason", ""))
            return Response(status_code=202)

        return answer

    async def _restart(self, request: Request) -> Response:
        if self._instances.find(request.path_params["id"]) is None:
            return _bad_request("There is no instance of that id.")
        restart = pb.RestartInstanceRequest(
            instanceId=request.path_params["id"],
            restartWithNewInstanceId=_flag(request, "restartWithNewInstanceId", default=True),
        )
        return self._check_status(request, self._hub.RestartInstance(restart, LocalCall()).instanceId)

    def _check_status(self, request: Request, instance_id: str) -> Response:
        payload = self._addresses.check_status(instance_id, _origin(request))
        headers = {"Location": payload["statusQueryGetUri"], "Retry-After": "10"}
        return JSONResponse(payload, status_code=202, headers=headers)


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _flag(request: Request, name: str, *, default: bool = False) -> bool:
    return request.query_params.get(name, str(default)).lower() == "true"


def _bad_request(sentence: str) -> Response:
    return JSONResponse({"Message": sentence}, status_code=400)


def _is_json(text: str) -> Any:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
