"""Who is told which trace a call is part of."""
# mypy: ignore-errors
# Written as users write apps: the SDK's decorators leave types behind.

import azure.durable_functions as df
import azure.functions as func
from durabletask import task
from durabletask.entities import DurableEntity, EntityInstanceId

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.orchestration_trigger(context_name="context")
def parent(ctx: task.OrchestrationContext, left: int):
    """Ask an activity, then a child, then begin anew: each says which trace it saw."""
    seen = [(yield ctx.call_activity("trace_of", input="x"))]
    if left < 0:
        return seen
    if left:
        ctx.continue_as_new(0)
        return None
    return [*seen, *(yield ctx.call_sub_orchestrator("parent", input=-1, instance_id=f"{ctx.instance_id}-child"))]


@app.activity_trigger(input_name="given")
def trace_of(given: str, context) -> str:
    """The trace of this call."""
    return context.trace_context.trace_parent


class Starter(DurableEntity):
    """Starts an orchestration."""

    def begin(self, instance_id: str) -> None:
        """Of this id."""
        self.schedule_new_orchestration("parent", input=0, instance_id=instance_id)


app.entity_trigger(context_name="context", entity_name="Starter")(Starter)


@app.route(route="start/{id}")
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client, context) -> func.HttpResponse:
    """Start one by the client."""
    await client.schedule_new_orchestration("parent", input=1, instance_id=req.route_params["id"])
    return func.HttpResponse(context.trace_context.trace_parent)


@app.route(route="signal/{id}")
@app.durable_client_input(client_name="client")
async def signal(req: func.HttpRequest, client, context) -> func.HttpResponse:
    """Let an entity start one."""
    await client.signal_entity(EntityInstanceId("Starter", "one"), "begin", input=req.route_params["id"])
    return func.HttpResponse(context.trace_context.trace_parent)
