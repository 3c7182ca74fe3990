"""A task hub for tests of recipes: the real Durable engine in memory, with activities substituted by name."""

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from durabletask.client import OrchestrationState, TaskHubGrpcClient
from durabletask.entities import EntityInstanceId
from durabletask.testing import create_test_backend
from durabletask.worker import TaskHubGrpcWorker

from entities.foundation import Foundation
from entities.job_waiters import JobWaiters
from entities.plan import Plan
from entities.virtual_machine import VirtualMachine
from orchestrators.drill import drill, drill_vm
from orchestrators.failover import fail_over
from orchestrators.follow_jobs import follow_jobs
from orchestrators.protect import protect_vm
from orchestrators.sweep import sweep
from orchestrators.waves import fail_over_waves

type Activity = Callable[..., dict[str, Any]]
"""Takes its request, and before that the hub if it is one of `WITH_CLIENT`."""

WITH_CLIENT = {"tell_job_waiters"}
"""Activities that are given a client of the task hub, as the product's are."""

PACING = {"poll_seconds": 0.01, "retry_seconds": 0.01, "retry_attempts": 4, "step_minutes": 5}


class Hub:
    """A running hub and worker with a client."""

    def __init__(self, client: TaskHubGrpcClient, address: str) -> None:
        self._client = client
        self.address = address

    def run(self, name: str, request: dict[str, Any], instance: str) -> OrchestrationState:
        """Run an orchestration to its end."""
        self.start(name, request, instance)
        return self.ended(instance)

    def start(self, name: str, request: dict[str, Any], instance: str) -> None:
        """Start an orchestration."""
        self._client.schedule_new_orchestration(name, input=request, instance_id=instance)

    def ended(self, instance: str) -> OrchestrationState:
        """Wait for the end of an instance."""
        state = self._client.wait_for_orchestration_completion(instance, timeout=120)
        assert state is not None
        return state

    def terminate(self, instance: str) -> None:
        """End an instance without a word, as an operator does."""
        self._client.terminate_orchestration(instance)

    def signal(self, entity: str, key: str, operation: str, body: object) -> None:
        """Signal an entity."""
        self._client.signal_entity(EntityInstanceId(entity, key), operation, input=body)

    def tell(self, instance: str, event: str, body: object) -> None:
        """Raise an event for an instance."""
        self._client.raise_orchestration_event(instance, event, data=body)

    def instances(self, prefix: str) -> list[OrchestrationState]:
        """The instances whose ids begin so."""
        return [one for one in self._client.get_all_orchestration_states() if one.instance_id.startswith(prefix)]

    def until(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until the condition holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not in {seconds} s"
            time.sleep(0.02)

    def entity(self, entity: str, key: str) -> Any:
        """The state of an entity; empty when it has none."""
        found = self._client.get_entity(EntityInstanceId(entity, key), include_state=True)
        return (found.get_typed_state(dict) or {}) if found else {}


@contextmanager
def hub(activities: Mapping[str, Activity]) -> Iterator[Hub]:
    """A hub whose worker knows the product's recipes and entities, and these activities."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    backend = create_test_backend(port=port)
    address = f"127.0.0.1:{port}"
    worker = TaskHubGrpcWorker(host_address=address)
    recipes: tuple[Any, ...] = (
        protect_vm,
        fail_over,
        fail_over_waves,
        drill,
        drill_vm,
        sweep,
        follow_jobs,
    )  # the engine's own type allows no generator
    for recipe in recipes:
        worker.add_orchestrator(recipe)
    worker.add_entity(VirtualMachine)
    worker.add_entity(Foundation)
    worker.add_entity(Plan)
    worker.add_entity(JobWaiters)
    client = TaskHubGrpcClient(host_address=address)
    made = Hub(client, address)
    for name, body in activities.items():
        worker.add_activity(_named(name, partial(body, made) if name in WITH_CLIENT else body))
    worker.start()
    try:
        yield made
    finally:
        client.close()
        worker.stop()
        backend.stop()


def _named(name: str, body: Activity) -> Callable[..., dict[str, Any]]:
    def activity(_: object, request: dict[str, Any]) -> dict[str, Any]:
        return body(request)

    activity.__name__ = name
    return activity
