"""Every resource of the emulated Azure, by its lower-cased id."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.persistence import DirtyKeys
from local.emulator.arm.wire import JsonObject


@dataclass(slots=True)
class Resource:
    """One resource.

    Attributes:
        id: its id, in the casing of the first PUT.
        body: its whole wire body, `id`, `name` and `type` included.
        private: what the service knows but does not show (a VM's power state, an account's keys). JSON only.
        created: when it was first written (`wire.timestamp`).
        changed: when it was last written.
    """

    id: ResourceId
    body: JsonObject
    private: JsonObject = field(default_factory=dict)
    created: str = ""
    changed: str = ""

    @property
    def location(self) -> str:
        """The region, or "" for resources that have none."""
        return str(self.body.get("location") or "")

    @property
    def tags(self) -> dict[str, str]:
        """The tags; empty when the body has none."""
        return self.body.get("tags") or {}

    @property
    def deleting(self) -> bool:
        """Whether its deletion has begun; then nothing new may refer to it."""
        return self.properties.get("provisioningState") == "Deleting"

    @property
    def properties(self) -> JsonObject:
        """The `properties` object of the body, created when absent, so that it can be written to."""
        properties: JsonObject = self.body.setdefault("properties", {})
        return properties


class Store:
    """Resources by id, with an index by type so that a list does not read everything.

    Resources may be changed in place by whoever was given them, so giving one out counts as touching it.
    """

    collection = "resources"

    def __init__(self) -> None:
        self.dirty = DirtyKeys()
        self._by_key: dict[str, Resource] = {}
        self._by_type: defaultdict[str, dict[str, Resource]] = defaultdict(dict)

    def put(self, resource: Resource) -> Resource:
        """Keep `resource`, in place of whatever has its id."""
        if resource.id.key in self._by_key:
            self.dirty.mark(resource.id.key)
        else:
            self.dirty.mark_new(resource.id.key)
        self._by_key[resource.id.key] = resource
        self._by_type[resource.id.type.lower()][resource.id.key] = resource
        return resource

    def find(self, resource_id: ResourceId | str) -> Resource | None:
        """Return the resource with this id, whatever its casing, or None."""
        parsed = resource_id if isinstance(resource_id, ResourceId) else ResourceId.parse(resource_id)
        self.dirty.mark(parsed.key)
        return self._by_key.get(parsed.key)

    def remove(self, resource_id: ResourceId) -> list[Resource]:
        """Remove a resource and everything below it; return what was removed, the resource itself first."""
        gone = list(self.under(resource_id))
        for resource in gone:
            del self._by_key[resource.id.key]
            del self._by_type[resource.id.type.lower()][resource.id.key]
        return gone

    def under(self, scope: ResourceId) -> Iterator[Resource]:
        """Yield the resource `scope` (when it exists) and everything below it, in the order of creation."""
        yield from self._given([resource for resource in self._by_key.values() if scope.contains(resource.id)])

    def of_type(self, kind: str, within: ResourceId | None = None) -> list[Resource]:
        """Return the resources of one type, in the order of creation, optionally only those below `within`."""
        found = self._by_type.get(kind.lower(), {}).values()
        return self._given([resource for resource in found if within is None or within.contains(resource.id)])

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._given(list(self._by_key.values())))

    def __len__(self) -> int:
        return len(self._by_key)

    def clear(self) -> None:
        """Forget everything."""
        self.dirty.mark(*self._by_key)
        self._by_key.clear()
        self._by_type.clear()

    def document(self, key: str) -> JsonObject | None:
        """Return the resource with this key as JSON, or None when it is gone."""
        resource = self._by_key.get(key)
        if resource is None:
            return None
        return {
            "id": resource.id.text,
            "body": resource.body,
            "private": resource.private,
            "created": resource.created,
            "changed": resource.changed,
        }

    def restore(self, _key: str, document: JsonObject) -> None:
        """Take back a resource that was written down."""
        self.put(Resource(**{**document, "id": ResourceId.parse(document["id"])}))

    def _given(self, resources: list[Resource]) -> list[Resource]:
        self.dirty.mark(*(resource.id.key for resource in resources))
        return resources
