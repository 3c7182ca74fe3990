"""Orchestrations that talk to each other, entities that come and go, and clients that list and purge them."""
# mypy: ignore-errors

import json
from datetime import timedelta

import azure.durable_functions as df
import azure.functions as func
import grpc
from durabletask import task
from durabletask.client import EntityQuery, OrchestrationQuery, OrchestrationStatus
from durabletask.entities import DurableEntity, EntityInstanceId

bp = df.Blueprint()
_LONG = timedelta(minutes=10)


@bp.orchestration_trigger(context_name="context")
def send_to_all(ctx: task.OrchestrationContext, request: dict):
    """Send an event to each of `targets`, then end."""
    for target in request["targets"]:
        ctx.send_event(target, "ready", data=request["data"])
    yield ctx.call_activity("greet", input="sent")
    return len(request["targets"])


@bp.orchestration_trigger(context_name="context")
def wait_until_ready(ctx: task.OrchestrationContext, queue: str):
    """Queue up in an entity and wait for the event, with a durable timer as the safety net."""
    ready = ctx.wait_for_external_event("ready")
    safety = ctx.create_timer(_LONG)
    ctx.signal_entity(EntityInstanceId("queue", queue), "join", ctx.instance_id)
    winner = yield task.when_any([ready, safety])
    return ready.get_result() if winner is ready else "timed out"


@bp.orchestration_trigger(context_name="context")
def wake_queue(ctx: task.OrchestrationContext, queue: str):
    """Empty an entity's queue and send the event to everybody in it."""
    waiting = yield ctx.call_entity(EntityInstanceId("queue", queue), "leave_all")
    for instance_id in waiting:
        ctx.send_event(instance_id, "ready", data=ctx.instance_id)
    return len(waiting)


@bp.orchestration_trigger(context_name="context")
def begin_again(ctx: task.OrchestrationContext, request: dict):
    """Continue as new once, keeping early events or not, then take what comes."""
    if request["first"]:
        yield ctx.wait_for_external_event("begin")
        ctx.continue_as_new({**request, "first": False}, save_events=request["keep"])
        return None
    ctx.set_custom_status("second")
    return (yield ctx.wait_for_external_event("letter"))


@bp.orchestration_trigger(context_name="context")
def leave_questions_behind(ctx: task.OrchestrationContext, rounds: int):
    """Ask an entity and an activity, and begin again before they answer; only the last round waits."""
    answers = [
        ctx.call_entity(EntityInstanceId("queue", ctx.instance_id), "round", rounds),
        ctx.call_activity("greet", input=str(rounds)),
    ]
    if rounds:
        ctx.continue_as_new(rounds - 1)
        return None
    return (yield task.when_all(answers))


@bp.entity_trigger(context_name="context", entity_name="queue")
class Queue(DurableEntity):
    """Instance ids in the order of their arrival; without any, there is no entity."""

    def join(self, instance_id: str) -> None:
        """Add one."""
        self.set_state([*self.get_state(list, []), instance_id])

    def leave_all(self, _=None) -> list:
        """Take all; nothing is left of the entity."""
        waiting = self.get_state(list, [])
        self.set_state(None)
        return waiting

    def round(self, number: int) -> str:
        """Answer."""
        return f"round {number}"


def _json(content) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(content), mimetype="application/json")


@bp.route(route="queues/{key?}", methods=["GET", "POST"])
@bp.durable_client_input(client_name="client")
async def queues(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Signal the queue `key`; read one, or list those that begin with `prefix` in pages of two."""
    if req.method == "POST":
        await client.signal_entity(EntityInstanceId("queue", req.route_params["key"]), req.params["op"], req.get_json())
        return func.HttpResponse(status_code=202)
    if key := req.route_params.get("key"):
        found = await client.get_entity(EntityInstanceId("queue", key))
        return _json(found and found.get_typed_state())
    query = EntityQuery(instance_id_starts_with=f"@queue@{req.params['prefix']}", page_size=2)
    return _json({one.id.key: one.get_typed_state() for one in await client.get_all_entities(query)})


@bp.route(route="instances", methods=["GET", "DELETE"])
@bp.durable_client_input(client_name="client")
async def instances(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """List or purge instances by the id's prefix and the state."""
    wanted = [OrchestrationStatus[req.params["state"]]]
    query = OrchestrationQuery(
        runtime_status=wanted, instance_id_prefix=req.params["prefix"], fetch_inputs_and_outputs=True
    )
    found = await client.get_all_orchestration_states(query)
    if req.method == "GET":
        return _json({one.instance_id: one.get_input() for one in found})
    return _json([(await client.purge_orchestration(one.instance_id)).deleted_instance_count for one in found])


@bp.route(route="instances/{id}/{what}", methods=["GET", "POST"])
@bp.durable_client_input(client_name="client")
async def instance(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """What a client is told about one instance; a refused call is the name of its gRPC status."""
    calls = {
        "state": client.get_orchestration_state,
        "history": client.get_orchestration_history,
        "purge": client.purge_orchestration,
        "terminate": client.terminate_orchestration,
        "event": lambda instance_id: client.raise_orchestration_event(instance_id, "ready", data="from a client"),
    }
    try:
        answer = await calls[req.route_params["what"]](req.route_params["id"])
    except grpc.aio.AioRpcError as error:
        return _json(error.code().name)
    if isinstance(answer, list):
        return _json([type(event).__name__ for event in answer])
    return _json(getattr(answer, "deleted_instance_count", None if answer is None else str(answer)))
