"""A little of everything that a Durable Python app can do, for the host's tests."""
# mypy: ignore-errors
# Written as users write apps: the SDK's decorators leave types behind.

import asyncio
import json
import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func
from durabletask import task
from durabletask.entities import DurableEntity, EntityInstanceId
from messages import bp as messages

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)
app.register_functions(messages)
COUNTER = "counter"


# Orchestrators.


@app.orchestration_trigger(context_name="context")
def greet_all(ctx: task.OrchestrationContext, names: list):
    """Greet each name, one after the other."""
    greetings = []
    for name in names:
        greetings.append((yield ctx.call_activity("greet", input=name)))
    ctx.set_custom_status({"greeted": len(greetings)})
    return greetings


@app.orchestration_trigger(context_name="context")
def fan_out(ctx: task.OrchestrationContext, count: int):
    """Greet many at once."""
    tasks = [ctx.call_activity("greet", input=str(number)) for number in range(count)]
    greetings = yield task.when_all(tasks)
    return len(greetings)


@app.orchestration_trigger(context_name="context")
def family(ctx: task.OrchestrationContext, depth: int):
    """A chain of children; the last one fails when asked to."""
    if depth < 0:
        yield ctx.call_activity("fail", input="no such child")
    if depth == 0:
        return [ctx.instance_id]
    below = yield ctx.call_sub_orchestrator(
        "family", input=depth - 1 if depth != 13 else -1, instance_id=f"{ctx.instance_id}-{depth}"
    )
    return [ctx.instance_id, *below]


@app.orchestration_trigger(context_name="context")
def wait_a_while(ctx: task.OrchestrationContext, milliseconds: int):
    """A durable timer."""
    yield ctx.create_timer(timedelta(milliseconds=milliseconds))
    return "awake"


@app.orchestration_trigger(context_name="context")
def wait_for_approval(ctx: task.OrchestrationContext, _: str):
    """An external event."""
    return (yield ctx.wait_for_external_event("approval"))


@app.orchestration_trigger(context_name="context")
def eternal(ctx: task.OrchestrationContext, state: dict):
    """Continue as new until the rounds are over; each round leaves a long timer behind."""
    ctx.create_timer(timedelta(milliseconds=300))
    if state["rounds"] == 0:
        yield ctx.wait_for_external_event("finish")
        return "finished"
    yield ctx.call_activity("greet", input="again")
    ctx.continue_as_new({"rounds": state["rounds"] - 1})
    return None


@app.orchestration_trigger(context_name="context")
def failing(ctx: task.OrchestrationContext, reason: str):
    """Report how the failure of an activity looks to its orchestrator, then fail."""
    try:
        yield ctx.call_activity("fail", input=reason)
    except task.TaskFailedError as error:
        ctx.set_custom_status({"type": error.details.error_type, "message": error.details.message})
        raise


@app.orchestration_trigger(context_name="context")
def count_under_lock(ctx: task.OrchestrationContext, key: str):
    """Read and write an entity under its lock, slowly, so that races would show."""
    counter = EntityInstanceId(COUNTER, key)
    with (yield ctx.lock_entities([counter])):
        value = yield ctx.call_entity(counter, "get")
        yield ctx.call_activity("greet", input="slow")
        yield ctx.call_entity(counter, "set", value + 1)
    return value + 1


@app.orchestration_trigger(context_name="context")
def hold_lock(ctx: task.OrchestrationContext, key: str):
    """Set an entity to 100 under its lock and leave when told."""
    counter = EntityInstanceId(COUNTER, key)
    with (yield ctx.lock_entities([counter])):
        yield ctx.call_entity(counter, "set", 100)
        ctx.set_custom_status("locked")
        yield ctx.wait_for_external_event("leave")
        value = yield ctx.call_entity(counter, "get")
    return value


@app.orchestration_trigger(context_name="context")
def crash_worker(ctx: task.OrchestrationContext, request: dict):
    """Run an activity that ends its worker."""
    return (yield ctx.call_activity("crash", input=request))


@app.orchestration_trigger(context_name="context")
def hang_worker(ctx: task.OrchestrationContext, request: dict):
    """Run an activity that waits for a file, announcing itself by another."""
    return (yield ctx.call_activity("wait_for_file", input=request))


