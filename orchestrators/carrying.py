"""A run that belongs to a trace: what it calls is told so, for Durable Functions does not always tell it."""

from typing import Any

from durabletask.task import OrchestrationContext, Task

from asr.model.run import TRACE


class Carrying:
    """The context of an orchestration, in all else as it is.

    Nothing is measured and no clock is read, so a replay does the same. A run whose request carries no trace calls with
    the inputs that it would call with otherwise.
    """

    def __init__(self, ctx: OrchestrationContext, trace: str) -> None:
        self._ctx = ctx
        self._trace = trace

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ctx, name)

    def call_activity(self, activity: Any, *, input: Any = None, **more: Any) -> Task[Any]:  # noqa: A002 - the SDK's
        """Schedule an activity whose input carries the trace."""
        given = {**input, TRACE: self._trace} if isinstance(input, dict) else input
        return self._ctx.call_activity(activity, input=given, **more)


def carrying(ctx: OrchestrationContext, request: Any) -> Any:
    """The context to run the recipe with."""
    trace = request.get(TRACE) if isinstance(request, dict) else None
    return Carrying(ctx, trace) if isinstance(trace, str) and trace else ctx
