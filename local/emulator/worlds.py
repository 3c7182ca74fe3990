"""Worlds: the Azure that an emulator starts with, as JSON that a person can write.

A world names its subscriptions and lists resources in the order of creation, each with the body that a PUT would have:

    {"subscription": "<guid>", "name": "Contoso", "resources": [
        {"id": "/resourceGroups/contoso-app", "body": {"location": "eastasia"}},
        {"id": "contoso-app/Microsoft.Network/virtualNetworks/contoso-vnet", "body": {...}}],
     "power": {"contoso-app/batch-0": "deallocated"},
     "subscriptions": [{"id": "<guid>", "name": "Contoso Test"}],
     "controls": {"/compute/capacity": {"southeastasia": {"without": ["Standard_D2s_v5"]}}}}

An `id` is a whole ARM id, an id below the subscription, or `<group>/<Namespace>/<type>/<name>`. A string in a body that
begins with `@` stands for a whole id too (`@contoso-app/Microsoft.Compute/availabilitySets/web-set`). The bodies go
through the providers' own PUT: what a world may hold is what Azure takes. That goes for Site Recovery too: vault,
fabrics, containers, policy, mappings and protected items, in this order; such items are Protected from the start.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.pace import PaceMode
from local.emulator.arm.schema import OBJECT, Each, Kind, Schema, deserialized_strictly
from local.emulator.arm.wire import JsonObject, is_guid

FOLDER = Path(__file__).parent.parent / "worlds"
LONGEST_SHOWN = 100
"""Characters of a world's name that an error shows."""
POWER_STATES = {"running": "start", "deallocated": "deallocate", "stopped": "powerOff"}
_SCHEMA: Mapping[str, Schema] = {
    **dict.fromkeys(("subscription", "name", "about"), Kind.TEXT),
    "resources": [OBJECT],
    "power": Each(Kind.TEXT),
    "subscriptions": [OBJECT],
    "controls": Each(OBJECT),
}
_RESOURCE: Mapping[str, Schema] = {"id": Kind.TEXT, "body": OBJECT, "about": Kind.TEXT}
_VERSION = "api-version=2024-11-01"
_LONG_AGO = {"site_recovery.initial_replication": 0.0}
"""Durations while a world is made: what it protects has long been replicated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What exists when the emulator starts.

    Attributes:
        subscription: the subscription's id.
        name: its display name.
        resources: ids with the bodies to PUT, in order.
        power: VM id -> power state other than running.
        others: further subscriptions of the same tenant: id -> display name.
        controls: path of a provider's control route (`/compute/capacity`) -> what to POST there.
        source: where the world was read from, for error texts.
    """

    subscription: str
    name: str
    resources: tuple[tuple[ResourceId, JsonObject], ...]
    power: tuple[tuple[ResourceId, str], ...]
    others: Mapping[str, str]
    controls: Mapping[str, JsonObject]
    source: str

    @classmethod
    def load(cls, name: str | Path) -> "World":
        """Read a world by its name in `local/worlds` or by its path.

        Raises:
            ValueError: there is no such world, or it is wrong; the text names field, value and fix.
        """
        try:
            path = Path(name)
            if not path.suffix and not path.exists():
                path = FOLDER / f"{name}.json"
            if not path.is_file():
                known = ", ".join(sorted(world.stem for world in FOLDER.glob("*.json")))
                raise ValueError(f"world: {str(name)!r} is neither a file nor one of {known}")
            text = path.read_bytes()
        except OSError as error:  # a name that is too long, a folder or file that may not be read
            raise ValueError(f"world: {str(name)[:LONGEST_SHOWN]!r} cannot be read: {error.strerror}") from None
        try:
            written = json.loads(text.decode())
        except (ValueError, RecursionError) as error:
            raise ValueError(f"world {path.name}: not JSON: {error}") from None
        return cls.read(written, path.name)

    @classmethod
    def read(cls, written: Any, source: str) -> "World":
        """Validate a world that was read from JSON.

        Raises:
            ValueError: the text names field, value and fix.
        """
        try:
            return cls._read(deserialized_strictly(written, _SCHEMA), source)
        except ValueError as error:
            raise ValueError(f"world {source}: {error}") from None

    @classmethod
    def _read(cls, written: JsonObject, source: str) -> "World":
        subscription = _subscription(written.get("subscription"), "subscription")
        resources = []
        for index, given in enumerate(written.get("resources", [])):
            where = f"resources[{index}]"
            entry = deserialized_strictly(given, _RESOURCE, where)
            if not entry.get("id"):
                raise ValueError(f"{where}.id: missing; write an ARM id or <group>/<Namespace>/<type>/<name>")
            if "body" not in entry:
                raise ValueError(f"{where}.body: missing; write the JSON object that a PUT takes")
            body = _expanded(entry["body"], subscription)
            resources.append((resource_id(entry["id"], subscription), body))
        power = []
        for vm, state in written.get("power", {}).items():
            if state not in POWER_STATES:
                raise ValueError(f"power.{vm}: {state!r} is not one of {', '.join(POWER_STATES)}")
            power.append((resource_id(vm, subscription), state))
        return cls(
            subscription=subscription,
            name=written.get("name", "Local"),
            resources=tuple(resources),
            power=tuple(power),
            others=_others(written.get("subscriptions", []), subscription),
            controls=written.get("controls", {}),
            source=source,
        )

    def build(self, cloud: Cloud) -> None:
        """Make this world in an empty cloud. Its events are not published: it was there before anybody listened.

        Raises:
            ValueError: a provider refuses a resource; the text says which and why.
        """
        cloud.environment.subscriptions = {self.subscription.lower(): self.name, **self.others}
        cloud.environment.changed()
        pace, cloud.pace.mode = cloud.pace.mode, PaceMode.INSTANT
        cloud.pace.overrides |= _LONG_AGO
        try:
            for resource, body in self.resources:
                self._ask(cloud, "PUT", resource.text, body)
            for vm, state in self.power:
                self._ask(cloud, "POST", f"{vm.text}/{POWER_STATES[state]}", {})
            for path, body in self.controls.items():
                self._control(cloud, path, body)
        finally:
            cloud.pace.mode = pace
            for kind in _LONG_AGO:
                del cloud.pace.overrides[kind]
        cloud.operations.clear()
        cloud.events.clear()

    def _control(self, cloud: Cloud, path: str, body: JsonObject) -> None:
        posts = {name: answer for (method, name), answer in cloud.controls.items() if method == "POST"}
        if path not in posts:
            raise ValueError(f"world {self.source}: controls: {path!r} is not one of {', '.join(posts)}")
        try:
            posts[path](cloud, body)
        except ValueError as error:
            raise ValueError(f"world {self.source}: controls.{path}: {error}") from None

    def _ask(self, cloud: Cloud, method: str, path: str, body: JsonObject) -> None:
        content = json.dumps(body).encode()
        try:
            headers = {"authorization": "Bearer world"}
            response = cloud.resource_manager.send(cloud, method, path, _VERSION, headers, content, "")
            cloud.timeline.run_due()
        except ArmError as error:
            raise ValueError(f"world {self.source}: {path}: {error}") from None
        if response.operation and response.operation.error:
            raise ValueError(f"world {self.source}: {path}: {response.operation.error}")


