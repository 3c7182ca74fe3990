"""An app in the style of Durable Functions 1.x, with blueprints and bindings that are not served."""
# mypy: ignore-errors

import json
import threading
import time
from datetime import UTC, datetime, timedelta

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
bp = df.Blueprint()


@bp.orchestration_trigger(context_name="context")
def chain(context: df.DurableOrchestrationContext):
    """One-argument orchestrator, entity called by id, retry options, sub-orchestration."""
    given = context.get_input()
    total = yield context.call_entity(df.EntityId("account", given["account"]), "add", given["amount"])
    options = df.RetryOptions(first_retry_interval_in_milliseconds=10, max_number_of_attempts=3)
    attempts = yield context.call_activity_with_retry("third_time", options, given["account"])
    return {"total": total, "attempts": attempts}


@bp.orchestration_trigger(context_name="context")
def sleeper(context: df.DurableOrchestrationContext):
    """Wait for an event for ever."""
    yield context.wait_for_external_event("never")


@bp.orchestration_trigger(context_name="context")
def crowd(context: df.DurableOrchestrationContext):
    """The most activities that ran at the same time."""
    seen = yield context.task_all([context.call_activity("count_present", number) for number in range(8)])
    return max(seen)


@bp.orchestration_trigger(context_name="context")
def beat(context: df.DurableOrchestrationContext):
    """Count a beat of a schedule."""
    yield context.call_entity(df.EntityId("account", "beats"), "add", 1)


@bp.entity_trigger(context_name="context", entity_name="account")
def account(context: df.DurableEntityContext):
    """An entity as a function."""
    total = context.get_state(lambda: 0)
    if context.operation_name == "add":
        total += context.get_input()
        context.set_state(total)
    context.set_result(total)


attempts: dict = {}
present: set = set()
entering = threading.Lock()


@bp.activity_trigger(input_name="account")
def third_time(account: str) -> int:
    """Succeed at the third attempt."""
    attempts[account] = attempts.get(account, 0) + 1
    if attempts[account] < 3:
        raise TimeoutError("not yet")
    return attempts[account]


@bp.activity_trigger(input_name="number")
def count_present(number: int) -> int:
    """How many are here, counted while others have time to come."""
    with entering:
        present.add(number)
    time.sleep(0.05)
    with entering:
        seen = len(present)
        present.discard(number)
    return seen


@bp.route(route="begin/{name}")
@bp.durable_client_input(client_name="client")
async def begin(req: func.HttpRequest, client) -> func.HttpResponse:
    """Start in the style of 1.x."""
    instance_id = await client.start_new(req.route_params["name"], req.params.get("id"), req.get_json())
    return client.create_check_status_response(req, instance_id)


@bp.route(route="later")
@bp.durable_client_input(client_name="client")
async def later(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Start in a while."""
    due = datetime.now(UTC) + timedelta(seconds=float(req.params["seconds"]))
    instance_id = await client.schedule_new_orchestration("beat", start_at=due)
    return func.HttpResponse(json.dumps({"id": instance_id, "due": due.isoformat()}))


@bp.route(route="enqueue")
@bp.queue_output(arg_name="message", queue_name="orders", connection="AzureWebJobsStorage")
def enqueue(req: func.HttpRequest, message: func.Out[str]) -> str:
    """Send a message that the local host cannot carry."""
    message.set("lost")
    return "sent"


@bp.route(route="blob")
@bp.blob_input(arg_name="content", path="orders/first.txt", connection="AzureWebJobsStorage")
def blob(req: func.HttpRequest, content: str) -> str:
    """Read what the local host cannot fetch."""
    return content


@bp.queue_trigger(arg_name="message", queue_name="orders", connection="AzureWebJobsStorage")
def on_message(message: func.QueueMessage) -> None:
    """Never runs locally."""


app.register_functions(bp)
