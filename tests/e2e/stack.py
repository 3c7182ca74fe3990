"""A whole local Azure with the app in it, for one test: `python -m local up` and the calls a person would make."""

import ssl
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from asr.gateway.clock import FRESH_SECONDS
from local.stack import up
from tests.e2e.schema import Description

VM_API = "2024-07-01"
TAGS_API = "2021-04-01"
GRAPH = "/providers/Microsoft.ResourceGraph/resources"


IMPATIENT = {
    "ASR_POLL_INTERVAL_SECONDS": "0.2",
    "ASR_RETRY_INTERVAL_SECONDS": "0.2",
    "ASR_SWEEP_SCHEDULE": "* * * * * *",
}
"""The emulator's operations end at once, so the app need not wait a second between two looks."""


MOST_SECONDS = 150
"""How long an answer may take: longer than any test asks the app to wait for outcomes, however busy the machine is."""


_DESCRIPTIONS: list[Description] = []
"""What the first app that these tests asked says of its API."""


class Stack:
    """The running stack. ARM is spoken to as an operator would, the app through its HTTP API."""

    def __init__(self, ready: dict[str, str], log: Path, process_id: int) -> None:
        self.process_id = process_id
        self.arm = ready["arm"]
        self.host = ready["host"]
        self.key = ready["key"]
        self.subscription = ready["subscription"]
        self.log = log
        trusted = ssl.create_default_context(cafile=ready.get("authority"))
        self.http = httpx.Client(timeout=MOST_SECONDS, verify=trusted)

    def group(self, name: str = "contoso-app") -> str:
        """The id of a resource group."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{name}"

    def vm(self, name: str) -> str:
        """The id of a VM of the story's group."""
        return f"{self.group()}/providers/Microsoft.Compute/virtualMachines/{name}"

    def get(self, path: str, api: str = "2023-01-01", **query: str) -> dict[str, Any]:
        """GET from ARM; fails when it is not there."""
        answer = self.call("GET", path, api, **query)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        body: dict[str, Any] = answer.json()
        return body

    def call(self, method: str, path: str, api: str, body: object = None, **query: str) -> httpx.Response:
        """Any call to ARM, as an operator."""
        return self.http.request(
            method,
            f"{self.arm}{path}",
            params={"api-version": api, **query},
            json=body,
            headers={"Authorization": "Bearer operator", "User-Agent": "operator"},
        )

    def tag(self, vm_id: str, **tags: str) -> None:
        """Merge tags by the tags API; an underscore stands for a hyphen."""
        named = {name.replace("_", "-"): value for name, value in tags.items()}
        body = {"operation": "Merge", "properties": {"tags": named}}
        answer = self.call("PATCH", f"{vm_id}/providers/Microsoft.Resources/tags/default", TAGS_API, body)
        assert answer.status_code == 200, answer.text

    def fault(self, **fault: object) -> None:
        """Add a fault to the emulator."""
        self.http.post(f"{self.arm}/_emulator/faults", json=fault).raise_for_status()

    def clear_faults(self) -> None:
        """Remove all faults."""
        self.http.post(f"{self.arm}/_emulator/faults", json={"clear": True}).raise_for_status()

    def slow(self, **seconds: float) -> None:
        """Let these kinds of Site Recovery's work take so long; an underscore stands for a dot."""
        durations = {f"site_recovery.{kind.replace('_', '.')}": value for kind, value in seconds.items()}
        self.http.post(f"{self.arm}/_emulator/pace", json={"durations": durations}).raise_for_status()

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass for everything; at the return the app knows, which asks the time only so often."""
        self.http.post(f"{self.arm}/_emulator/clock", json={"advance_s": seconds}).raise_for_status()
        moved = time.monotonic()
        self.until(lambda: time.monotonic() - moved > FRESH_SECONDS)

    def requests(self) -> list[dict[str, Any]]:
        """The ARM requests of the app so far."""
        logged: list[dict[str, Any]] = self.http.get(f"{self.arm}/_emulator/requests").json()
        return [request for request in logged if "asr-autoprotect" in (request["client"] or "")]

    def writes(self) -> list[dict[str, Any]]:
        """The app's requests that may change something; a query of Resource Graph is a POST and changes nothing."""
        return [one for one in self.requests() if one["method"] not in ("GET", "HEAD") and one["path"] != GRAPH]

    def api(self, method: str, path: str, body: object = None, **query: str) -> httpx.Response:
        """A call to the app's HTTP API, whose answer has to be as the app itself describes it."""
        answer = self.http.request(
            method, f"{self.host}/api/{path}", params=query, json=body, headers={"x-functions-key": self.key}
        )
        return self.described(answer)

    def described(self, answer: httpx.Response) -> httpx.Response:
        """The answer, which has to fit /api/openapi.json."""
        wrong = self._description().violations(answer)
        assert wrong == [], f"{answer.request.method} {answer.request.url}: {wrong}"
        return answer

    def _description(self) -> Description:
        """The app's description of its answers. It is the same in every stack, and takes long to make."""
        if not _DESCRIPTIONS:
            document = self.http.get(f"{self.host}/api/openapi.json", headers={"x-functions-key": self.key})
            _DESCRIPTIONS.append(Description(document.json()))
        return _DESCRIPTIONS[0]

    def run(self, started: dict[str, Any]) -> httpx.Response:
        """The status of a run that an answer told of."""
        return self.described(self.http.get(started["statusQueryGetUri"], headers={"x-functions-key": self.key}))

    def status(self, vm_id: str) -> dict[str, Any]:
        """The status of one VM."""
        answer = self.api("GET", "protections", vmId=vm_id)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def until(self, condition: Callable[[], Any], seconds: float = 60) -> Any:
        """Wait until the condition holds; its value is returned.

        Between two looks it waits for twice as long as one takes: who looks all the time slows down what is awaited.
        """
        deadline = time.monotonic() + seconds
        while True:
            began = time.monotonic()
            try:
                value = condition()
            except (httpx.HTTPError, AssertionError):
                value = None
            if value:
                return value
            assert time.monotonic() < deadline, f"not in {seconds} s; see the log:\n{self.tail()}"
            time.sleep(min(max(0.1, 2 * (time.monotonic() - began)), 1))

    def outcome(self, vm_id: str, *states: str, seconds: float = 60) -> dict[str, Any]:
        """Wait until the VM's last outcome is one of these states and no run is active."""

        def settled() -> dict[str, Any] | None:
            status = self.status(vm_id)
            last = status["lastOutcome"]
            return status if last and last["state"] in states and not status["activeRun"] else None

        found: dict[str, Any] = self.until(settled, seconds)
        return found

    def vaults(self) -> list[dict[str, Any]]:
        """Every vault of the subscription."""
        path = f"/subscriptions/{self.subscription}/providers/Microsoft.RecoveryServices/vaults"
        value: list[dict[str, Any]] = self.get(path, "2024-04-01")["value"]
        return value

    def site_recovery(self, collection: str) -> list[dict[str, Any]]:
        """A vault-wide Site Recovery list over all vaults."""
        found: list[dict[str, Any]] = []
        for vault in self.vaults():
            found += self.get(f"{vault['id']}/{collection}", "2025-08-01")["value"]
        return found

    def deliver(self, *events: dict[str, Any]) -> httpx.Response:
        """Events as Event Grid delivers them to the app's webhook."""
        return self.http.post(
            f"{self.host}/runtime/webhooks/eventgrid",
            params={"functionName": "on_vm_event", "code": self.key},
            json=list(events),
            headers={"aeg-event-type": "Notification"},
        )

    def tail(self) -> str:
        """The end of the log."""
        return self.log.read_text(errors="replace")[-6000:]


