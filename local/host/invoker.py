"""Calls a function with its trigger's value and its other bindings filled in."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from local.host.catalogue import DURABLE_CLIENT, HTTP_OUTPUT, Catalogue, Function
from local.host.pool import WorkerPool
from local.host.traces import span
from local.host.wire import Datum, Failure, Outcome


class Invoker:
    """Executes functions by what triggers them."""

    def __init__(
        self,
        workers: WorkerPool,
        catalogue: Catalogue,
        client_binding: Callable[[], str],
        patience: float,
        *,
        recorded: bool = False,
    ) -> None:
        """Know the worker, the functions, what a durable client parameter gets, and how long a caller may wait.

        Args:
            patience: seconds that calls from outside wait for a worker; durable work waits for ever.
            recorded: whether the spans of traces that begin here are kept.
        """
        self._recorded = recorded
        self._patience = patience
        self._workers = workers
        self._catalogue = catalogue
        self._client_binding = client_binding

    async def call(self, function: Function, trigger_value: Datum) -> Outcome:
        """Execute `function` for somebody who waits for its answer.

        Raises:
            WorkerLost: the worker ended while it ran.
            NoWorkerError: there was no worker in time.
        """
        return await self._call(function, trigger_value, self._patience)

    async def _call(self, function: Function, trigger_value: Datum, patience: float | None) -> Outcome:
        if function.unserved_input is not None:
            return Outcome("", failure=_not_served("input", function.unserved_input))
        inputs = {str(function.trigger["name"]): trigger_value}
        for binding in function.bindings:
            if binding["type"] == DURABLE_CLIENT:
                inputs[str(binding["name"])] = Datum("string", self._client_binding())
        return _with_outputs_that_arrive(
            function, await self._workers.invoke(function, inputs, span(recorded=self._recorded), patience)
        )

    async def call_durable(self, trigger_type: str, name: str, trigger_value: Datum) -> Outcome | None:
        """Execute the orchestrator, activity or entity called `name`; `None` when the app has none.

        Raises:
            WorkerLost: the worker ended while it ran.
        """
        function = self._catalogue.durable(trigger_type, name)
        return None if function is None else await self._call(function, trigger_value, None)


def _with_outputs_that_arrive(function: Function, outcome: Outcome) -> Outcome:
    """An output that this host cannot carry is a failure of the call: dropping it would look like success."""
    lost = [one for one in function.bindings if one["name"] in outcome.outputs and one["type"] != HTTP_OUTPUT]
    return replace(outcome, returned=None, outputs={}, failure=_not_served("output", lost[0])) if lost else outcome


def _not_served(direction: str, binding: Mapping[str, Any]) -> Failure:
    name, kind = binding["name"], binding["type"]
    return Failure(f"NotSupported: the {direction} binding '{name}' ({kind}) is not served by the local host")


def log_text(failure: Failure) -> str:
    """A failure as a log entry: the stack, or the message where there is none."""
    return failure.stack_trace or failure.message
