"""A site's configuration: app settings, sign-in and the like. App settings are shown only to who asks with POST."""

from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.stored import stored_type
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.web.sites import TYPE as SITES

SETTINGS = "appsettings"
TYPE = f"{SITES}/config"


def _shown(_: ArmRequest, resource: Resource) -> JsonObject:
    if resource.id.name.lower() == SETTINGS:
        raise ArmError(405, "MethodNotAllowed", "App settings are listed by POST, for they may hold secrets.")
    return {**resource.body, "properties": _own(resource)}


def _own(resource: Resource) -> JsonObject:
    """The settings alone: here a state of provisioning would be one more."""
    return {key: value for key, value in resource.properties.items() if key != "provisioningState"}


def settings_of(request: ArmRequest, site: ResourceId) -> JsonObject:
    """Return the app settings of a site."""
    kept = request.cloud.store.find(site.child("config", SETTINGS))
    return _own(kept) if kept else {}


def list_settings(request: ArmRequest) -> ArmResponse:
    """List the app settings.

    Raises:
        ArmError: 404 there is no such site.
    """
    own = request.id.without_action
    site = request.cloud.resource(own.parent)
    properties = settings_of(request, site.id)
    return ArmResponse(body={"id": own.text, "name": SETTINGS, "type": TYPE, "properties": properties})


def put_settings(request: ArmRequest) -> ArmResponse:
    """Replace the app settings: those that are not named are gone.

    Raises:
        ArmError: 404 there is no such site; 400 a value is no text.
    """
    site = request.cloud.resource(request.id.parent)
    given = request.body.get("properties") or {}
    for name, value in given.items():
        if not isinstance(value, str):
            raise ArmError(400, "BadRequest", f"The app setting '{name}' must have a text as its value.")
    request.cloud.write(request.id, {"properties": given})
    properties = settings_of(request, site.id)
    return ArmResponse(body={"id": request.id.text, "name": SETTINGS, "type": TYPE, "properties": properties})


CONFIGS = stored_type(TYPE, regional=False, present=_shown)
_ONE = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Web/sites/{site}/config/appsettings"
ROUTES = (
    Route("PUT", _ONE, put_settings),
    Route("POST", f"{_ONE}/list", list_settings, silent=True),
)
