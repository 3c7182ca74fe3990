"""What there is in Azure, read from outside over plain ARM, in a form that two runs can be compared by."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import httpx

type Json = dict[str, Any]

_SITE_RECOVERY_API, _VAULT_API, _GRAPH_API = "2025-08-01", "2024-04-01", "2021-03-01"
_COLLECTIONS = (
    "replicationFabrics",
    "replicationProtectionContainers",
    "replicationPolicies",
    "replicationProtectionContainerMappings",
    "replicationNetworkMappings",
    "replicationProtectedItems",
)
_GUID = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_MEASURED = frozenset(
    name.lower()
    for name in (
        "etag",
        "rpoInSeconds",
        "lastRpoCalculatedTime",
        "monitoringPercentageCompletion",
        "monitoringJobType",
        "dataPendingInStagingStorageAccountInMB",
        "dataPendingAtSourceAgentInMB",
        "healthErrors",
        "vmHealthDetails",
        "replicationHealth",
        "replicationHealthErrors",
        "health",
        "protectableItemId",
        "recoveryServicesProviderId",
        "allowedOperations",
        "agentVersion",
        "monitoringCounts",
        "protectedItemCount",
        "macAddress",
        "failoverHealth",
        "lastSuccessfulFailoverTime",
        "lastSuccessfulTestFailoverTime",
        "created-for",
        "created-at",
    )
)
"""What Azure measures or numbers anew in each run."""


class Azure:
    """Reads the emulated Azure as an operator with a script."""

    def __init__(self, http: httpx.Client, subscription: str) -> None:
        self._http = http
        self._subscription = subscription

    def rows(self) -> dict[str, Json]:
        """Every tracked resource and group with its properties, by id."""
        found: dict[str, Json] = {}
        for table in ("resources", "resourcecontainers"):
            body = {"subscriptions": [self._subscription], "query": table, "options": {"resultFormat": "objectArray"}}
            query = {"api-version": _GRAPH_API}
            answer = self._http.post("/providers/Microsoft.ResourceGraph/resources", params=query, json=body)
            for row in answer.raise_for_status().json()["data"]:
                found[row["id"].lower()] = row
        return found

    def items(self) -> dict[str, Json]:
        """The protected items of every vault, by the id of their VM."""
        found = {}
        for vault in self._vaults():
            for item in self._list(f"{vault['id']}/replicationProtectedItems", _SITE_RECOVERY_API):
                found[item["properties"]["providerSpecificDetails"]["fabricObjectId"].lower()] = item
        return found

    def end_state(self) -> dict[str, Any]:
        """Everything: groups, resources, links and what is in each vault; without what every run has of its own."""
        state: dict[str, Any] = {id_: normal(row) for id_, row in self.rows().items()}
        for vault in self._vaults():
            for collection in _COLLECTIONS:
                for one in self._list(f"{vault['id']}/{collection}", _SITE_RECOVERY_API):
                    state[one["id"].lower()] = normal(one)
        return state

    def _vaults(self) -> list[Json]:
        path = f"/subscriptions/{self._subscription}/providers/Microsoft.RecoveryServices/vaults"
        return self._list(path, _VAULT_API)

    def _list(self, path: str, api: str) -> list[Json]:
        answer = self._http.get(path, params={"api-version": api}).raise_for_status().json()
        found: list[Json] = answer["value"]
        while following := answer.get("nextLink"):
            answer = self._http.get(following).raise_for_status().json()
            found += answer["value"]
        return found


def normal(value: Any) -> Any:
    """A value without measurements, times and generated numbers, and with everything in lower case.

    Which machines are in a subnet is told by their interfaces.
    """
    match value:
        case dict():
            dropped = _MEASURED | ({"ipconfigurations"} if "addressPrefix" in value else frozenset())
            return {key: normal(inner) for key, inner in sorted(value.items()) if key.lower() not in dropped}
        case list():
            return sorted((normal(inner) for inner in value), key=str)
        case str() if _INSTANT.match(value):
            return "<instant>"
        case str():
            return _GUID.sub("<guid>", value.lower())
        case _:
            return value


def differences(expected: Mapping[str, Any], found: Mapping[str, Any], limit: int = 12) -> list[str]:
    """What is lacking, too much, or other than expected, a sentence each."""
    said = [f"lacking: {id_}" for id_ in sorted(expected.keys() - found.keys())]
    said += [f"too much: {id_}" for id_ in sorted(found.keys() - expected.keys())]
    for id_ in sorted(expected.keys() & found.keys()):
        said += [f"{id_}: {one}" for one in _inner(expected[id_], found[id_], "")]
    said = [_short(one) for one in said]
    return said[:limit] + ([f"and {len(said) - limit} more"] if len(said) > limit else [])


def _inner(expected: Any, found: Any, path: str) -> list[str]:
    if expected == found:
        return []
    if isinstance(expected, dict) and isinstance(found, dict):
        said = []
        for name in sorted(expected.keys() | found.keys()):
            said += _inner(expected.get(name), found.get(name), f"{path}.{name}")
        return said
    return [f"{path} is {str(found)[:200]} instead of {str(expected)[:200]}"]


def _short(sentence: str) -> str:
    """Without what all ids have in common."""
    return re.sub(
        r"/subscriptions/[^/]+/resourcegroups/|/providers/microsoft\.[a-z.]+|replicationprotection", "", sentence
    )


def unchanged(before: Mapping[str, Json], after: Mapping[str, Json], is_foreign: Callable[[str], bool]) -> list[str]:
    """What happened to foreign resources, a sentence each."""
    first = {id_: normal(row) for id_, row in before.items() if is_foreign(id_)}
    last = {id_: normal(after[id_]) for id_ in first if id_ in after}
    return differences(first, last)
