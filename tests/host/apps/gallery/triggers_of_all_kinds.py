"""Activities that watch the clock and their neighbours, timers with retries, routes with constraints."""
# mypy: ignore-errors

import asyncio
import json
import logging
import os
import threading
import time
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func

bp = df.Blueprint()
# Retry policies are settings of plain blueprints only.
timers = func.Blueprint()
present: set = set()
entering = threading.Lock()


def _record(name: str, content: dict) -> None:
    with Path(os.environ["RECORDS"], name).open("a") as records:
        records.write(json.dumps(content) + "\n")


@bp.activity_trigger(input_name="given")
def echo(given: object) -> object:
    """What was given."""
    return given


@bp.activity_trigger(input_name="request")
def attempt(request: dict) -> str:
    """Fail until `succeed_at`; attempts are counted in a file."""
    path = Path(request["folder"], request.get("name", "attempts"))
    with path.open("a") as attempts:
        attempts.write("x")
    if path.stat().st_size < request["succeed_at"]:
        raise ConnectionError(f"attempt {path.stat().st_size}")
    return f"attempt {path.stat().st_size}"


@bp.activity_trigger(input_name="seconds")
async def oversleep_async(seconds: float) -> str:
    """Sleep on the loop."""
    await asyncio.sleep(seconds)
    return "awake"


@bp.activity_trigger(input_name="seconds")
def oversleep_sync(seconds: float) -> str:
    """Sleep in a thread."""
    time.sleep(seconds)
    return "awake"


@bp.activity_trigger(input_name="number")
def count_sync(number: int) -> int:
    """How many synchronous activities are here, counted while others have time to come."""
    with entering:
        present.add(number)
    time.sleep(0.1)
    with entering:
        seen = len(present)
        present.discard(number)
    return seen


@bp.activity_trigger(input_name="number")
async def count_async(number: int) -> int:
    """The same on the loop."""
    present.add(number)
    await asyncio.sleep(0.2)
    seen = len(present)
    present.discard(number)
    return seen


@timers.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *", run_on_startup=True)
@timers.retry(strategy="fixed_delay", max_retry_count="2", delay_interval="00:00:00")
def stubborn(timer: func.TimerRequest, context: func.Context) -> None:
    """Fail until there is no retry left."""
    _record("stubborn", {"retry": context.retry_context.retry_count, "of": context.retry_context.max_retry_count})
    if context.retry_context.retry_count < 2:
        raise ValueError("not yet")


@bp.route(route="%PLACE%/{number:int:range(1,12)}")
def month(req: func.HttpRequest) -> str:
    """A route from a setting, with constraints."""
    return req.route_params["number"]


@bp.route(route="%PLACE%/{name:minlength(2):maxlength(5)}")
def short_name(req: func.HttpRequest) -> str:
    """Another for the same place."""
    return f"name {req.route_params['name']}"


@bp.route(route="files/{name=index}.{extension:regex(^(css|js)$)}")
def file(req: func.HttpRequest) -> str:
    """Two parameters in a segment."""
    return f"{req.route_params['name']} as {req.route_params['extension']}"


@bp.route(route="off")
def switched_off(req: func.HttpRequest) -> str:
    """Disabled by an app setting in the tests."""
    return "on"


@bp.route(route="chatty")
def chatty(req: func.HttpRequest) -> str:
    """Log at INFO."""
    logging.info("chatty speaks")
    return "said"


@bp.route(route="quiet")
def quiet(req: func.HttpRequest) -> str:
    """Log at ERROR where nobody shall hear."""
    logging.error("quiet speaks")
    return "said"


@bp.route(route="plain")
def plain(req: func.HttpRequest) -> str:
    """Log at INFO where the default is Warning."""
    logging.info("plain whispers")
    logging.warning("plain warns")
    return "said"
