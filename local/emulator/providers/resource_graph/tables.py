"""The tables that can be asked, filled from what is there now: each row shows what a GET of the resource shows.

The real service lags behind by seconds to minutes; this one does not.
"""

from collections.abc import Callable, Iterator, Mapping

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.compute.instance_view import instance_view
from local.emulator.providers.resource_graph.evaluation import Row
from local.emulator.providers.resource_graph.refusals import unknown_table
from local.emulator.providers.resource_graph.table import Table

GROUP_CASING = "resource_graph_group_casing"
SWITCHES: Mapping[str, tuple[str, ...]] = {GROUP_CASING: ("lower", "as_written")}
COLUMNS = (
    "id",
    "name",
    "type",
    "tenantId",
    "kind",
    "location",
    "resourceGroup",
    "subscriptionId",
    "managedBy",
    "sku",
    "plan",
    "properties",
    "tags",
    "identity",
    "zones",
    "extendedLocation",
)
_OWN = ("kind", "managedBy", "sku", "plan", "identity", "zones", "extendedLocation")
_MACHINES = "microsoft.compute/virtualmachines"
_VAULT_CHILDREN = "microsoft.recoveryservices/vaults/"
_GROUPS = "microsoft.resources/resourcegroups"
_SUBSCRIPTIONS = "microsoft.resources/subscriptions"

type Wanted = Callable[[ResourceId], bool]


class Tables:
    """The tables of one cloud, as far as one caller may see.

    Args:
        request: the request that asks; each resource is read as it would be by a request of the same sender.
        wanted: which resources are in scope and may be read.
    """

    def __init__(self, request: ArmRequest, wanted: Wanted) -> None:
        self._request = request
        self._cloud: Cloud = request.cloud
        self._wanted = wanted
        self._tables: Mapping[str, Callable[[], Iterator[Row]]] = {
            "resources": self._resources,
            "resourcecontainers": self._containers,
            "recoveryservicesresources": self._vault_children,
        }

    def __call__(self, name: str) -> Table:
        """Return a table by its name, whatever its casing, in the order of ids.

        Raises:
            QueryError: there is no such table.
        """
        rows = self._tables.get(name.lower())
        if rows is None:
            raise unknown_table(name)
        return Table(COLUMNS, sorted(rows(), key=lambda row: str(row["id"]).lower()))

    def _resources(self) -> Iterator[Row]:
        for resource in self._cloud.store:
            if resource.location and resource.id.namespace != "Microsoft.Resources":
                yield from self._row(resource, resource.id.type.lower())

    def _vault_children(self) -> Iterator[Row]:
        for resource in self._cloud.store:
            kind = resource.id.type.lower()
            if kind.startswith(_VAULT_CHILDREN):
                yield from self._row(resource, kind)

    def _containers(self) -> Iterator[Row]:
        for subscription in self._cloud.subscriptions:
            yield from self._subscription(ResourceId.parse(f"/subscriptions/{subscription}"))
        for group in self._cloud.store.of_type(_GROUPS):
            yield from self._row(group, f"{_SUBSCRIPTIONS}/resourcegroups")

    def _row(self, resource: Resource, kind: str) -> Iterator[Row]:
        body = self._read(resource.id) if self._wanted(resource.id) else None
        if body is None:
            return
        properties = body.get("properties") or {}
        if kind == _MACHINES:
            properties = {**properties, "extended": {"instanceView": self._power(resource)}}
        yield self._columns(resource.id, kind, body, str(body.get("name") or resource.id.name), properties)

    def _subscription(self, subscription: ResourceId) -> Iterator[Row]:
        body = self._read(subscription) if self._wanted(subscription) else None
        if body is None:
            return
        facts = ("state", "subscriptionPolicies", "managedByTenants")
        properties = {name: body[name] for name in facts if name in body}
        yield self._columns(subscription, _SUBSCRIPTIONS, body, str(body["displayName"]), properties)

    def _columns(
        self, resource: ResourceId, kind: str, body: JsonObject, name: str, properties: JsonObject
    ) -> dict[str, object]:
        group = resource.group
        return {
            "id": body.get("id", resource.text),
            "name": name,
            "type": kind,
            "tenantId": self._cloud.tenant,
            "location": str(body.get("location") or "").lower(),
            "resourceGroup": group.lower() if self._cloud.switch(GROUP_CASING) == "lower" else group,
            "subscriptionId": resource.subscription.lower(),
            "properties": properties,
            "tags": body.get("tags") or {},
            **{column: body.get(column) for column in _OWN},
            "kind": body.get("kind") or "",
            "managedBy": body.get("managedBy") or "",
        }

    def _power(self, machine: Resource) -> JsonObject:
        """Return the part of a machine's instance view that the service adds to its properties."""
        view = instance_view(self._cloud, machine)
        power = next((one for one in view["statuses"] if one["code"].startswith("PowerState/")), None)
        names = ("computerName", "osName", "osVersion", "hyperVGeneration")
        return {"powerState": power, **{name: view[name] for name in names if name in view}}

    def _read(self, resource: ResourceId) -> JsonObject | None:
        """Return what a GET shows; None when nothing answers one, or it is just going."""
        asking = self._request
        body = self._cloud.resource_manager.show(
            self._cloud, resource.text, asking.headers, asking.api_version, asking.base_url
        )
        return body if isinstance(body, dict) else None
