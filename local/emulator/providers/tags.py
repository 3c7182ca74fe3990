"""The tags API: the tags of any resource, group or subscription as a resource of their own.

Source: "Tags" operations, Microsoft.Resources 2021-04-01. A write is announced as `Microsoft.Resources/tags/write` with
the tagged resource as subject (recorded).
"""

from collections.abc import Callable, Mapping

from local.emulator.arm import errors
from local.emulator.arm.errors import ArmError
from local.emulator.arm.provider import Provider
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.schema import Each, Kind, Schema
from local.emulator.arm.store import Resource
from local.emulator.arm.tags import checked_tags, merged_tags, without_tags
from local.emulator.arm.wire import timestamp

type Change = Callable[[dict[str, str], dict[str, str]], dict[str, str]]

_CHANGES: Mapping[str, Change] = {
    "merge": merged_tags,
    "replace": lambda _present, given: given,
    "delete": without_tags,
}
_PATH = "/{*scope}/providers/Microsoft.Resources/tags/default"
_BODY: Mapping[str, Schema] = {"operation": Kind.TEXT, "properties": {"tags": Each(Kind.TEXT)}}


def get(request: ArmRequest) -> ArmResponse:
    """Return the tags of the scope."""
    return _shown(_tagged(request))


def put(request: ArmRequest) -> ArmResponse:
    """Replace all tags of the scope."""
    return _changed(request, "replace")


def patch(request: ArmRequest) -> ArmResponse:
    """Merge, replace or delete tags of the scope, as `operation` says.

    Raises:
        ArmError: 400, the operation is unknown or the tags break the rules.
    """
    return _changed(request, str(request.body.get("operation", "")).lower())


def delete(request: ArmRequest) -> ArmResponse:
    """Take all tags off the scope."""
    _keep(request, _tagged(request), {})
    return ArmResponse(status=200)


def _changed(request: ArmRequest, operation: str) -> ArmResponse:
    resource = _tagged(request)
    if operation not in _CHANGES:
        message = f"The operation '{request.body.get('operation')}' is invalid; use 'Merge', 'Replace' or 'Delete'."
        raise ArmError(400, "InvalidTagsOperation", message)
    given = checked_tags((request.body.get("properties") or {}).get("tags") or {})
    _keep(request, resource, checked_tags(dict(_CHANGES[operation](resource.tags, given))))
    return _shown(resource)


def _keep(request: ArmRequest, resource: Resource, tags: dict[str, str]) -> None:
    resource.body["tags"] = tags
    resource.changed = timestamp(request.cloud.clock.now())


def _tagged(request: ArmRequest) -> Resource:
    """Return what is tagged; a subscription becomes a resource of the store when it is tagged first."""
    scope = request.scope
    found = request.cloud.store.find(scope)
    if found:
        return found
    if scope.subscription and scope.key == scope.subscription_id.key:
        return request.cloud.write(scope, {})
    if scope.group and scope.key == scope.group_id.key:
        raise errors.resource_group_not_found(scope.group)
    raise errors.resource_not_found(scope)


def _shown(resource: Resource) -> ArmResponse:
    return ArmResponse(
        body={
            "id": f"{resource.id.text}/providers/Microsoft.Resources/tags/default",
            "name": "default",
            "type": "Microsoft.Resources/tags",
            "properties": {"tags": dict(resource.tags)},
        }
    )


PROVIDER = Provider(
    namespace="Microsoft.Resources",
    title="Microsoft.Resources: tags",
    routes=(
        Route("GET", _PATH, get),
        Route("PUT", _PATH, put, about_scope=True, body=_BODY),
        Route("PATCH", _PATH, patch, about_scope=True, body=_BODY),
        Route("DELETE", _PATH, delete, about_scope=True),
    ),
)