def event(vm_id: str, operation: str = "Microsoft.Compute/virtualMachines/write", number: int = 0) -> dict[str, Any]:
    """An Event Grid event about a VM."""
    return {
        "id": f"00000000-0000-0000-0000-{number:012d}",
        "topic": "/".join(vm_id.split("/")[:3]),
        "subject": vm_id,
        "eventType": "Microsoft.Resources.ResourceWriteSuccess",
        "eventTime": f"2026-11-22T10:00:{number % 60:02d}Z",
        "data": {"operationName": operation, "resourceUri": vm_id, "status": "Succeeded"},
        "dataVersion": "2",
        "metadataVersion": "1",
    }


def cloud_event(told: dict[str, Any]) -> dict[str, Any]:
    """The same event as CloudEvents 1.0 has it.

    Source: https://learn.microsoft.com/azure/event-grid/event-schema-subscriptions?tabs=cloud-event-schema
    """
    return {
        "specversion": "1.0",
        "id": told["id"],
        "source": told["topic"],
        "subject": told["subject"],
        "type": told["eventType"],
        "time": told["eventTime"],
        "data": told["data"],
    }


@contextmanager
def stack(world: str = "east-asia", pace: str = "instant", *options: str, **settings: str) -> Iterator[Stack]:
    """A running stack; `options` are further ones of `python -m local up`, `settings` those of the app."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        chosen = ("--world", world, "--pace", pace, *options)
        with log.open("wb") as errors, up(*chosen, log=errors, settings=IMPATIENT | settings) as running:
            started = Stack(running.ready, log, running.process.pid)
            try:
                yield started
            finally:
                started.http.close()
