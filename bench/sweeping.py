"""A sweep of a fleet in which nothing is to be done: requests, seconds, memory, and what the task hub has to keep."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench.azure import Azure, local_azure
from bench.fleet import protected_world

_OVER = frozenset({"Completed", "Failed", "Terminated"})
PATIENCE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds for an answer, the first time that it is asked for and the second."""

    what: str
    first: float
    again: float


@dataclass(frozen=True, slots=True)
class Sweep:
    """What one sweep took.

    Attributes:
        machines: that there are.
        protected: how many of them are tagged and protected; nobody asks for the others.
        first_seconds: for the first sweep, after which the task hub and the store know the fleet.
        seconds: from the request for it to its end.
        requests: that it sent to Azure.
        kilobytes: that Azure answered.
        history: bytes of its history, inputs and outputs shown.
        events: of that history.
        answers: seconds for each answer about the fleet afterwards, over HTTP.
        cpu: seconds by part, for the sweep.
        worker_megabytes: at the greatest.
    """

    machines: int
    protected: int
    first_seconds: float
    seconds: float
    requests: int
    kilobytes: float
    history: int
    events: int
    answers: tuple["Timed", ...]
    cpu: dict[str, float]
    worker_megabytes: float


def sweep(machines: int, protected: int) -> Sweep:
    """Sweep so many machines, some of them protected, until nothing is left to do, and then once more, which counts.

    A fresh local Azure that keeps its limits.

    Raises:
        TimeoutError: it did not end within `PATIENCE_SECONDS`.
    """
    with local_azure(protected_world(machines, protected)) as azure:
        azure.throttle(on=True)
        began = time.monotonic()
        _swept(azure)
        first = time.monotonic() - began
        azure.settle()
        _swept(azure)
        before, used = len(azure.requests()), azure.used()
        began = time.monotonic()
        instances = _swept(azure)
        seconds = time.monotonic() - began
        after, requests = azure.used(), azure.requests()[before:]
        histories = [azure.history(one) for one in instances]
        return Sweep(
            machines,
            protected,
            first,
            seconds,
            len(requests),
            sum(one["bytes_out"] for one in requests) / 1000,
            sum(one.size for one in histories),
            sum(one.events for one in histories),
            tuple(_answers(azure)),
            {part: round(one.seconds - used[part].seconds, 2) for part, one in after.items()},
            round(after["worker"].megabytes, 1),
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


def _answers(azure: Azure) -> Iterator[Timed]:
    """What people and dashboards ask for after a sweep; the very first question reads the snapshot from the store."""
    yield _timed(azure, "page", "/api/protections")
    yield _timed(azure, "summary", "/api/summary")
    yield _timed(azure, "drift", "/api/drift")
    yield _timed(azure, "state", "/api/protections?state=protected")
    yield _timed(azure, "health", "/api/protections?health=Critical")
    yield _timed(azure, "group", "/api/protections?resourceGroup=fleet")
    yield _timed(azure, "last page", f"/api/protections?top=200&continuation={_before_the_last(azure)}")


def _before_the_last(azure: Azure) -> str:
    """The continuation that leads to the last page."""
    continuation = ""
    while True:
        query = {"top": "200"} | ({"continuation": continuation} if continuation else {})
        following = azure.app.get("/api/protections", params=query).raise_for_status().json()["continuation"]
        if following is None:
            return continuation
        continuation = following


def _timed(azure: Azure, what: str, path: str) -> Timed:
    taken = []
    for _ in range(2):
        began = time.monotonic()
        azure.app.get(path).raise_for_status()
        taken.append(round(time.monotonic() - began, 4))
    return Timed(what, *taken)
