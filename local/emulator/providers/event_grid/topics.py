"""Custom topics: what a publisher posts its own events to, with two keys (2025-02-15).

In Azure a topic answers at a host name of its own, `<name>.<region>-1.eventgrid.azure.net`; here that name is a part of
the path: see `publishing`. Source: "Topics" REST operations; the topic's schema in azure-resource-manager-schemas.
"""

import base64
import hashlib
import hmac
import re

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.names import NameRule
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.schema import Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import EVENT_GRID
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject, stable_guid

TYPE = "Microsoft.EventGrid/topics"
KEYS = ("key1", "key2")
INPUT_SCHEMAS = ("EventGridSchema", "CloudEventSchemaV1_0")
PUBLISHING_PATH = "/topics/{host}/api/events"
_KEY_BYTES = 63
_NAMES = NameRule(
    re.compile(r"[A-Za-z0-9-]{3,50}"),
    "InvalidRequest",
    "The topic name '{name}' is invalid. It must have 3 to 50 letters, digits and hyphens.",
)
_ONE = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.EventGrid/topics/{name}"


def host_of(topic: Resource) -> str:
    """Return the name that the topic has in Azure's DNS, in lower case."""
    return f"{topic.id.name}.{topic.location}-1.eventgrid.azure.net".lower()


def find_by_host(cloud: Cloud, host: str) -> Resource | None:
    """Return the topic with this name in DNS."""
    return next((topic for topic in cloud.store.of_type(TYPE) if host_of(topic) == host.lower()), None)


def key_of(topic: Resource, name: str) -> str:
    """Return the topic's `key1` or `key2`."""
    made = f"{topic.id.key}{topic.created}{name}{topic.private.get(name, '')}"
    return base64.b64encode(hashlib.sha512(made.encode()).digest()[:_KEY_BYTES]).decode()


def knows_key(topic: Resource, key: str) -> bool:
    """Say whether this is one of the topic's keys."""
    return any(hmac.compare_digest(key_of(topic, name).encode(), key.encode()) for name in KEYS)


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check what the topic takes, which cannot change afterwards, and whether its name is free in its region.

    Raises:
        ArmError: 400 the schema is unknown; 409 it changed, or the name is taken; 501 a schema that is not done here.
    """
    given = request.body.get("properties") or {}
    schema = str(given.get("inputSchema") or (present.properties["inputSchema"] if present else INPUT_SCHEMAS[0]))
    if schema == "CustomEventSchema":
        raise ArmError(501, "NotImplemented", f"The inputSchema '{schema}' is not implemented.")
    if schema not in INPUT_SCHEMAS:
        message = f"The inputSchema '{schema}' is not one of {', '.join(INPUT_SCHEMAS)}, CustomEventSchema."
        raise ArmError(400, "InvalidRequest", message)
    if present and present.properties["inputSchema"] != schema:
        raise ArmError(409, "Conflict", "The inputSchema of a topic cannot be changed.")
    host = f"{request.id.name}.{request.body['location']}-1.eventgrid.azure.net"
    taken = find_by_host(request.cloud, host)
    if taken is not None and taken.id.key != request.id.key:
        message = f"A topic with the name '{request.id.name}' exists already in {request.body['location']}."
        raise ArmError(409, "Conflict", message)
    properties = {
        "inputSchema": schema,
        "metricResourceId": stable_guid(request.id.key),
        "publicNetworkAccess": given.get("publicNetworkAccess") or "Enabled",
        "disableLocalAuth": bool(given.get("disableLocalAuth")),
    }
    return {"properties": properties, "sku": {"name": "Basic"}, "identity": request.body.get("identity")}


def present(request: ArmRequest, topic: Resource) -> JsonObject:
    """Show the topic with the address that takes its events, as the caller reaches this emulator."""
    endpoint = request.base_url + PUBLISHING_PATH.format(host=host_of(topic))
    return {**topic.body, "properties": {**topic.properties, "endpoint": endpoint}}


def list_keys(request: ArmRequest) -> ArmResponse:
    """Show both keys (`Topics_ListSharedAccessKeys`)."""
    topic = request.cloud.resource(request.id.without_action)
    return ArmResponse(body={name: key_of(topic, name) for name in KEYS})


def renew_key(request: ArmRequest) -> ArmResponse:
    """Make one of the two keys anew (`Topics_RegenerateKey`).

    Raises:
        ArmError: 400, there is no such key.
    """
    topic = request.cloud.resource(request.id.without_action)
    name = str(request.body.get("keyName") or "")
    if name not in KEYS:
        raise ArmError(400, "InvalidRequest", f"The keyName '{name}' is not one of {', '.join(KEYS)}.")
    topic.private[name] = topic.private.get(name, 0) + 1
    return list_keys(request)


TOPICS = TrackedType(
    type=TYPE,
    schema={
        "inputSchema": Kind.TEXT,
        "publicNetworkAccess": Kind.TEXT,
        "disableLocalAuth": Kind.FLAG,
        "minimumTlsVersionAllowed": Kind.TEXT,
        "dataResidencyBoundary": Kind.TEXT,
    },
    naming=_NAMES,
    render=render,
    present=present,
    style=EVENT_GRID,
)
ROUTES = (
    *TOPICS.routes(),
    Route("POST", _ONE + "/listKeys", list_keys),
    Route("POST", _ONE + "/regenerateKey", renew_key, body={"keyName": Kind.TEXT}),
)