def _subscription(given: str | None, where: str) -> str:
    if not is_guid(given or ""):
        raise ValueError(f"{where}: {given!r}; write the subscription's id, a GUID")
    return str(given)


def _others(written: list[JsonObject], first: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for index, given in enumerate(written):
        where = f"subscriptions[{index}]"
        one = deserialized_strictly(given, {"id": Kind.TEXT, "name": Kind.TEXT}, where)
        own = _subscription(one.get("id"), f"{where}.id").lower()
        if own in {first.lower(), *found}:
            raise ValueError(f"{where}.id: {own!r} is there twice; give each subscription an id of its own")
        found[own] = one.get("name", "Local")
    return found


def resource_id(text: str, subscription: str) -> ResourceId:
    """Return the id that `text` stands for: whole, below the subscription, or `<group>/<Namespace>/<type>/<name>`."""
    root = f"/subscriptions/{subscription}"
    if text.startswith("/"):
        return ResourceId.parse(text if text.lower().startswith("/subscriptions/") else root + text)
    group, *rest = text.split("/")
    if not rest:
        return ResourceId.parse(f"{root}/resourceGroups/{group}")
    return ResourceId.parse(f"{root}/resourceGroups/{group}/providers/{'/'.join(rest)}")


def _expanded(value: Any, subscription: str) -> Any:
    """Return `value` with every string that begins with `@` as the id it stands for."""
    match value:
        case dict():
            return {key: _expanded(inner, subscription) for key, inner in value.items()}
        case list():
            return [_expanded(inner, subscription) for inner in value]
        case str() if value.startswith("@"):
            return resource_id(value[1:], subscription).text
        case _:
            return value
