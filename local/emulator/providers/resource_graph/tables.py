"""The tables that can be asked, filled from what is there now: each row shows what a GET of the resource shows.

The real service lags behind by seconds to minutes; this one does if it is told to, see `index`.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.compute.instance_view import instance_view
from local.emulator.providers.resource_graph.index import LAG, indexed
from local.emulator.providers.resource_graph.index import SWITCHES as INDEX_SWITCHES
from local.emulator.providers.resource_graph.refusals import unknown_table
from local.emulator.providers.resource_graph.rows import ComputedRow, Row
from local.emulator.providers.resource_graph.table import Table
from local.emulator.providers.resource_graph.values import Value
from local.emulator.providers.site_recovery.items import is_visible
from local.emulator.providers.site_recovery.names import PROTECTED_ITEMS

GROUP_CASING = "resource_graph_group_casing"
SWITCHES: Mapping[str, tuple[str, ...]] = {GROUP_CASING: ("lower", "as_written"), **INDEX_SWITCHES}
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
_ITEMS = PROTECTED_ITEMS.lower()
_GROUPS = "microsoft.resources/resourcegroups"
_SUBSCRIPTIONS = "microsoft.resources/subscriptions"


def _group(cloud: Cloud, resource: ResourceId, _kind: str, _body: JsonObject) -> Value:
    return resource.group.lower() if cloud.switch(GROUP_CASING) == "lower" else resource.group


def _own_column(column: str) -> "Column":
    return lambda _cloud, _resource, _kind, body: body.get(column)


type Column = Callable[[Cloud, ResourceId, str, JsonObject], Value]
_HEAD: Mapping[str, Column] = {
    **{column: _own_column(column) for column in _OWN},
    "id": lambda _cloud, resource, _kind, body: body.get("id", resource.text),
    "type": lambda _cloud, _resource, kind, _body: kind,
    "tenantId": lambda cloud, _resource, _kind, _body: cloud.tenant,
    "location": lambda _cloud, _resource, _kind, body: str(body.get("location") or "").lower(),
    "resourceGroup": _group,
    "subscriptionId": lambda _cloud, resource, _kind, _body: resource.subscription.lower(),
    "tags": lambda _cloud, _resource, _kind, body: body.get("tags") or {},
    "kind": lambda _cloud, _resource, _kind, body: body.get("kind") or "",
    "managedBy": lambda _cloud, _resource, _kind, body: body.get("managedBy") or "",
}
"""Every column but name and properties, as it follows from a resource's id, its type in lower case and its body."""

type Wanted = Callable[[ResourceId], bool]
type Types = frozenset[str] | None
"""The types that rows are needed of, in lower case; None for all."""


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
        self._readable: dict[str, bool] = {}
        self._tables: Mapping[str, Callable[[Types], Iterator[Row]]] = {
            "resources": self._resources,
            "resourcecontainers": self._containers,
            "recoveryservicesresources": self._vault_children,
        }

    def __call__(self, name: str, types: Types) -> Table:
        """Return the rows of `types` of a table (its name in any casing), in the order of ids.

        Raises:
            QueryError: there is no such table.
        """
        rows = self._tables.get(name.lower())
        if rows is None:
            raise unknown_table(name)
        return Table(COLUMNS, list(rows(types)))

    def _of(self, types: Types) -> list[Resource]:
        store = self._cloud.store
        found = store if types is None else chain.from_iterable(store.of_type(kind) for kind in types)
        return sorted(found, key=lambda resource: resource.id.key)

    def _resources(self, types: Types) -> Iterator[Row]:
        lags = self._cloud.switch(LAG) != "none"
        for id_, row in indexed(self._cloud, lambda: self._located(None if lags else types)):
            if (types is None or id_.type.lower() in types) and self._wanted(id_):
                yield row

    def _located(self, types: Types) -> Iterator[tuple[ResourceId, Row]]:
        for resource in self._of(types):
            if resource.location and resource.id.namespace != "Microsoft.Resources":
                yield resource.id, ComputedRow(COLUMNS, self._column, resource)

    def _vault_children(self, types: Types) -> Iterator[Row]:
        for resource in self._of(types):
            kind = resource.id.type.lower()
            if kind.startswith(_VAULT_CHILDREN) and self._wanted(resource.id) and self._is_shown(resource, kind):
                yield ComputedRow(COLUMNS, self._column, resource)

    def _is_shown(self, resource: Resource, kind: str) -> bool:
        """Say whether a GET of a vault's child shows anything, without making what it would show."""
        if kind not in self._readable:
            self._readable[kind] = self._cloud.resource_manager.answers("GET", resource.id.text)
        return self._readable[kind] and (kind != _ITEMS or is_visible(self._cloud, resource))

    def _containers(self, _types: Types) -> Iterator[Row]:
        for subscription in sorted(self._cloud.subscriptions):
            yield from self._subscription(ResourceId.parse(f"/subscriptions/{subscription}"))
            for group in self._of(frozenset({_GROUPS})):
                if group.id.subscription.lower() == subscription:
                    yield from self._row(group, f"{_SUBSCRIPTIONS}/resourcegroups")

    def _column(self, resource: Resource, name: str) -> Value:
        """Return one value of a resource, of which only the properties depend on who reads it when."""
        kind = resource.id.type.lower()
        if name == "properties":
            return self._properties(resource, kind)
        if name == "name":
            return str(resource.body.get("name") or resource.id.name)
        return _HEAD[name](self._cloud, resource.id, kind, resource.body)

    def _properties(self, resource: Resource, kind: str) -> Value:
        properties = (self._read(resource.id) or {}).get("properties") or {}
        if kind == _MACHINES:
            properties = {**properties, "extended": {"instanceView": self._power(resource)}}
        return properties

    def _row(self, resource: Resource, kind: str) -> Iterator[Row]:
        body = self._read(resource.id) if self._wanted(resource.id) else None
        if body is not None:
            head = self._head(resource.id, kind, body)
            name = str(body.get("name") or resource.id.name)
            yield {**head, "name": name, "properties": body.get("properties") or {}}

    def _subscription(self, subscription: ResourceId) -> Iterator[Row]:
        body = self._read(subscription) if self._wanted(subscription) else None
        if body is None:
            return
        facts = ("state", "subscriptionPolicies", "managedByTenants")
        properties = {name: body[name] for name in facts if name in body}
        head = self._head(subscription, _SUBSCRIPTIONS, body)
        yield {**head, "name": str(body["displayName"]), "properties": properties}

    def _head(self, resource: ResourceId, kind: str, body: JsonObject) -> dict[str, Value]:
        """Return every column but name and properties."""
        return {name: read(self._cloud, resource, kind, body) for name, read in _HEAD.items()}

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
