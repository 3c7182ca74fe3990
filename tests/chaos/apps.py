"""Copies of the app, each in a Functions host of its own, which can be killed and comes back with an empty task hub."""

import json
import os
import secrets
import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from local.stack import ROOT, part
from local.up import host_settings
from tests.e2e.processes import WORKER
from tests.family import children

type Json = dict[str, Any]

NEVER = "0 0 0 1 1 *"
"""The sweep's schedule: sweeps come when the plan says so."""

PACING = {
    "ASR_POLL_INTERVAL_SECONDS": "0.2",
    "ASR_RETRY_INTERVAL_SECONDS": "0.2",
    "ASR_SWEEP_SCHEDULE": NEVER,
}
_PATIENCE_SECONDS = 120.0


class App:
    """One copy: its host, its log, its store. The store outlives the host, as a blob container does."""

    def __init__(self, ready: dict[str, str], folder: Path, number: int, settings: dict[str, str]) -> None:
        self.log = folder / f"app-{number}.log"
        self.key = secrets.token_hex(16)
        self.settings = (
            host_settings(ready, "instant") | {"ASR_STORE": str(folder / f"store-{number}")} | PACING | settings
        )
        self.http = httpx.Client(timeout=_PATIENCE_SECONDS, headers={"x-functions-key": self.key})
        self._port = 0
        self._running = ExitStack()
        self._pid = 0

    @property
    def url(self) -> str:
        """Where its host listens: the same address after every start."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody may ever read: the keys that open its host and Azure's identity endpoint."""
        return (self.key, self.settings["IDENTITY_HEADER"])

    def start(self) -> None:
        """Start the host, on the port that it had."""
        log = self._running.enter_context(self.log.open("ab"))
        environment = {**os.environ, **self.settings}
        options = ("--port", str(self._port), "--app", str(ROOT), "--key", self.key)
        host = self._running.enter_context(part("host", *options, environment=environment, folder=ROOT, log=log))
        self._port = int(host.ready["host"].rsplit(":", 1)[1])
        self._pid = host.process.pid

    @property
    def pids(self) -> dict[str, int]:
        """The processes by what they are: the host, which has the task hub, and the worker, which runs the app."""
        return {"host": self._pid, "worker": children(self._pid, WORKER)[0]}

    def kill(self) -> None:
        """Kill the host at once, and with it all that the task hub knows; then start another one."""
        os.kill(self._pid, signal.SIGKILL)
        self._running.close()
        self.start()

    def kill_worker(self) -> None:
        """Kill the process that runs the app's code; the host starts another one."""
        for pid in children(self._pid, WORKER):
            os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """Stop the host."""
        self.http.close()
        self._running.close()

    def api(self, method: str, path: str, body: object = None, **query: str) -> httpx.Response:
        """A call to the app's HTTP API; while its worker starts anew the host may have no answer, so it is repeated."""
        for _ in range(5):
            try:
                answer = self.http.request(method, f"{self.url}/api/{path}", params=query, json=body)
            except httpx.TransportError:
                continue
            if answer.status_code != 503 or answer.content:
                break
        return answer

    def deliver(self, event: Json) -> None:
        """An event, as Event Grid delivers it."""
        self.http.post(
            f"{self.url}/runtime/webhooks/eventgrid",
            params={"functionName": "on_vm_event"},
            json=[event],
            headers={"aeg-event-type": "Notification"},
        )

    def instances(self) -> list[Json]:
        """Every orchestration that the task hub knows."""
        answer = self.http.get(f"{self.url}/runtime/webhooks/durabletask/instances", params={"top": 1_000_000})
        known: list[Json] = answer.raise_for_status().json()
        return [one for one in known if not one["instanceId"].startswith("@")]

    def entities(self) -> list[int]:
        """The sizes of the states of all entities, in bytes."""
        page = self.http.get(
            f"{self.url}/runtime/webhooks/durabletask/entities", params={"fetchState": "true", "top": 1_000_000}
        )
        return [len(json.dumps(one.get("state"))) for one in page.raise_for_status().json()]

    def history(self, instance: str) -> str:
        """All that is recorded of an orchestration, as text."""
        shown = {"showHistory": "true", "showHistoryOutput": "true", "showInput": "true"}
        answer = self.http.get(f"{self.url}/runtime/webhooks/durabletask/instances/{instance}", params=shown)
        return json.dumps(answer.json()) if answer.content else ""
