"""What an operator does in Azure itself: tags machines, makes a network, reads what is there."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Self

import httpx

type Json = dict[str, Any]
"""A JSON object as it came over the wire."""

_APP = "asr-autoprotect"
"""In the User-Agent, by which the request log tells the app from the operator."""
_TAGS_API = "2025-04-01"
_VAULTS_API = "2024-04-01"
_SITE_RECOVERY_API = "2025-08-01"
_VM_API = "2024-07-01"
_NETWORK_API = "2024-05-01"
_TIMEOUT_SECONDS = 15.0
_READS = {"GET", "HEAD"}
_QUERIES = "microsoft.resourcegraph"


class DemoError(Exception):
    """The demo cannot go on; its text is the reason, for people."""


class Azure:
    """The local Azure; `ready` is what `python -m local up` said when it was."""

    def __init__(self, ready: Mapping[str, str]) -> None:
        self.subscription = f"/subscriptions/{ready['subscription']}"
        headers = {"User-Agent": "contoso-operator/1.0", "Authorization": "Bearer local-operator"}
        self._http = httpx.Client(base_url=ready["arm"], headers=headers, timeout=_TIMEOUT_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def pace(self, seconds: Mapping[str, float]) -> None:
        """Make each of these kinds of work take so many seconds."""
        self._ask("POST", "/_emulator/pace", body={"durations": dict(seconds)})

    def tag(self, vm_id: str, tags: Mapping[str, str]) -> None:
        """Give a machine these tags besides its own. Source: Tags - Update At Scope, operation Merge."""
        body = {"operation": "Merge", "properties": {"tags": dict(tags)}}
        self._ask("PATCH", f"{vm_id}/providers/Microsoft.Resources/tags/default", _TAGS_API, body)

    def make_isolated_network(self, network_id: str, region: str) -> None:
        """Make a network that is connected to nothing. Source: Virtual Networks - Create Or Update."""
        subnets = [{"name": "default", "properties": {"addressPrefix": "10.99.0.0/24"}}]
        properties = {"addressSpace": {"addressPrefixes": ["10.99.0.0/16"]}, "subnets": subnets}
        self._ask("PUT", network_id, _NETWORK_API, {"location": region, "properties": properties})

    def machines(self) -> list[Json]:
        """Every virtual machine of the subscription."""
        return self._list(f"{self.subscription}/providers/Microsoft.Compute/virtualMachines", _VM_API)

    def protected_items(self) -> list[Json]:
        """The properties of every protected item of the subscription."""
        vaults = self._list(f"{self.subscription}/providers/Microsoft.RecoveryServices/vaults", _VAULTS_API)
        lists = (self._list(f"{vault['id']}/replicationProtectedItems", _SITE_RECOVERY_API) for vault in vaults)
        return [item["properties"] for items in lists for item in items]

    def requests_of_the_app(self) -> list[str]:
        """How many requests the app has made, by resource provider: a line for each; queries of the graph are reads."""
        counts: Counter[tuple[str, str]] = Counter()
        for request in self._ask("GET", "/_emulator/requests"):
            if _APP in str(request["client"]):
                _, found, rest = str(request["path"]).lower().rpartition("/providers/")
                provider = rest.split("/")[0] if found else "microsoft.resources"
                is_read = request["method"] in _READS or provider == _QUERIES
                counts[provider, "reads" if is_read else "writes"] += 1
        return [f"  {provider:<30} {number:>5} {what}" for (provider, what), number in sorted(counts.items())]

    def _list(self, path: str, api_version: str) -> list[Json]:
        page = self._ask("GET", path, api_version)
        found: list[Json] = page["value"]
        while page.get("nextLink"):
            page = self._ask("GET", page["nextLink"])
            found += page["value"]
        return found

    def _ask(self, method: str, path: str, api_version: str | None = None, body: Json | None = None) -> Any:
        """The JSON that a request answers; None for an answer without a body.

        Raises:
            DemoError: an error was answered, or nothing, or no JSON.
        """
        query = {"api-version": api_version} if api_version else None
        try:
            answer = self._http.request(method, path, params=query, json=body)
            if answer.is_error:
                raise DemoError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            return answer.json() if answer.content else None
        except (httpx.HTTPError, ValueError) as error:
            raise DemoError(f"{method} {path}: {type(error).__name__}: {error}") from error
