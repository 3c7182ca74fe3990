"""Two workers with one identity and one store, within the limits that Azure documents."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bench.fleet import machine_id, world
from local.stack import ROOT, part
from local.up import host_settings
from tests.e2e.stack import IMPATIENT, Stack, event

MACHINES = 40
"""Their decisions take more reads than Azure lets an identity send at once."""

SHARED = (
    "/providers/microsoft.compute/skus",
    "/usages",
    "/providers/microsoft.authorization/roleassignments",
    "/locations",
)
"""Ends of the paths of what all machines share and what changes seldom."""

type Request = dict[str, Any]

NEVER = {"ASR_SWEEP_SCHEDULE": "0 0 0 1 1 *"}


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[list[Stack]]:
    """Two hosts with the same app on one Azure that keeps its limits; its machines are tagged."""
    (tmp_path / "world.json").write_text(json.dumps(world(MACHINES, 2, tagged=MACHINES)))
    with ExitStack() as parts:
        options = ("--port", "0", "--world", str(tmp_path / "world.json"), "--pace", "instant")
        azure = parts.enter_context(part("emulator", *options, environment=os.environ)).ready
        own = host_settings(azure, "instant") | IMPATIENT | NEVER | {"ASR_STORE": str(tmp_path / "store")}
        running = []
        for number in range(2):
            log = tmp_path / f"log-{number}"
            errors = parts.enter_context(log.open("wb"))
            environment = os.environ | own
            host = parts.enter_context(part("host", "--port", "0", environment=environment, folder=ROOT, log=errors))
            running.append(Stack({**azure, **host.ready}, log, host.process.pid))
            parts.callback(running[-1].http.close)
        running[0].http.post(f"{azure['arm']}/_emulator/settings", json={"throttling": "on"}).raise_for_status()
        yield running


def shared_reads(requests: list[Request]) -> list[str]:
    """The paths of what was asked for that one worker may tell another."""
    return [one["path"] for one in requests if one["path"].lower().endswith(SHARED)]


def test_many_machines_are_protected_within_the_limits(workers: list[Stack]) -> None:
    """The second worker does not ask what the first has read. Then the machines are dealt out to both; what Azure
    counts is counted, not how long it takes.
    """
    first, second = workers
    assert first.deliver(event(machine_id(0), "Microsoft.Resources/tags/write", 0)).is_success
    first.outcome(machine_id(0), "enabling", "protected", seconds=120)
    before = first.requests()
    assert second.deliver(event(machine_id(1), "Microsoft.Resources/tags/write", 1)).is_success
    second.outcome(machine_id(1), "enabling", "protected", seconds=120)
    assert {one.lower().rpartition("/")[2] for one in shared_reads(before)} >= {"skus", "usages", "locations"}
    assert shared_reads(second.requests()[len(before) :]) == []

    for number in range(2, MACHINES):
        answer = workers[number % 2].deliver(event(machine_id(number), "Microsoft.Resources/tags/write", number))
        assert answer.is_success, answer.text

    def enabled() -> bool:
        puts = {one["path"].lower() for one in workers[0].requests() if one["method"] == "PUT"}
        return sum("/replicationprotecteditems/" in path for path in puts) == MACHINES

    workers[0].until(enabled, seconds=240)
    for number in range(MACHINES):
        workers[number % 2].outcome(machine_id(number), "enabling", "protected", seconds=120)
    asked = workers[0].requests()
    throttled = [one for one in asked if one["status"] == 429]
    assert len(throttled) <= len(asked) / 100
