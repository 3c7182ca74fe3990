"""Entities over HTTP: the part of the Durable Functions HTTP API under `/entities`."""

import json
import uuid
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from durabletask.entities import EntityInstanceId
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.host.catalogue import ENTITY, Catalogue
from local.host.http import history
from local.host.http.requests import (
    CONTINUATION,
    bad_request,
    body_text,
    flag,
    is_json,
    media_type,
    moment,
    page,
    page_size,
)
from local.host.hub.calls import LocalCall
from local.host.hub.taskhub import TaskHub


class EntityEndpoints:
    """Read, list and signal entities (Durable Functions HTTP API, "Get entity", "Signal entity", "List entities")."""

    def __init__(self, hub: TaskHub, catalogue: Catalogue) -> None:
        """Serve the entities of `hub`."""
        self._hub = hub
        self._catalogue = catalogue

    async def read(self, request: Request) -> Response:
        """200 with the state itself, 404 for an entity that does not exist."""
        answer = self._hub.GetEntity(pb.GetEntityRequest(instanceId=_id(request), includeState=True), LocalCall())
        if not answer.exists or not answer.entity.serializedState.value:
            return Response(status_code=404)
        return JSONResponse(history.payload(answer.entity.serializedState))

    async def signal(self, request: Request) -> Response:
        """202; the body is the operation's input, `op` its name; a DELETE is the operation `delete`.

        404 when the app has no such entity, 400 when a body that calls itself JSON is none.
        """
        if self._catalogue.durable(ENTITY, request.path_params["name"]) is None:
            return Response(status_code=404)
        operation = "delete" if request.method == "DELETE" else request.query_params.get("op", "")
        signal = pb.SignalEntityRequest(instanceId=_id(request), name=operation, requestId=str(uuid.uuid4()))
        body = await body_text(request)
        if body and media_type(request) == "application/json":
            if not is_json(body):
                return bad_request("Could not parse JSON content")
            signal.input.value = body
        elif body:
            signal.input.value = json.dumps(body)
        self._hub.SignalEntity(signal, LocalCall())
        return Response(status_code=202)

    async def query(self, request: Request) -> Response:
        """A page of entities, of one name or all: `{"entityId": {"name", "key"}, "lastOperationTime", "state"?}` each.

        Parameters: `fetchState`, `lastOperationTimeFrom`, `lastOperationTimeTo`, `top`.
        """
        query = pb.QueryEntitiesRequest()
        query.query.includeState = flag(request, "fetchState")
        query.query.pageSize.value = page_size(request)
        query.query.continuationToken.value = request.headers.get(CONTINUATION, "")
        if (earliest := moment(request.query_params, "lastOperationTimeFrom")) is not None:
            query.query.lastModifiedFrom.FromDatetime(earliest)
        if (latest := moment(request.query_params, "lastOperationTimeTo")) is not None:
            query.query.lastModifiedTo.FromDatetime(latest)
        name = request.path_params.get("name")
        if name:
            query.query.instanceIdStartsWith.value = f"@{name.lower()}@"
        found = self._hub.QueryEntities(query, LocalCall())
        documents = [_document(entity, with_state=query.query.includeState) for entity in found.entities]
        return page(documents, found.continuationToken.value)


def _id(request: Request) -> str:
    return str(EntityInstanceId(request.path_params["name"].lower(), request.path_params["key"]))


def _document(entity: pb.EntityMetadata, *, with_state: bool) -> dict[str, Any]:
    named = EntityInstanceId.parse(entity.instanceId)
    document: dict[str, Any] = {
        "entityId": {"name": named.entity, "key": named.key},
        "lastOperationTime": history.moment(entity.lastModifiedTime),
    }
    return document | ({"state": history.payload(entity.serializedState)} if with_state else {})