@app.orchestration_trigger(context_name="context")
def unknown_activity(ctx: task.OrchestrationContext, _: str):
    """Call what does not exist."""
    return (yield ctx.call_activity("nobody"))


@app.orchestration_trigger(context_name="context")
def parent_of_waiting(ctx: task.OrchestrationContext, _: str):
    """Wait for a child that waits."""
    return (yield ctx.call_sub_orchestrator("wait_for_approval", instance_id=f"{ctx.instance_id}-child"))


@app.orchestration_trigger(context_name="context")
def many_waiting(ctx: task.OrchestrationContext, request: dict):
    """Many children that each wait for a timer."""
    children = [
        ctx.call_sub_orchestrator("wait_a_while", input=request["milliseconds"]) for _ in range(request["count"])
    ]
    results = yield task.when_all(children)
    return {state: results.count(state) for state in set(results)}


@app.orchestration_trigger(context_name="context")
def fail_once(ctx: task.OrchestrationContext, request: dict):
    """Succeed at the second attempt, which only a rewind makes."""
    return (yield ctx.call_activity("attempt", input=request))


# Activities.


@app.activity_trigger(input_name="name")
def greet(name: str) -> str:
    """A synchronous activity."""
    print(f"greeting {name}")  # noqa: T201 - what user code prints must not break anything
    return f"Hello {name}!"


@app.activity_trigger(input_name="reason")
async def fail(reason: str) -> str:
    """An asynchronous activity that raises."""
    raise ValueError(reason)


