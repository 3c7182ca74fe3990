"""The code of a site: which Functions host runs it, with which functions and key.

POST /_emulator/sites {"site": "/subscriptions/.../sites/app", "url": "http://127.0.0.1:7071", "key": "...",
                       "functions": {"on_vm_event": "eventGridTrigger"}}
"""

from collections.abc import Mapping

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.paging import page
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.schema import Each, Kind, Schema, deserialized_strictly
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.web.sites import TYPE

_FIELDS: Mapping[str, Schema] = {"site": Kind.TEXT, "url": Kind.TEXT, "key": Kind.TEXT, "functions": Each(Kind.TEXT)}
_CODE = "code"


def bind(cloud: Cloud, body: JsonObject) -> object:
    """Say that a site's code runs on this host now.

    Raises:
        ValueError: a field is missing, or there is no such site.
    """
    given = deserialized_strictly(body, _FIELDS)
    for name in _FIELDS:
        if not given.get(name):
            raise ValueError(f"{name}: missing; write {', '.join(_FIELDS)}")
    site = cloud.store.find(given["site"])
    if site is None or site.id.type.lower() != TYPE.lower():
        raise ValueError(f"site: {given['site']!r}; there is no such site of {TYPE}")
    cloud.write(site.id, site.body, {_CODE: {key: given[key] for key in ("url", "key", "functions")}})
    return _told(site)


def show(cloud: Cloud, _: JsonObject) -> object:
    """Answer with the sites whose code runs somewhere; keys are not told."""
    return [_told(site) for site in cloud.store.of_type(TYPE) if _CODE in site.private]


def _told(site: Resource) -> JsonObject:
    code = site.private[_CODE]
    return {"site": site.id.text, "url": code["url"], "functions": code["functions"]}


def webhook_of(cloud: Cloud, function: str) -> str:
    """Return where Event Grid delivers to for a function, by its id `<site>/functions/<name>`.

    Raises:
        ArmError: 400, the function is not there (yet), or has another trigger.
    """
    own = ResourceId.parse(function)
    site = cloud.store.find(own.parent) if own.type.lower() == f"{TYPE}/functions".lower() else None
    code = site.private.get(_CODE) if site else None
    trigger = (code or {}).get("functions", {}).get(own.name)
    if code is None or trigger is None:
        raise ArmError(400, "Endpoint validation", f"Destination endpoint not found. Resource details: {function}.")
    if trigger != "eventGridTrigger":
        raise ArmError(400, "InvalidRequest", f"Unsupported Azure Function Trigger '{trigger}': {function}.")
    return f"{code['url']}/runtime/webhooks/eventgrid?functionName={own.name}&code={code['key']}"


def list_functions(request: ArmRequest) -> ArmResponse:
    """List a site's functions: none before code was deployed."""
    site = request.cloud.resource(request.id.without_action)
    functions = site.private.get(_CODE, {}).get("functions", {})
    return page(request, [_function(site, name, trigger) for name, trigger in functions.items()])


def get_function(request: ArmRequest) -> ArmResponse:
    """Return one function.

    Raises:
        ArmError: 404 there is none of this name.
    """
    site = request.cloud.resource(request.id.parent)
    functions = site.private.get(_CODE, {}).get("functions", {})
    if request.id.name not in functions:
        raise ArmError(404, "NotFound", f"Function with name '{request.id.name}' could not be found.")
    return ArmResponse(body=_function(site, request.id.name, functions[request.id.name]))


def _function(site: Resource, name: str, trigger: str) -> JsonObject:
    properties = {"name": name, "config": {"bindings": [{"type": trigger}]}, "isDisabled": False, "language": "python"}
    own = site.id.child("functions", name)
    return {"id": own.text, "name": f"{site.id.name}/{name}", "type": own.type, "properties": properties}


def list_keys(request: ArmRequest) -> ArmResponse:
    """List the host's keys.

    Raises:
        ArmError: 404 no code runs at the site, so that it has none.
    """
    site = request.cloud.resource(ResourceId.parse(request.id.text.partition("/host/")[0]))
    code = site.private.get(_CODE)
    if code is None:
        raise ArmError(404, "NotFound", f"The host of the site '{site.id.name}' has no keys yet.")
    key = code["key"]
    return ArmResponse(
        body={"masterKey": key, "functionKeys": {"default": key}, "systemKeys": {"eventgrid_extension": key}}
    )


_SITE = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Web/sites/{site}"
_LIST_KEYS = "Microsoft.Web/sites/host/listkeys/action"
ROUTES = (
    Route("GET", f"{_SITE}/functions", list_functions),
    Route("GET", f"{_SITE}/functions/{{function}}", get_function),
    Route(
        "POST",
        f"{_SITE}/host/default/listkeys",
        list_keys,
        action=_LIST_KEYS,
        silent=True,
    ),
)
