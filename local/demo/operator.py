"""What an operator does over HTTP: read, tag and make a network in Azure; ask the app as `asr` does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import httpx

from asr_cli.api import Api
from asr_cli.exits import CliError
from asr_cli.sign_in import SignIn
from local.demo.story import DRILL_NETWORK, PROTECT_TAGS, RECOVERY_REGION, TARGET_MINUTES

type Json = dict[str, Any]
"""A JSON object as it came over the wire."""

_NAME = "contoso-operator/1.0"
"""The User-Agent, by which the request log tells the operator from the app."""
_APP = "asr-autoprotect"
_TAGS_API = "2025-04-01"
_VAULTS_API = "2024-04-01"
_SITE_RECOVERY_API = "2025-08-01"
_VM_API = "2024-07-01"
_NETWORK_API = "2024-05-01"
_MISSING = 404
_TIMEOUT_SECONDS = 15.0
_SHOWN_OF_BODY = 300


class DemoError(Exception):
    """The demo cannot go on; its text is the reason, for people."""


class NotThereError(DemoError):
    """There is nothing of this id."""


class Operator:
    """One person with a script.

    Args:
        ready: what `python -m local up` said when it was ready.
    """

    def __init__(self, ready: Mapping[str, str]) -> None:
        self.subscription = ready["subscription"]
        azure = {"User-Agent": _NAME, "Authorization": "Bearer local-operator"}
        self._arm = httpx.Client(base_url=ready["arm"], headers=azure, timeout=_TIMEOUT_SECONDS)
        self._app = Api(SignIn(ready["host"], ready["key"], "the local Azure"), _TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._arm.close()
        self._app.close()

    def slow_replication(self, seconds: float) -> None:
        """Make initial replication take so long that people can watch it; in Azure it takes hours."""
        pace = {"durations": {"site_recovery.initial_replication": seconds}}
        _ask(self._arm, "POST", "/_emulator/pace", body=pace)

    def tag(self, vm_id: str) -> None:
        """Ask for a machine's protection by its tag. Source: Tags - Update At Scope, operation Merge."""
        path = f"{vm_id}/providers/Microsoft.Resources/tags/default"
        body = {"operation": "Merge", "properties": {"tags": PROTECT_TAGS}}
        _ask(self._arm, "PATCH", path, {"api-version": _TAGS_API}, body)

    def status(self, vm_id: str) -> Json:
        """What the app tells of a machine."""
        with _answered():
            return self._app.get("protections", {"vmId": vm_id})

    def make_drill_network(self) -> str:
        """Make a network in the recovery region that is connected to nothing, for test VMs; its id.

        Source: Virtual Networks - Create Or Update.
        """
        network = f"/subscriptions/{self.subscription}/resourceGroups/contoso-app{DRILL_NETWORK}"
        subnets = [{"name": "default", "properties": {"addressPrefix": "10.99.0.0/24"}}]
        properties = {"addressSpace": {"addressPrefixes": ["10.99.0.0/16"]}, "subnets": subnets}
        body = {"location": RECOVERY_REGION, "properties": properties}
        _ask(self._arm, "PUT", network, {"api-version": _NETWORK_API}, body)
        return network

    def start_drill(self, vm_id: str, network: str) -> str:
        """Ask for a drill of a machine, which passes if its test VM runs in time; the drill's id."""
        target = {"rtoMinutes": TARGET_MINUTES, "rpoMinutes": TARGET_MINUTES}
        body = {"vmIds": [vm_id], "testNetworkId": network, "probes": [{"kind": "vmRunning"}], "target": target}
        with _answered():
            return str(self._app.command("POST", "drills", body)["id"])

    def drill(self, drill_id: str) -> Json:
        """What the app tells of a drill."""
        with _answered():
            return self._app.get(f"drills/{drill_id}")

    def evidence(self, number: int) -> Json:
        """The evidence of this number, as it is kept."""
        with _answered():
            return self._app.get(f"evidence/{number}")

    def end_protection(self, vm_id: str) -> str:
        """Ask for the end of a machine's protection, its tag included; the id of the run."""
        with _answered():
            started = self._app.command("DELETE", "protections", query={"vmId": vm_id, "untag": "true"})
        return str(started["protections"][0]["id"])

    def run(self, run_id: str) -> Json:
        """One run of the app, in Durable's own shape."""
        with _answered():
            return self._app.get(f"runs/{run_id}")

    def machine(self, vm_id: str) -> Json | None:
        """A machine as Azure has it; None if it has none of this id."""
        try:
            found: Json = _ask(self._arm, "GET", vm_id, {"api-version": _VM_API})
        except NotThereError:
            return None
        return found

    def protected_items(self) -> list[Json]:
        """The properties of every protected item of the subscription, as Azure has them."""
        found = []
        vaults = f"/subscriptions/{self.subscription}/providers/Microsoft.RecoveryServices/vaults"
        for vault in self._list(vaults, _VAULTS_API):
            found += self._list(f"{vault['id']}/replicationProtectedItems", _SITE_RECOVERY_API)
        return [item["properties"] for item in found]

    def requests_of_the_app(self) -> list[Json]:
        """What the app has asked Azure for, from the emulator's log."""
        log: list[Json] = _ask(self._arm, "GET", "/_emulator/requests")
        return [request for request in log if _APP in str(request["client"])]

    def _list(self, path: str, api: str) -> list[Json]:
        page: Json = _ask(self._arm, "GET", path, {"api-version": api})
        found: list[Json] = page["value"]
        while page.get("nextLink"):
            page = _ask(self._arm, "GET", page["nextLink"])
            found += page["value"]
        return found


@contextmanager
def _answered() -> Iterator[None]:
    """An answer of the app that is no success ends the demo."""
    try:
        yield
    except CliError as error:
        raise DemoError(f"{error.sentence} {error.hint}".strip()) from error


def _ask(
    client: httpx.Client, method: str, path: str, query: Mapping[str, str] | None = None, body: Json | None = None
) -> Any:
    """The JSON that a request answers; None for an answer without a body.

    Raises:
        DemoError: an error was answered, or nothing, or no JSON.
    """
    try:
        answer = client.request(method, path, params=query, json=body)
        if answer.is_error:
            kind = NotThereError if answer.status_code == _MISSING else DemoError
            raise kind(f"{method} {path}: {answer.status_code} {answer.text[:_SHOWN_OF_BODY]}")
        return answer.json() if answer.content else None
    except (httpx.HTTPError, ValueError) as error:
        raise DemoError(f"{method} {path}: {type(error).__name__}: {error}") from error
