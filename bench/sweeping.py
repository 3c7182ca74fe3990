"""A sweep of a fleet in which nothing is to be done: requests, seconds, memory, and what the task hub has to keep."""

import time
from dataclasses import dataclass

from bench.azure import Azure, local_azure
from bench.fleet import protected_world

_OVER = frozenset({"Completed", "Failed", "Terminated"})
PATIENCE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one sweep took.

    Attributes:
        machines: in the fleet; all are tagged and protected.
        first_seconds: for the first sweep, after which the task hub and the store know the fleet.
        seconds: from the request for it to its end.
        requests: that it sent to Azure.
        kilobytes: that Azure answered.
        history: bytes of its history, inputs and outputs shown.
        events: of that history.
        fleet_seconds: for a page of the fleet afterwards, over HTTP; summary_seconds likewise.
        worker_seconds: of CPU, for the sweep.
        worker_megabytes: at the greatest.
    """

    machines: int
    first_seconds: float
    seconds: float
    requests: int
    kilobytes: float
    history: int
    events: int
    fleet_seconds: float
    summary_seconds: float | None
    worker_seconds: float
    worker_megabytes: float


def sweep(machines: int) -> Sweep:
    """Sweep a fleet of so many protected machines until nothing is left to do, and then once more, which counts.

    A fresh local Azure that keeps its limits.

    Raises:
        TimeoutError: it did not end within `PATIENCE_SECONDS`.
    """
    with local_azure(protected_world(machines)) as azure:
        azure.throttle(on=True)
        began = time.monotonic()
        _swept(azure)
        first = time.monotonic() - began
        azure.settle()
        _swept(azure)
        before, used = len(azure.requests()), azure.used()["worker"].seconds
        began = time.monotonic()
        instances = _swept(azure)
        seconds = time.monotonic() - began
        requests, worker = azure.requests()[before:], azure.used()["worker"]
        histories = [azure.history(one) for one in instances]
        return Sweep(
            machines,
            first,
            seconds,
            len(requests),
            sum(one["bytes_out"] for one in requests) / 1000,
            sum(one.size for one in histories),
            sum(one.events for one in histories),
            _timed(azure, "/api/protections") or 0.0,
            _timed(azure, "/api/summary"),
            round(worker.seconds - used, 2),
            round(worker.megabytes, 1),
        )


def _swept(azure: Azure) -> list[str]:
    """Ask for a sweep and wait for its end; the instances that carried it."""
    known = {one["instanceId"]: one["createdTime"] for one in azure.instances()}
    azure.app.post("/api/sweeps").raise_for_status()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        time.sleep(0.1)
        now = [one for one in azure.instances() if known.get(one["instanceId"]) != one["createdTime"]]
        if now and all(one["runtimeStatus"] in _OVER for one in now):
            return [one["instanceId"] for one in now]
    raise TimeoutError(f"the sweep has not ended after {PATIENCE_SECONDS:.0f} s")


def _timed(azure: Azure, path: str) -> float | None:
    """Seconds for an answer, the faster of two; None when there is no such route."""
    taken = []
    for _ in range(2):
        began = time.monotonic()
        answer = azure.app.get(path)
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        taken.append(time.monotonic() - began)
    return min(taken)
