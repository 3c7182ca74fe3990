"""Resource links: one resource's pointer at another (`Microsoft.Resources/links` 2016-09-01).

Site Recovery marks a protected VM with one; removing a stale one by hand is what its documentation tells users to do.
"""

from local.emulator.arm import errors
from local.emulator.arm.errors import ArmError
from local.emulator.arm.paging import page
from local.emulator.arm.provider import Provider
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.schema import Kind

TYPE = "Microsoft.Resources/links"
_ALL = "/{*scope}/providers/Microsoft.Resources/links"
_ONE = _ALL + "/{link}"


def put(request: ArmRequest) -> ArmResponse:
    """Create or replace a link.

    Raises:
        ArmError: 400 without `properties.targetId`; 404 when the source does not exist.
    """
    scope = request.scope
    if request.cloud.store.find(scope) is None:
        raise errors.resource_not_found(scope)
    properties = request.body.get("properties") or {}
    if not properties.get("targetId"):
        raise ArmError(400, "InvalidResourceLink", "The property 'targetId' of a resource link is required.")
    link_id = scope.extension("Microsoft.Resources", "links", request.params["link"])
    new = request.cloud.store.find(link_id) is None
    link = request.cloud.write(link_id, {"properties": {**properties, "sourceId": scope.text}})
    return ArmResponse(status=201 if new else 200, body=link.body)


def get(request: ArmRequest) -> ArmResponse:
    """Return one link."""
    link = request.cloud.store.find(request.id)
    if link is None:
        raise ArmError(404, "ResourceLinkNotFound", f"The resource link '{request.id.text}' could not be found.")
    return ArmResponse(body=link.body)


def delete(request: ArmRequest) -> ArmResponse:
    """Delete a link; 204 when there was none."""
    gone = request.cloud.delete(request.id)
    return ArmResponse(status=200 if gone else 204, silent=not gone)


def list_at_scope(request: ArmRequest) -> ArmResponse:
    """List the links at a scope and below it; `$filter=atScope()` leaves out the ones below."""
    scope = request.scope
    links = request.cloud.store.of_type(TYPE, scope)
    if request.query.get("$filter", "").lower().startswith("atscope"):
        links = [link for link in links if link.properties["sourceId"].lower() == scope.key]
    return page(request, [link.body for link in links])


PROVIDER = Provider(
    namespace="Microsoft.Resources",
    title="Microsoft.Resources: links",
    routes=(
        Route("PUT", _ONE, put, body={"properties": {"targetId": Kind.TEXT, "notes": Kind.TEXT}}),
        Route("GET", _ONE, get),
        Route("DELETE", _ONE, delete),
        Route("GET", _ALL, list_at_scope),
    ),
)
