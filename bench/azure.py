"""A local Azure to measure in: its app, its operator who keeps to Azure's limits, and what its parts use."""

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

import httpx

from bench.fleet import SUBSCRIPTION, machine_id
from bench.meters import Use, use, worker_of
from local.stack import ROOT, part
from local.stopping import StopRequest
from local.up import client_of, host_settings, subscribe

type Json = dict[str, Any]

APP = "asr-autoprotect"
NEVER = "0 0 0 1 1 *"
_STARTING_SECONDS = 1200.0
_QUIET_SECONDS = 2.0
_GRAPH = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
_ITEMS = (
    "microsoft.recoveryservices/vaults/replicationfabrics/replicationprotectioncontainers/replicationprotecteditems"
)
_COUNT = f"recoveryservicesresources | where type == '{_ITEMS}' | count"


@dataclass(frozen=True, slots=True)
class History:
    """The bytes of an orchestration's history, inputs and outputs shown, and how many events of each kind it has."""

    size: int
    kinds: Mapping[str, int]

    @property
    def events(self) -> int:
        """All of them."""
        return sum(self.kinds.values())


class Azure:
    """One running local Azure with the app in it."""

    def __init__(self, ready: Mapping[str, str], pids: Mapping[str, int]) -> None:
        self._pids = pids
        operator = {"Authorization": "Bearer operator", "User-Agent": "bench-operator"}
        watcher = {"Authorization": "Bearer watcher", "User-Agent": "bench-watcher"}
        self.arm = ready["arm"]
        self.operator = httpx.Client(base_url=self.arm, headers=operator, timeout=300)
        self.watcher = httpx.Client(base_url=self.arm, headers=watcher, timeout=300)
        key = {"x-functions-key": ready["key"]}
        self.app = httpx.Client(base_url=ready["host"], headers=key, timeout=600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in (self.operator, self.watcher, self.app):
            client.close()

    def throttle(self, *, on: bool) -> None:
        """Let Azure keep its documented limits, or not."""
        switch = {"throttling": "on" if on else "off"}
        self.watcher.post("/_emulator/settings", json=switch).raise_for_status()

    def tag(self, number: int) -> None:
        """Ask for a machine's protection by its tag; an operator who is throttled waits as he is told."""
        path = f"{machine_id(number)}/providers/Microsoft.Resources/tags/default?api-version=2025-04-01"
        body = {"operation": "Merge", "properties": {"tags": {"asr-protect": "true"}}}
        while (answer := self.operator.patch(path, json=body)).status_code == HTTPStatus.TOO_MANY_REQUESTS:
            time.sleep(float(answer.headers["Retry-After"]))
        answer.raise_for_status()

    def items(self) -> int:
        """How many protected items there are, as Resource Graph counts them: one small answer."""
        body = {"subscriptions": [SUBSCRIPTION], "query": _COUNT, "options": {"resultFormat": "objectArray"}}
        return int(self.watcher.post(_GRAPH, json=body).raise_for_status().json()["data"][0]["Count"])

    def requests(self) -> list[Json]:
        """What the app has asked Azure for."""
        logged: list[Json] = self.watcher.get("/_emulator/requests").json()
        return [one for one in logged if APP in (one["client"] or "")]

    def settle(self) -> None:
        """Wait until the app has fallen silent: a run looks once more after its item exists."""
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < _QUIET_SECONDS:
            time.sleep(0.3)
            total = self.watcher.get("/_emulator/stats").json()["total"]
            if total != seen:
                seen, since = total, time.monotonic()

    def instances(self) -> list[Json]:
        """The orchestrations that the task hub knows, without inputs."""
        query = {"showInput": "false", "top": "1000000"}
        known: list[Json] = self.app.get("/runtime/webhooks/durabletask/instances", params=query).json()
        return [one for one in known if not one["instanceId"].startswith("@")]

    def history(self, instance: str) -> "History":
        """What is recorded of an orchestration."""
        query = {"showHistory": "true", "showHistoryOutput": "true", "showInput": "true"}
        answer = self.app.get(f"/runtime/webhooks/durabletask/instances/{instance}", params=query)
        return History(len(answer.content), Counter(one["EventType"] for one in answer.json()["historyEvents"]))

    def used(self) -> Mapping[str, Use]:
        """What emulator, host and worker have used so far."""
        pids = {**self._pids, "worker": worker_of(self._pids["host"])}
        return {name: use(pid) for name, pid in pids.items()}


@contextmanager
def local_azure(world: Mapping[str, object]) -> Iterator[Azure]:
    """A fresh local Azure that holds this world; operations end at the first look, and sweeps come when asked for.

    As `python -m local up`, but a world of thousands of machines has its time.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as parts:
        path = Path(folder) / "fleet.json"
        path.write_text(json.dumps(world))
        log = parts.enter_context(Path(folder, "log").open("wb"))
        options = ("--world", str(path), "--pace", "instant")
        emulator = parts.enter_context(
            part("emulator", *options, environment=os.environ, log=log, ready_seconds=_STARTING_SECONDS)
        )
        own = host_settings(emulator.ready, "instant") | {"ASR_SWEEP_SCHEDULE": NEVER, "ASR_STORE": f"{folder}/store"}
        options = ("--port", "0", "--app", str(ROOT))
        host = parts.enter_context(part("host", *options, environment=os.environ | own, folder=ROOT, log=log))
        ready = emulator.ready | host.ready
        with client_of(ready) as client:
            subscribe(client, ready, StopRequest())
        pids = {"emulator": emulator.process.pid, "host": host.process.pid}
        yield parts.enter_context(Azure(ready, pids))
