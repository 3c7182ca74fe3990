"""Activities that watch the clock and their neighbours, and a function that is switched off."""
# mypy: ignore-errors

import asyncio
import threading
import time
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func

bp = df.Blueprint()
present: set = set()
entering = threading.Lock()


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


@bp.route(route="off")
def switched_off(req: func.HttpRequest) -> str:
    """Disabled by an app setting in the tests."""
    return "on"
