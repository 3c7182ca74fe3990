"""Every resource of the emulated Azure, by its lower-cased id."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

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
    """Resources by id, by type and scope, and by what they refer to, so that a question costs its answer.

    Resources may be changed in place by whoever was given them, so giving one out counts as marking it. What a resource
    refers to is read when it is put: a reference that is added in place is found only after that.
    """

    collection = "resources"

    def __init__(self) -> None:
        self.dirty = DirtyKeys()
        self._by_key: dict[str, Resource] = {}
        self._by_type: defaultdict[str, dict[str, Resource]] = defaultdict(dict)
        self._by_scope: defaultdict[str, dict[str, Resource]] = defaultdict(dict)
        self._by_type_and_scope: defaultdict[tuple[str, str], dict[str, Resource]] = defaultdict(dict)
        self._by_reference: defaultdict[str, dict[str, Resource]] = defaultdict(dict)
        self._references: dict[str, set[str]] = {}

    def put(self, resource: Resource) -> Resource:
        """Keep `resource`, in place of whatever has its id. Also to be called when its body was replaced."""
        key, kind = resource.id.key, resource.id.type.lower()
        if key in self._by_key:
            self.dirty.mark(key)
        else:
            self.dirty.mark_new(key)
        self._by_key[key] = self._by_type[kind][key] = resource
        for scope in resource.id.scopes:
            self._by_scope[scope][key] = self._by_type_and_scope[kind, scope][key] = resource
        self._forget_references(key)
        self._references[key] = references_in(resource.body) - {key}
        for target in self._references[key]:
            self._by_reference[target][key] = resource
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
            key, kind = resource.id.key, resource.id.type.lower()
            del self._by_key[key], self._by_type[kind][key]
            for scope in resource.id.scopes:
                del self._by_scope[scope][key], self._by_type_and_scope[kind, scope][key]
            self._forget_references(key)
        return gone

    def _forget_references(self, key: str) -> None:
        for target in self._references.pop(key, ()):
            self._by_reference[target].pop(key, None)

    def under(self, scope: ResourceId) -> list[Resource]:
        """Return the resource `scope` (when it exists) and everything below it, in the order of creation."""
        if scope.key == "/":
            return list(self)
        return self._given(list(self._by_scope.get(scope.key, {}).values()))

    def of_type(self, kind: str, within: ResourceId | None = None) -> list[Resource]:
        """Return the resources of one type, in the order of creation, optionally only those at or below `within`."""
        if within is None or within.key == "/":
            found = self._by_type.get(kind.lower(), {})
        else:
            found = self._by_type_and_scope.get((kind.lower(), within.key), {})
        return self._given(list(found.values()))

    def referring_to(self, target: ResourceId, kind: str) -> list[Resource]:
        """Return the resources of one type that refer to `target`, in the order in which they began to."""
        found = self._by_reference.get(target.key, {}).values()
        return self._given([resource for resource in found if resource.id.type.lower() == kind.lower()])

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._given(list(self._by_key.values())))

    def __len__(self) -> int:
        return len(self._by_key)

    def clear(self) -> None:
        """Forget everything."""
        self.dirty.mark(*self._by_key)
        for index in (self._by_key, self._by_type, self._by_scope, self._by_type_and_scope, self._by_reference):
            index.clear()
        self._references.clear()

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
        if self.dirty.watched:
            self.dirty.mark(*(resource.id.key for resource in resources))
        return resources


def references_in(value: Any) -> set[str]:
    """Return the keys of all ids in a body, `{"id": "/subscriptions/..."}` at any depth, and of protected machines."""
    found: set[str] = set()
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            for target in (one.get("id"), one.get("fabricObjectId")):
                if isinstance(target, str) and target.startswith("/"):
                    found.add(target.lower())
            left.extend(inner for inner in one.values() if isinstance(inner, dict | list))
        elif isinstance(one, list):
            left.extend(one)
    return found
