"""Calls a function with its trigger's value and its other bindings filled in."""

from collections.abc import Callable
from dataclasses import replace

from local.host.catalogue import DURABLE_CLIENT, HTTP_OUTPUT, Catalogue, Function
from local.host.pool import WorkerPool
from local.host.wire import Datum, Failure, Outcome


class Invoker:
    """Executes functions by what triggers them."""

    def __init__(
        self, workers: WorkerPool, catalogue: Catalogue, client_binding: Callable[[], str], patience: float
    ) -> None:
        """Know the worker, the functions, what a durable client parameter gets, and how long a caller may wait.

        Args:
            patience: seconds that calls from outside wait for a worker; durable work waits for ever.
        """
        self._patience = patience
        self._workers = workers
        self._catalogue = catalogue
        self._client_binding = client_binding

    async def call(self, function: Function, trigger_value: Datum, retry: int = 0) -> Outcome:
        """Execute `function` for somebody who waits for its answer, as the `retry`th retry of its policy.

        Raises:
            WorkerLost: the worker ended while it ran.
            NoWorkerError: there was no worker in time.
        """
        return await self._call(function, trigger_value, self._patience, retry)

    async def _call(self, function: Function, trigger_value: Datum, patience: float | None, retry: int = 0) -> Outcome:
        inputs = {str(function.trigger["name"]): trigger_value}
        for binding in function.bindings:
            if binding["type"] == DURABLE_CLIENT:
                inputs[str(binding["name"])] = Datum("string", self._client_binding())
        return _with_outputs_that_arrive(function, await self._workers.invoke(function, inputs, patience, retry))

    async def call_durable(self, trigger_type: str, name: str, trigger_value: Datum) -> Outcome | None:
        """Execute the orchestrator, activity or entity called `name`; `None` when the app has none.

        Raises:
            WorkerLost: the worker ended while it ran.
        """
        function = self._catalogue.durable(trigger_type, name)
        return None if function is None else await self._call(function, trigger_value, None)


def _with_outputs_that_arrive(function: Function, outcome: Outcome) -> Outcome:
    """An output that this host cannot carry is a failure of the call: dropping it would look like success."""
    types = {str(binding["name"]): str(binding["type"]) for binding in function.bindings}
    lost = [name for name in outcome.outputs if types.get(name) != HTTP_OUTPUT]
    if not lost:
        return outcome
    reason = f"NotSupported: the output binding '{lost[0]}' ({types.get(lost[0])}) is not served by the local host"
    return replace(outcome, returned=None, outputs={}, failure=Failure(reason))


def log_text(failure: Failure) -> str:
    """A failure as a log entry: the stack, or the message where there is none."""
    return failure.stack_trace or failure.message
