"""Functions of every durable kind that end their worker."""
# mypy: ignore-errors

import os
import signal

import azure.durable_functions as df
from durabletask import task
from durabletask.entities import EntityContext, EntityInstanceId

app = df.DFApp()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@app.orchestration_trigger(context_name="context")
def deadly(ctx: task.OrchestrationContext, _: str):
    """End the worker in the first turn."""
    _die()
    yield ctx.create_timer(ctx.current_utc_datetime)


@app.orchestration_trigger(context_name="context")
def careful(ctx: task.OrchestrationContext, _: str):
    """Call an entity that ends the worker, then one of its operations that does not."""
    bomb = EntityInstanceId("bomb", "one")
    try:
        yield ctx.call_entity(bomb, "explode")
    except task.TaskFailedError as error:
        reason = error.details.message
    return [reason, (yield ctx.call_entity(bomb, "rest"))]


@app.entity_trigger(context_name="context")
def bomb(context: EntityContext, _=None):
    """Explode or rest."""
    if context.operation == "explode":
        _die()
    context.set_state("whole")
    return "whole"
