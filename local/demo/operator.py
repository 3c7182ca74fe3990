"""What an operator does over HTTP: read and tag in Azure, ask the app."""

from collections.abc import Mapping
from typing import Any, Self

import httpx

from local.demo.story import PROTECT_TAGS

type Json = dict[str, Any]
"""A JSON object as it came over the wire."""

_NAME = "contoso-operator/1.0"
"""The User-Agent, by which the request log tells the operator from the app."""
_APP = "asr-autoprotect"
_TAGS_API = "2025-04-01"
_VAULTS_API = "2024-04-01"
_SITE_RECOVERY_API = "2025-08-01"
_TIMEOUT_SECONDS = 15.0
_SHOWN_OF_BODY = 300


class DemoError(Exception):
    """The demo cannot go on; its text is the reason, for people."""


class Operator:
    """One person with a script.

    Args:
        ready: what `python -m local up` said when it was ready.
    """

    def __init__(self, ready: Mapping[str, str]) -> None:
        self.subscription = ready["subscription"]
        azure = {"User-Agent": _NAME, "Authorization": "Bearer local-operator"}
        self._arm = httpx.Client(base_url=ready["arm"], headers=azure, timeout=_TIMEOUT_SECONDS)
        app = {"x-functions-key": ready["key"]}
        self._app = httpx.Client(base_url=ready["host"], headers=app, timeout=_TIMEOUT_SECONDS)

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
        status: Json = _ask(self._app, "GET", "/api/protections", {"vmId": vm_id})
        return status

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
            raise DemoError(f"{method} {path}: {answer.status_code} {answer.text[:_SHOWN_OF_BODY]}")
        return answer.json() if answer.content else None
    except (httpx.HTTPError, ValueError) as error:
        raise DemoError(f"{method} {path}: {type(error).__name__}: {error}") from error
