"""Azure Resource Manager as an operator's script sees it: ids, GET, lists, and the two ways to change a tag."""

from collections.abc import Mapping
from typing import Self

import httpx

from local.demo.http import TIMEOUT_SECONDS, Json, ask

CLIENT = "contoso-operator/1.0"
"""The operator's User-Agent, by which the emulator's request log tells the operator from the app."""

_VERSIONS = (
    ("microsoft.recoveryservices/vaults/replication", "2025-08-01"),
    ("microsoft.recoveryservices", "2024-04-01"),
    ("microsoft.compute/disks", "2024-03-02"),
    ("microsoft.compute", "2024-07-01"),
    ("microsoft.network", "2024-05-01"),
    ("microsoft.storage", "2024-01-01"),
    ("microsoft.resources", "2025-04-01"),
)
"""The api-version of each kind of resource; the first prefix of the type that fits counts."""


def same(one: str | None, other: str | None) -> bool:
    """Whether two ids or names are the same to Azure, which ignores case."""
    return (one or "").strip("/").lower() == (other or "").strip("/").lower()


def name_of(resource_id: str | None) -> str:
    """The last part of an id."""
    return (resource_id or "").rstrip("/").rsplit("/", 1)[-1]


def api_version(path: str) -> str:
    """The api-version to ask a path with.

    Raises:
        LookupError: the path belongs to a provider that the story has nothing to do with.
    """
    parts = path.lower().strip("/").split("/")
    types = ["microsoft.resources"]
    if "providers" in parts:
        provider, *rest = parts[len(parts) - parts[::-1].index("providers") :]
        types = [provider, *rest[::2]]
    type_ = "/".join(types)
    version = next((version for prefix, version in _VERSIONS if type_.startswith(prefix)), None)
    if version is None:
        raise LookupError(f"no api-version is known for {type_}")
    return version


class ArmReader:
    """Reads one subscription.

    Args:
        url: where Resource Manager answers.
        subscription: the subscription's id.
    """

    def __init__(self, url: str, subscription: str) -> None:
        self.subscription = f"/subscriptions/{subscription}"
        self._client = httpx.Client(
            base_url=url,
            headers={"User-Agent": CLIENT, "Authorization": "Bearer local-operator"},
            timeout=TIMEOUT_SECONDS,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str) -> Json:
        """The resource with this id.

        Raises:
            NotFound: there is none.
            Unanswered: any other error.
        """
        resource: Json = ask(self._client, "GET", path, _query(path))
        return resource

    def list(self, path: str) -> tuple[Json, ...]:
        """All resources of a collection, page after page.

        Raises:
            Unanswered: an error answered.
        """
        found: list[Json] = []
        page = ask(self._client, "GET", path, _query(path))
        found += page["value"]
        while following := page.get("nextLink"):
            page = ask(self._client, "GET", following)
            found += page["value"]
        return tuple(found)


class Operator(ArmReader):
    """An operator who may also change tags."""

    def tag_machine(self, vm_id: str, tags: Mapping[str, str]) -> None:
        """Add tags by PATCH of the virtual machine. Source: Virtual Machines - Update.

        PATCH replaces the whole set of tags, so those that are there are sent along.
        """
        present: dict[str, str] = self.get(vm_id).get("tags") or {}
        ask(self._client, "PATCH", vm_id, _query(vm_id), {"tags": {**present, **tags}})

    def tag_scope(self, scope: str, tags: Mapping[str, str]) -> None:
        """Add tags to any resource by the tags API. Source: Tags - Update At Scope, operation Merge."""
        path = f"{scope}/providers/Microsoft.Resources/tags/default"
        ask(self._client, "PATCH", path, _query(path), {"operation": "Merge", "properties": {"tags": dict(tags)}})


def _query(path: str) -> dict[str, str]:
    return {"api-version": api_version(path)}
