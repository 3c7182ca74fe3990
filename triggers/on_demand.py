"""Functions whose code is imported at their first call: the host indexes the app from names and bindings alone.

A worker starts in the time that an empty app takes; what nobody calls is never loaded. Each function here is registered
with the parameters that its binding needs, and passes its first call, as every other, to what the named module holds.
"""

import os
from collections.abc import Generator
from functools import cache, partial
from importlib import import_module
from typing import Any

import azure.functions as func
from azure.durable_functions import DFApp
from durabletask.entities import DurableEntity
from durabletask.task import OrchestrationContext

FUNCTIONS: dict[str, str] = {}
"""The module of each function that was registered, by the function's name."""


@cache
def load(name: str) -> Any:
    """What is behind the function of this name; a module says it in `ACTIVITIES` or `ROUTES`, else by an attribute."""
    module = import_module(FUNCTIONS[name])
    if name in getattr(module, "ACTIVITIES", {}):
        return module.ACTIVITIES[name]
    for route in getattr(module, "ROUTES", ()):
        if route.name == name:
            return import_module("triggers.http.route").serving(route)
    return getattr(module, name)


@cache
def tracing() -> Any:
    """What opens spans: `asr.telemetry.tracing`. The first call starts the exporters that the environment names."""
    version = import_module("asr.gateway.marks").PRODUCT_VERSION
    import_module("asr.telemetry.exporting").start(os.environ, version)
    return import_module("asr.telemetry.tracing")


def activity(app: DFApp, module: str, name: str, *, with_client: bool = False) -> None:
    """Register an activity; one `with_client` is given the task hub's client, too."""

    async def alone(request: dict) -> dict:
        tracing()
        answer: dict = await import_module("activities.observed").observed(name, request, load(name))
        return answer

    async def reaching_the_hub(request: dict, client: str) -> dict:
        tracing()
        body = partial(_reaching, load(name), hub(client))
        answer: dict = await import_module("activities.observed").observed(name, request, body)
        return answer

    if with_client:
        body = _with_client(app, _named(reaching_the_hub, module, name))
        app.activity_trigger(input_name="request")(body)
    else:
        app.activity_trigger(input_name="request")(_named(alone, module, name))


def orchestrator(app: DFApp, module: str, name: str) -> None:
    """Register a recipe."""

    def recipe(ctx: OrchestrationContext, request: dict) -> Generator[Any, Any, Any]:
        context = import_module("orchestrators.carrying").carrying(ctx, request)
        return (yield from load(name)(context, request))

    app.orchestration_trigger(context_name="context")(_named(recipe, module, name))


def entity(app: DFApp, module: str, name: str) -> None:
    """Register the class of an entity."""

    def made(_: type[DurableEntity]) -> DurableEntity:
        tracing()
        instance: DurableEntity = load(name)()
        return instance

    body: Any = _named(type(name, (DurableEntity,), {"__new__": made}), module, name)
    app.entity_trigger(context_name="context", entity_name=name)(body)


def route(app: DFApp, module: str, method: str, path: str, name: str) -> None:
    """Register a route of the HTTP API, of which the module has a row; it needs a function key."""

    async def answer(req: func.HttpRequest, client: str) -> func.HttpResponse:
        with tracing().span(name):
            response: func.HttpResponse = await load(name)(req, hub(client))
        return response

    body = _with_client(app, _named(answer, module, name))
    app.route(route=path, methods=[method], trigger_arg_name="req")(body)


def page(app: DFApp, module: str, path: str, name: str) -> None:
    """Register a route that anybody may GET: it is given no way to the task hub."""

    async def answer(req: func.HttpRequest) -> func.HttpResponse:
        response: func.HttpResponse = await load(name)(req, None)
        return response

    body = _named(answer, module, name)
    app.route(route=path, methods=["GET"], trigger_arg_name="req", auth_level=func.AuthLevel.ANONYMOUS)(body)


def events(app: DFApp, module: str, name: str) -> None:
    """Register the function that Event Grid delivers to; the event arrives as text."""

    async def take(event: str, client: str) -> None:
        with tracing().span(name):
            await load(name)(event, hub(client))

    app.event_grid_trigger(arg_name="event")(_with_client(app, _named(take, module, name)))


def timer(app: DFApp, module: str, name: str, schedule: str) -> None:
    """Register what the clock starts; `schedule` is an NCRONTAB expression, or a setting's name between percents."""

    async def tick(timer: func.TimerRequest, client: str) -> None:
        with tracing().span(name):
            await load(name)(timer, hub(client))

    app.timer_trigger(arg_name="timer", schedule=schedule, run_on_startup=False)(
        _with_client(app, _named(tick, module, name))
    )


def hub(configuration: str) -> Any:
    """The task hub's client; see `triggers.hub_client`, which is imported by the first call that needs it."""
    return import_module("triggers.hub_client").hub_client(configuration)


async def _reaching(body: Any, client: Any, request: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = await body(request, client)
    return answer


def _with_client(app: DFApp, body: Any) -> Any:
    """The binding that `durable_client_input` adds, as it is: the function is handed the client's configuration."""
    return app.generic_input_binding("client", "durableClient", durable_requires_grpc=True)(body)


def _named(body: Any, module: str, name: str) -> Any:
    """The host knows a function by its name alone."""
    FUNCTIONS[name] = module
    body.__name__ = body.__qualname__ = name
    return body
