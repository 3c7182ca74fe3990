"""Client functions: HTTP in, durable calls out."""
# mypy: ignore-errors

import asyncio
import json

import azure.durable_functions as df
import azure.functions as func
from durabletask.entities import EntityInstanceId

bp = df.Blueprint()
operations: dict = {}


def _json(content, status=200) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(content, default=str), status_code=status, mimetype="application/json")


@bp.route(route="start/{name}", methods=["POST"])
@bp.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Start an orchestrator by name."""
    body = req.get_body()
    instance_id = await client.schedule_new_orchestration(
        req.route_params["name"], input=json.loads(body) if body else None, instance_id=req.params.get("id")
    )
    return client.create_check_status_response(req, instance_id)


@bp.route(route="accounts/{key}/{operation?}", methods=["GET", "POST"])
@bp.durable_client_input(client_name="client")
async def accounts(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Signal an account, or read it."""
    account = EntityInstanceId("Account", req.route_params["key"])
    if req.method == "POST":
        await client.signal_entity(account, req.route_params["operation"], input=req.get_json())
        return func.HttpResponse(status_code=202)
    found = await client.get_entity(account)
    return _json(found and found.get_state(int))


@bp.route(route="banks/{key}")
@bp.durable_client_input(client_name="client")
async def banks(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Read a bank."""
    found = await client.get_entity(EntityInstanceId("bank", req.route_params["key"]))
    return _json(found and json.loads(found.get_state()))


# What durable HTTP calls are made to.


@bp.route(route="mirror", methods=["POST"])
def mirror(req: func.HttpRequest) -> func.HttpResponse:
    """The request's header and body."""
    return _json({"header": req.headers.get("x-sent"), "body": req.get_json()}, 201)


@bp.route(route="operations/{id}/{what}")
def operation(req: func.HttpRequest) -> func.HttpResponse:
    """A long operation: accepted twice, then done."""
    looks = operations[req.route_params["id"]] = operations.get(req.route_params["id"], 0) + 1
    if looks > 2:
        return func.HttpResponse("done")
    headers = {"Location": "status", "Retry-After": "0"}
    return func.HttpResponse(status_code=202, headers=headers)


@bp.route(route="sleep/{seconds}")
async def sleep(req: func.HttpRequest) -> str:
    """Answer late."""
    await asyncio.sleep(float(req.route_params["seconds"]))
    return "awake"
