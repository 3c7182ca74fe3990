"""The same work by one script with the SDK alone: sequential, no durability, no questions asked, nothing remembered.

What a person would write who knows all names beforehand. Against it the price of everything else the app does is a
number.
"""

import time
from dataclasses import dataclass
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.pipeline.policies import HeadersPolicy
from azure.mgmt.resource.resources import ResourceManagementClient

from bench.azure import local_azure
from bench.fleet import RECOVERY, SOURCE, SUBSCRIPTION, machine_id, world
from bench.recovery import (
    CACHE,
    NETWORK,
    RECOVERY_GROUP,
    RECOVERY_NETWORK,
    SITE_RECOVERY_API,
    VAULT,
    item,
    vault_parts,
)

type Json = dict[str, Any]

_NAME = "sequential-script"


@dataclass(frozen=True, slots=True)
class Sequential:
    """What the script took for so many machines: seconds, of them on the processor, requests, how many of them were
    throttled, kilobytes.
    """

    machines: int
    throttling: bool
    seconds: float
    cpu_seconds: float
    requests: int
    writes: int
    throttled: int
    kilobytes: float


class _Token:
    """The local Azure takes any token."""

    def get_token(self, *_: str, **__: object) -> AccessToken:
        return AccessToken("script", int(time.time()) + 3600)


class Script:
    """The client, and the steps in their order; each waits until Azure has done it."""

    def __init__(self, arm: str) -> None:
        # The library sends no token over plain http of its own accord, not even to this machine.
        signed = HeadersPolicy({"Authorization": "Bearer script"})
        options: Json = {"base_url": arm, "user_agent": _NAME, "authentication_policy": signed}
        self._resources = ResourceManagementClient(_Token(), SUBSCRIPTION, **options).resources

    def foundation(self) -> None:
        """Everything that the machines share."""
        self._put(RECOVERY_GROUP, "2021-04-01", {"location": RECOVERY})
        present = self._read(NETWORK, "2024-05-01")
        subnets = [
            {"name": one["name"], "properties": {"addressPrefix": one["properties"]["addressPrefix"]}}
            for one in present["subnets"]
        ]
        space = {"addressSpace": present["addressSpace"], "subnets": subnets}
        self._put(RECOVERY_NETWORK, "2024-05-01", {"location": RECOVERY, "properties": space})
        account = {"location": SOURCE, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}}
        self._put(CACHE, "2023-05-01", account)
        vault = {"location": RECOVERY, "sku": {"name": "Standard"}, "properties": {"publicNetworkAccess": "Enabled"}}
        self._put(VAULT, "2024-04-01", vault)
        for id_, body in vault_parts():
            self._put(id_, SITE_RECOVERY_API, body)

    def enable(self, number: int) -> None:
        """Read one machine and protect it."""
        storage = self._read(machine_id(number), "2024-07-01")["storageProfile"]
        disks = [disk["managedDisk"]["id"] for disk in (storage["osDisk"], *storage["dataDisks"])]
        id_, body = item(number, disks)
        self._put(id_, SITE_RECOVERY_API, body)

    def _read(self, id_: str, api: str) -> Json:
        properties: Any = self._resources.get_by_id(id_, api_version=api).properties
        return dict(properties)

    def _put(self, id_: str, api: str, body: Json) -> None:
        self._resources.begin_create_or_update_by_id(id_, body, api_version=api).result()


def sequential(machines: int, *, throttling: bool) -> Sequential:
    """Protect so many machines in a fresh local Azure, one after the other; the app in it is not asked."""
    with local_azure(world(machines)) as azure:
        azure.throttle(on=throttling)
        script = Script(azure.arm)
        began, used = time.monotonic(), time.process_time()
        script.foundation()
        for number in range(machines):
            script.enable(number)
        seconds, used = time.monotonic() - began, time.process_time() - used
        logged: list[Json] = azure.watcher.get("/_emulator/requests").json()
        requests = [one for one in logged if _NAME in (one["client"] or "")]
        return Sequential(
            machines,
            throttling,
            seconds,
            used,
            len(requests),
            sum(one["method"] not in ("GET", "HEAD") for one in requests),
            sum(one["status"] == 429 for one in requests),
            sum(one["bytes_out"] for one in requests) / 1000,
        )
