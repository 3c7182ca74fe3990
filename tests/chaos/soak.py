"""`python -m tests.chaos.soak [--hours N] [--machines N]`: what grows while nothing is wrong and much changes.

The app sweeps by its own timer, every quarter of an hour of the clock. Between two sweeps some machines' tags change,
and some are stopped or started. What has ended is purged a few hours later, as an operator's schedule would.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any

from tests.chaos.stories import Machine, Story
from tests.chaos.world import World, world

type Json = dict[str, Any]

SWEEP_SECONDS = 900
KEPT = timedelta(hours=3)
"""How long what has ended stays in the task hub."""

NETWORKS = 4
_TAGS = ("true", "true", "true", "gold", "false")
_RUN_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Hour:
    """What there was at the end of an hour.

    Attributes:
        hour: hours of the clock since the beginning.
        worker, host: megabytes of memory, as they are.
        instances: orchestrations in the task hub.
        history: kilobytes of a run's history, on the average of those that ended last.
        longest: kilobytes of the longest of these.
        entities: how many entities there are.
        state: kilobytes of the largest entity.
        states: kilobytes of all entities.
        store: kilobytes of all documents.
        requests: what the app has asked Azure for in this hour.
    """

    hour: int
    worker: float
    host: float
    instances: int
    history: float
    longest: float
    entities: int
    state: float
    states: float
    store: float
    requests: int


def soak(hours: int, machines: int, folder: Path) -> list[Hour]:
    """Let the hours pass; what there was after each of them."""
    rng = Random("soak")
    story = _story(machines)
    measured: list[Hour] = []
    with world(story, 1, folder, ASR_SWEEP_SCHEDULE="0 */15 * * * *") as running:
        for machine in story.machines:
            running.tag(machine.name, "true", 1)
        running.flush()
        _rest(running)
        stopped: set[str] = set()
        for quarter in range(4 * hours):
            _change(running, rng, stopped)
            running.clock(SWEEP_SECONDS)
            _rest(running)
            if quarter % 4 == 3:
                measured.append(_measured(running, quarter // 4 + 1, sum(one.requests for one in measured)))
                _say(_row(astuple(measured[-1])))
                _purge(running)
    return measured


def _story(machines: int) -> Story:
    places = [f"net-{number % NETWORKS}/{'web' if number % 2 else 'db'}" for number in range(machines)]
    return Story("soak", "shop", tuple(Machine(f"vm-{number}", place) for number, place in enumerate(places)))


def _change(running: World, rng: Random, stopped: set[str]) -> None:
    """What people do in a quarter of an hour: five of two hundred tags, two powers; some of it no event tells."""
    names = [machine.name for machine in running.story.machines]
    for name in rng.sample(names, max(1, len(names) // 40)):
        running.tag(name, rng.choice(_TAGS), rng.choice((0, 1, 1, 2)))
    for name in rng.sample(names, max(1, len(names) // 100)):
        running.power(name, "start" if name in stopped else "deallocate")
        stopped ^= {name}
    running.flush()


def _rest(running: World) -> None:
    """Every run has ended; a run that waits for a later hour gets it with the next quarter."""
    left: list[Json] = []

    def calm() -> bool:
        nonlocal left
        left = running.running()
        return not left

    for _ in range(2):  # an entity that was told something may start the next run a moment later
        assert running.until(calm, _RUN_SECONDS), f"these do not end: {left[:3]}"
        running.settle()


def _measured(running: World, hour: int, asked_before: int) -> Hour:
    app = running.apps[0]
    instances = app.instances()
    latest = sorted(instances, key=lambda one: str(one["lastUpdatedTime"]))[-40:]
    histories = [len(app.history(one["instanceId"])) / 1024 for one in latest]
    states = app.entities()
    return Hour(
        hour=hour,
        worker=_megabytes(app.pids["worker"]),
        host=_megabytes(app.pids["host"]),
        instances=len(instances),
        history=mean(histories),
        longest=max(histories),
        entities=len(states),
        state=max(states) / 1024,
        states=sum(states) / 1024,
        store=sum(file.stat().st_size for file in running.stored()) / 1024,
        requests=len(running.requests()) - asked_before,
    )


def _megabytes(pid: int) -> float:
    status = Path("/proc", str(pid), "status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1]) / 1024


def _purge(running: World) -> None:
    app = running.apps[0]
    now = datetime.fromisoformat(running.http.get("/_emulator/clock").json()["now"])
    query = {
        "createdTimeFrom": "2020-01-01T00:00:00Z",
        "createdTimeTo": (now - KEPT).isoformat(),
        "runtimeStatus": "Completed,Failed,Terminated",
    }
    app.http.delete(f"{app.url}/runtime/webhooks/durabletask/instances", params=query)


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print a table, a row for each hour."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak", description=__doc__)
    parser.add_argument("--hours", type=int, default=24, help="hours of the virtual clock (default: 24)")
    parser.add_argument("--machines", type=int, default=200, help="how many VMs (default: 200)")
    arguments = parser.parse_args()
    began = time.monotonic()
    names = [one.name for one in fields(Hour)]
    _say(_row(names))
    _say(_row(["---"] * len(names)))
    with TemporaryDirectory() as folder:
        soak(arguments.hours, arguments.machines, Path(folder))
    _say(f"\n{arguments.hours} hours with {arguments.machines} VMs in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