@app.activity_trigger(input_name="request")
def crash(request: dict) -> str:
    """End the worker until it has been tried often enough."""
    record = Path(request["record"])
    with record.open("a") as attempts:
        attempts.write("x")
    if record.stat().st_size <= request["times"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return f"survived {record.stat().st_size}"


@app.activity_trigger(input_name="request")
def attempt(request: dict) -> str:
    """Fail the first time."""
    record = Path(request["record"])
    with record.open("a") as attempts:
        attempts.write("x")
    if record.stat().st_size == 1:
        raise ConnectionError("the first attempt")
    return f"attempt {record.stat().st_size}"


@app.activity_trigger(input_name="request")
def wait_for_file(request: dict) -> str:
    """Block a thread until a file is there."""
    Path(request["begun"]).touch()
    while not Path(request["until"]).exists():
        time.sleep(0.02)
    return "found"


# Entities.


@app.entity_trigger(context_name="context", entity_name=COUNTER)
class Counter(DurableEntity):
    """An integer."""

    def get(self, _: str | None = None) -> int:
        """The value."""
        return self.get_state(int, 0)

    def set(self, value: int) -> None:
        """Replace the value."""
        self.set_state(value)

    def add(self, amount: int) -> int:
        """Add to the value."""
        self.set_state(self.get_state(int, 0) + amount)
        return self.get_state(int, 0)

    def fail(self, reason: str) -> None:
        """Change the state, then raise: the change is lost."""
        self.set_state(-1)
        raise ValueError(reason)


# Clients.


@app.route(route="start/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Start an orchestrator by name."""
    body = req.get_body()
    instance_id = await client.schedule_new_orchestration(
        req.route_params["name"],
        input=json.loads(body) if body else None,
        instance_id=req.params.get("id"),
    )
    return client.create_check_status_response(req, instance_id)


@app.route(route="counters/{key}/{operation?}", methods=["GET", "POST"])
@app.durable_client_input(client_name="client")
async def counters(req: func.HttpRequest, client: df.DurableFunctionsClient) -> func.HttpResponse:
    """Signal an entity, or read it."""
    counter = EntityInstanceId(COUNTER, req.route_params["key"])
    if req.method == "POST":
        await client.signal_entity(counter, req.route_params["operation"], input=json.loads(req.get_body()))
        return func.HttpResponse(status_code=202)
    found = await client.get_entity(counter)
    if found is None:
        return func.HttpResponse(status_code=404)
    return func.HttpResponse(json.dumps(found.get_state(int)), mimetype="application/json")


@app.route(route="echo/{first}/{second:int?}", auth_level=func.AuthLevel.ANONYMOUS)
def echo(req: func.HttpRequest) -> func.HttpResponse:
    """What a function sees of its request."""
    seen = {
        "method": req.method,
        "url": req.url,
        "route": dict(req.route_params),
        "query": dict(req.params),
        "header": req.headers.get("x-sent"),
        "body": req.get_body().decode(),
    }
    answer = func.HttpResponse(
        json.dumps(seen), status_code=201, headers={"x-back": "yes"}, mimetype="application/json"
    )
    answer.headers.add("Set-Cookie", "crumb=1; Path=/; HttpOnly; SameSite=Lax")
    return answer


@app.route(route="text", auth_level=func.AuthLevel.ANONYMOUS)
def text(req: func.HttpRequest) -> str:
    """A plain string."""
    return "just text"


@app.route(route="odd/{kind}", auth_level=func.AuthLevel.ANONYMOUS)
def strange(req: func.HttpRequest) -> func.HttpResponse:
    """What HTTP cannot carry, or carries only just."""
    return {
        "no-such-status": lambda: func.HttpResponse("x", status_code=99),
        "too-early": lambda: func.HttpResponse("x", status_code=101),
        "not-a-number": lambda: func.HttpResponse("x", status_code="often"),
        "not-latin": lambda: func.HttpResponse("x", headers={"x-note": "\u2713"}),
        "not-a-name": lambda: func.HttpResponse("x", headers={"x note": "1"}),
        "latin": lambda: func.HttpResponse("x", status_code=599, headers={"x-note": "\xe9"}),
        "plain-cookie": lambda: func.HttpResponse("x", headers={"Set-Cookie": "crumb=1"}),
        "old-cookie": lambda: func.HttpResponse(
            "x",
            headers={"Set-Cookie": "crumb=; Max-Age=0; Expires=Wed, 21 Oct 2015 07:28:00 GMT; Secure; SameSite=None"},
        ),
    }[req.route_params["kind"]]()


@app.route(route="settings/{name}", auth_level=func.AuthLevel.ANONYMOUS)
def setting(req: func.HttpRequest) -> func.HttpResponse:
    """One app setting as the worker has it."""
    return func.HttpResponse(os.environ.get(req.route_params["name"], ""))


@app.route(route="broken", auth_level=func.AuthLevel.ANONYMOUS)
def broken(req: func.HttpRequest) -> str:
    """Raise."""
    raise RuntimeError("a secret in the message")


@app.route(route="die", auth_level=func.AuthLevel.ANONYMOUS)
def die(req: func.HttpRequest) -> str:
    """End the worker in the midst of a request."""
    os.kill(os.getpid(), signal.SIGKILL)


@app.route(route="masters", auth_level=func.AuthLevel.ADMIN)
def masters(req: func.HttpRequest) -> str:
    """For the master key alone."""
    return "welcome"


@app.route(route="gather", auth_level=func.AuthLevel.ANONYMOUS)
async def gather(req: func.HttpRequest) -> str:
    """Answer once `together` requests are here at the same time: asynchronous functions run concurrently."""
    _present.append(req)
    if len(_present) == int(req.params["together"]):
        _everybody.set()
    await _everybody.wait()
    return str(len(_present))


_present: list[func.HttpRequest] = []
_everybody = asyncio.Event()


# Events and timers write what they saw to entities' neighbours: plain files named by a setting.


def _record(name: str, content: dict) -> None:
    with Path(os.environ["RECORDS"], name).open("a") as records:
        records.write(json.dumps(content) + "\n")


@app.event_grid_trigger(arg_name="event")
def on_event(event: func.EventGridEvent) -> None:
    """Record an event of either schema; refuse what asks for it."""
    kind = getattr(event, "event_type", None) or event.type
    if kind == "Refuse":
        raise ValueError("refused")
    _record("events", {"id": event.id, "type": kind, "subject": event.subject})


@app.timer_trigger(arg_name="timer", schedule="%TICK_SCHEDULE%", run_on_startup=False)
def tick(timer: func.TimerRequest) -> None:
    """Record a tick."""
    _record("ticks", {"past_due": timer.past_due, "next": timer.schedule_status["Next"]})


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *", run_on_startup=True)
def at_startup(timer: func.TimerRequest) -> None:
    """Record the host's start."""
    _record("startups", {"past_due": timer.past_due})
