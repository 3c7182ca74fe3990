"""Types that Azure keeps as they were asked for, with a few facts of its own: from a type and its facts to its routes.

What is PUT is held against Azure's published schema where there is one at hand (`published`), kept, and shown again.
"""

from collections.abc import Callable
from typing import Any

from local.emulator.arm import published
from local.emulator.arm.identity import identified
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.store import Resource
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject

type Facts = Callable[[ArmRequest], JsonObject]
"""What Azure adds to the properties of a resource that is written."""

_KEPT = ("kind", "sku", "etag")


def no_facts(_: ArmRequest) -> JsonObject:
    """Add nothing."""
    return {}


def stored_type(kind: str, facts: Facts = no_facts, *, regional: bool = True, **more: Any) -> TrackedType:
    """Return a type whose resources are kept as they were asked for.

    Args:
        kind: `Microsoft.Web/serverfarms`.
        facts: what Azure adds.
        regional: whether it has a location and tags.
        more: further attributes of the type.
    """

    def render(request: ArmRequest, present: Resource | None) -> JsonObject:
        body = {key: value for key, value in request.body.items() if key not in {"id", "type"}}
        body["name"] = _whole_name(request.id)
        if present is None or request.method == "PUT":
            published.check(kind, request.api_version, body)
        given = dict(request.body.get("properties") or {})
        kept = {key: request.body[key] for key in _KEPT if key in request.body}
        return {**kept, **identified(request), "properties": {**given, **facts(request)}}

    return TrackedType(type=kind, render=render, regional=regional, **more)


def _whole_name(own: ResourceId) -> str:
    """Return a child's name as templates have it: `parent/child`."""
    return "/".join(own.text.rsplit("/providers/", 1)[-1].split("/")[2::2])
