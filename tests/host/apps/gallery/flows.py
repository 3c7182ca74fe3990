"""Orchestrations."""
# mypy: ignore-errors

from datetime import timedelta

import azure.durable_functions as df
from durabletask import task

bp = df.Blueprint()


@bp.orchestration_trigger(context_name="context")
def collect_events(ctx: task.OrchestrationContext, names: list):
    """Events in the order of `names`, whenever they were raised; a timer gives them time to be early."""
    yield ctx.create_timer(timedelta(milliseconds=200))
    received = []
    for name in names:
        received.append((yield ctx.wait_for_external_event(name)))
    return received


@bp.orchestration_trigger(context_name="context")
def event_or_timeout(ctx: task.OrchestrationContext, milliseconds: int):
    """Whichever comes first."""
    approval = ctx.wait_for_external_event("approval")
    timeout = ctx.create_timer(timedelta(milliseconds=milliseconds))
    winner = yield task.when_any([approval, timeout])
    return "timeout" if winner is timeout else approval.get_result()


@bp.orchestration_trigger(context_name="context")
def restless_child(ctx: task.OrchestrationContext, state: dict):
    """Continue as new, then tell whose child this is."""
    if state["rounds"]:
        yield ctx.call_activity("echo", input=state["rounds"])
        ctx.continue_as_new({"rounds": state["rounds"] - 1})
        return None
    return ctx.parent_instance_id


@bp.orchestration_trigger(context_name="context")
def parent_of_restless(ctx: task.OrchestrationContext, _: str):
    """Wait for a child that continues as new."""
    return (yield ctx.call_sub_orchestrator("restless_child", input={"rounds": 3}))


@bp.orchestration_trigger(context_name="context")
def forgetful_parent(ctx: task.OrchestrationContext, round_number: int):
    """Begin again without waiting for the first child; the second generation must see the second child's result."""
    child = ctx.call_sub_orchestrator(
        "named_sleeper", input=round_number, instance_id=f"{ctx.instance_id}-{round_number}"
    )
    if round_number == 1:
        yield ctx.create_timer(timedelta(milliseconds=10))
        ctx.continue_as_new(2)
        return None
    return (yield child)


@bp.orchestration_trigger(context_name="context")
def named_sleeper(ctx: task.OrchestrationContext, number: int):
    """The first sleeps shortly, the second longer: the first's result comes while the second is awaited."""
    yield ctx.create_timer(timedelta(milliseconds=150 * number))
    return f"sleeper {number}"


@bp.orchestration_trigger(context_name="context")
def retried(ctx: task.OrchestrationContext, request: dict):
    """An activity and a child, both with retries and back-off."""
    policy = task.RetryPolicy(
        first_retry_interval=timedelta(milliseconds=20), max_number_of_attempts=3, backoff_coefficient=2
    )
    first = yield ctx.call_activity("attempt", input={**request, "name": "activity"}, retry_policy=policy)
    second = yield ctx.call_sub_orchestrator("attempting", input={**request, "name": "child"}, retry_policy=policy)
    return [first, second]


@bp.orchestration_trigger(context_name="context")
def attempting(ctx: task.OrchestrationContext, request: dict):
    """Attempt without retries of its own."""
    return (yield ctx.call_activity("attempt", input=request))


@bp.orchestration_trigger(context_name="context")
def generations_of_attempts(ctx: task.OrchestrationContext, request: dict):
    """Fail in a grandchild; a rewind reaches it."""
    if request["depth"]:
        return (
            yield ctx.call_sub_orchestrator("generations_of_attempts", input={**request, "depth": request["depth"] - 1})
        )
    return (yield ctx.call_activity("attempt", input=request))


@bp.orchestration_trigger(context_name="context")
def http_calls(context: df.DurableOrchestrationContext):
    """A POST, a long operation that is polled, a refusal."""
    base = context.get_input()
    posted = yield context.call_http("POST", f"{base}/mirror", content={"a": 1}, headers={"x-sent": "yes"})
    polled = yield context.call_http("GET", f"{base}/operations/{context.instance_id}/start")
    refused = yield context.call_http("GET", f"{base}/nowhere")
    return {"posted": posted.content, "polled": [polled.status_code, polled.content], "refused": refused.status_code}


@bp.orchestration_trigger(context_name="context")
def deterministic(ctx: task.OrchestrationContext, _: str):
    """What must be the same in every replay."""
    first = (ctx.new_uuid(), ctx.current_utc_datetime.isoformat())
    yield ctx.create_timer(timedelta(milliseconds=30))
    second = (ctx.new_uuid(), ctx.current_utc_datetime.isoformat())
    told = yield ctx.call_activity("echo", input=[*first, *second])
    return {"told": told, "again": [*first, *second]}


@bp.orchestration_trigger(context_name="context")
def overslept(ctx: task.OrchestrationContext, kind: str):
    """Call an activity that exceeds the time that host.json allows."""
    try:
        yield ctx.call_activity(f"oversleep_{kind}", input=60)
    except task.TaskFailedError as error:
        return {"type": error.details.error_type, "message": error.details.message}


@bp.orchestration_trigger(context_name="context")
def crew(ctx: task.OrchestrationContext, request: dict):
    """The largest number of `kind` activities at once."""
    seen = yield task.when_all([ctx.call_activity(f"count_{request['kind']}", input=i) for i in range(request["size"])])
    return max(seen)
