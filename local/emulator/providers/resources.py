"""Every tracked resource in one list, by subscription and by group (`Resources_List`, 2021-04-01)."""

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.odata import matches, parsed_filter
from local.emulator.arm.paging import page
from local.emulator.arm.provider import Provider
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject

_SHOWN = ("id", "name", "type", "location", "tags", "kind", "managedBy", "sku", "plan", "identity", "zones")
_GROUPS = "microsoft.resources/resourcegroups"


def list_in_subscription(request: ArmRequest) -> ArmResponse:
    """List the subscription's resources."""
    return _list(request, request.id.subscription_id)


def list_in_group(request: ArmRequest) -> ArmResponse:
    """List a group's resources."""
    return _list(request, request.id.group_id)


def _list(request: ArmRequest, scope: ResourceId) -> ArmResponse:
    wanted = parsed_filter(request.query.get("$filter", ""))
    expanded = {part.strip() for part in request.query.get("$expand", "").lower().split(",")}
    tracked = (
        found for found in request.cloud.store.under(scope) if found.location and found.id.type.lower() != _GROUPS
    )
    found = (resource for resource in tracked if matches(wanted, _fields(resource), resource.tags))
    return page(request, found, lambda resource: _shown(resource, expanded))


def _fields(resource: Resource) -> dict[str, str]:
    return {
        "resourceType": resource.id.type,
        "name": resource.id.name,
        "location": resource.location,
        "resourceGroup": resource.id.group,
        "id": resource.id.text,
        "kind": str(resource.body.get("kind") or ""),
    }


def _shown(resource: Resource, expanded: set[str]) -> JsonObject:
    body: JsonObject = {key: resource.body[key] for key in _SHOWN if resource.body.get(key)}
    extra = {
        "createdtime": ("createdTime", resource.created),
        "changedtime": ("changedTime", resource.changed),
        "provisioningstate": ("provisioningState", resource.properties.get("provisioningState", "Succeeded")),
    }
    body["name"] = "/".join(resource.id.text.split("/providers/")[-1].split("/")[2::2])
    return body | dict(pair for name, pair in extra.items() if name in expanded)


PROVIDER = Provider(
    namespace="Microsoft.Resources",
    title="Microsoft.Resources: resources",
    routes=(
        Route("GET", "/subscriptions/{subscription}/resources", list_in_subscription),
        Route("GET", "/subscriptions/{subscription}/resourceGroups/{group}/resources", list_in_group),
    ),
)
