"""Resource groups: synchronous PUT, deletion as a long operation that takes everything inside with it."""

from local.emulator.arm import errors
from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.names import GROUPS
from local.emulator.arm.odata import matches, parsed_filter
from local.emulator.arm.operations import Operation
from local.emulator.arm.pace import Duration
from local.emulator.arm.paging import page
from local.emulator.arm.provider import Provider
from local.emulator.arm.regions import region_name, regions
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.schema import TRACKED
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import RESOURCE_GROUPS
from local.emulator.arm.tags import checked_tags
from local.emulator.arm.wire import JsonObject

TYPE = "Microsoft.Resources/resourceGroups"
_ALL = "/subscriptions/{subscription}/resourceGroups"
_ONE = _ALL + "/{group}"


def put(request: ArmRequest) -> ArmResponse:
    """Create or update a group (201 when it is new).

    Raises:
        ArmError: no location, an unknown one, or another than the group already has.
    """
    present = request.cloud.store.find(request.id)
    given = str(request.body.get("location") or "")
    if not given:
        raise errors.location_required(TYPE)
    if present is None:
        GROUPS.check(request.id.name)
    location = region_name(given)
    if location not in regions():
        raise errors.location_not_available(given, TYPE, sorted(regions()))
    if present and present.properties["provisioningState"] == "Deleting":
        raise errors.resource_group_being_deleted(present.id.name)
    if present and present.location != location:
        raise errors.invalid_resource_group_location(location, present.location)
    group = request.cloud.write(request.id, _body(request.body, location))
    return ArmResponse(status=200 if present else 201, body=group.body)


def patch(request: ArmRequest) -> ArmResponse:
    """Replace the group's tags or `managedBy`."""
    group = _found(request)
    changes = {key: value for key, value in request.body.items() if key in {"tags", "managedBy"}}
    return ArmResponse(body=request.cloud.write(group.id, _body({**group.body, **changes}, group.location)).body)


def _body(given: JsonObject, location: str) -> JsonObject:
    body: JsonObject = {"location": location, "properties": {"provisioningState": "Succeeded"}}
    if "tags" in given:
        body["tags"] = checked_tags(given["tags"] or {})
    if given.get("managedBy"):
        body["managedBy"] = given["managedBy"]
    return body


def get(request: ArmRequest) -> ArmResponse:
    """Return one group."""
    return ArmResponse(body=_found(request).body)


def head(request: ArmRequest) -> ArmResponse:
    """204 when the group exists, 404 when not; never a body."""
    return ArmResponse(status=204 if request.cloud.store.find(request.id) else 404)


def list_all(request: ArmRequest) -> ArmResponse:
    """List the subscription's groups; `$filter` on tagName and tagValue."""
    wanted = parsed_filter(request.query.get("$filter", ""))
    groups = request.cloud.store.of_type(TYPE, request.id.subscription_id)
    return page(request, [group.body for group in groups if matches(wanted, {"name": group.id.name}, group.tags)])


def delete(request: ArmRequest) -> ArmResponse:
    """Begin to delete a group and everything in it."""
    group = _found(request)
    if running := request.cloud.operations.running_on(group.id):
        return RESOURCE_GROUPS.accept(request, running, "delete")
    request.cloud.check_deletable(group.id)
    group.properties["provisioningState"] = "Deleting"
    operation = request.cloud.operations.begin(
        f"{TYPE}/delete", group.id, then="resources.group_deleted", arguments={"id": group.id.text}
    )
    return RESOURCE_GROUPS.accept(request, operation, "delete")


def _deleted(cloud: Cloud, arguments: JsonObject) -> None:
    for gone in cloud.delete(ResourceId.parse(arguments["id"]))[1:]:
        cloud.events.deleted(gone.id)


def _found(request: ArmRequest) -> Resource:
    group = request.cloud.store.find(request.id)
    if group is None:
        raise errors.resource_group_not_found(request.group)
    return group


def _gone(_request: ArmRequest, _operation: Operation) -> ArmResponse:
    return ArmResponse(status=200)


PROVIDER = Provider(
    namespace="Microsoft.Resources",
    title="Microsoft.Resources: resource groups",
    routes=(
        Route("PUT", _ONE, put, body=TRACKED),
        Route("PATCH", _ONE, patch, body=TRACKED),
        Route("GET", _ONE, get),
        Route("HEAD", _ONE, head),
        Route("DELETE", _ONE, delete, action="Microsoft.Resources/subscriptions/resourcegroups/delete"),
        Route("GET", _ALL, list_all),
        *RESOURCE_GROUPS.routes(_gone),
    ),
    continuations={"resources.group_deleted": _deleted},
    durations={f"{TYPE}/delete": Duration(real=185.0, fast=2.0)},
)
