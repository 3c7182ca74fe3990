"""Starting orchestrations over HTTP: the endpoints that answer with check-status payloads."""

import asyncio
import uuid

import durabletask.internal.orchestrator_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from local.host.addresses import Addresses
from local.host.catalogue import ORCHESTRATION, Catalogue
from local.host.http import history
from local.host.http.instances import Instances, is_finished, status_document, status_name
from local.host.http.requests import bad_request, body_text, flag, is_json, number, origin
from local.host.hub.calls import LocalCall
from local.host.hub.taskhub import TaskHub

_RETRY_AFTER = "10"
# Seconds; a caller who wants to know it sooner would keep the host from everything else.
_LEAST_INTERVAL = 0.01


class StartEndpoints:
    """Start and restart (Durable Functions HTTP API, "Start orchestration", "Restart instance")."""

    def __init__(self, hub: TaskHub, catalogue: Catalogue, addresses: Addresses) -> None:
        """Start the orchestrators of `catalogue` in `hub`."""
        self._hub = hub
        self._instances = Instances(hub)
        self._catalogue = catalogue
        self._addresses = addresses

    async def start(self, request: Request) -> Response:
        """202 with the check-status payload; with `timeout` and `pollingInterval`, the output if it comes in time.

        409 for an id in use; 400 when there is no such orchestrator, or the body is no JSON.
        """
        name = request.path_params["name"]
        if self._catalogue.durable(ORCHESTRATION, name) is None:
            return bad_request(f"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function.")
        body = await body_text(request)
        if body and not is_json(body):
            return bad_request("Invalid JSON content")
        instance_id = request.path_params.get("id") or uuid.uuid4().hex
        creation = pb.CreateInstanceRequest(instanceId=instance_id, name=name)
        if body:
            creation.input.value = body
        self._hub.StartInstance(creation, LocalCall())
        return await self._answer(request, instance_id)

    async def restart(self, request: Request) -> Response:
        """Answers as `start` does; 400 when there is none to restart, 409 when the same id is still in use."""
        state = self._instances.find(request.path_params["id"])
        if state is None:
            return bad_request("InstanceId does not match a valid orchestration instance.")
        with_new_id = flag(request, "restartWithNewInstanceId", default=True)
        if not is_finished(state) and not with_new_id:
            return PlainTextResponse("A non-terminal instance with this instance ID already exists.", status_code=409)
        restart = pb.RestartInstanceRequest(
            instanceId=request.path_params["id"],
            restartWithNewInstanceId=with_new_id,
        )
        return await self._answer(request, self._hub.RestartInstance(restart, LocalCall()).instanceId)

    async def _answer(self, request: Request, instance_id: str) -> Response:
        timeout, interval = number(request, "timeout"), number(request, "pollingInterval")
        if timeout is None or interval is None:
            return self._check_status(request, instance_id)
        if interval > timeout:
            return bad_request(f"Total timeout {timeout:g} should be bigger than retry timeout {interval:g}")
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while loop.time() < deadline:
            state = self._instances.find(instance_id)
            if state is not None and is_finished(state):
                if status_name(state) == "Completed":
                    return JSONResponse(history.payload(state.output))
                return JSONResponse(status_document(state))
            await asyncio.sleep(min(max(interval, _LEAST_INTERVAL), max(0.0, deadline - loop.time())))
        return self._check_status(request, instance_id)

    def _check_status(self, request: Request, instance_id: str) -> Response:
        payload = self._addresses.check_status(instance_id, origin(request))
        headers = {"Location": payload["statusQueryGetUri"], "Retry-After": _RETRY_AFTER}
        return JSONResponse(payload, status_code=202, headers=headers)
