"""The address that publishers post to: events of their own, a batch at a time, for the subscriptions of a custom topic.

`POST /topics/<name>.<region>-1.eventgrid.azure.net/api/events?api-version=2018-01-01`, with one of the topic's keys
(`aeg-sas-key`) or a bearer token. A batch is taken as a whole or not at all. Source: `EventGrid.json` 2018-01-01, and
"Post event to custom topic in Azure Event Grid" for limits and statuses.
"""

import json
from collections.abc import Mapping
from typing import Any

from local.emulator.arm.errors import ArmError
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.tokens import Caller
from local.emulator.arm.wire import JsonObject, fresh_guid, timestamp
from local.emulator.providers.authorization.enforcement import may_with_data
from local.emulator.providers.event_grid import order, subscriptions
from local.emulator.providers.event_grid.filters import wanted
from local.emulator.providers.event_grid.topics import PUBLISHING_PATH, find_by_host, host_of, knows_key

API_VERSION = "2018-01-01"
MOST_BYTES = 1024 * 1024
"""Of a whole batch, and so of one event."""
SEND = "Microsoft.EventGrid/events/send/action"
"""What a token's owner must be allowed: the data action of the role EventGrid Data Sender."""
_MEDIA_TYPES: Mapping[str, tuple[str, ...]] = {
    "EventGridSchema": ("application/json",),
    "CloudEventSchemaV1_0": ("application/cloudevents-batch+json", "application/cloudevents+json"),
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "EventGridSchema": ("id", "subject", "eventType", "eventTime", "dataVersion"),
    "CloudEventSchemaV1_0": ("id", "source", "type", "specversion"),
}


def publish(request: ArmRequest) -> ArmResponse:
    """Take a batch of events, and send each to whoever has subscribed to it.

    Raises:
        ArmError: 404 no topic; 401 no key and no right; 413 too large; 400 not what the topic takes.
    """
    topic = find_by_host(request.cloud, request.params["host"])
    if topic is None:
        raise ArmError(404, "NotFound", f"There is no topic at {request.params['host']}.")
    _check_sender(request, topic)
    if len(request.content) > MOST_BYTES:
        message = f"The request has {len(request.content)} bytes; at most {MOST_BYTES} are allowed."
        raise ArmError(413, "PayloadTooLarge", message)
    if request.api_version != API_VERSION:
        raise ArmError(400, "BadRequest", f"The api-version '{request.api_version}' is not {API_VERSION}.")
    for event in _events(request, topic):
        _send(request, topic, event)
    return ArmResponse(status=200)


def _check_sender(request: ArmRequest, topic: Resource) -> None:
    key, token = request.headers.get("aeg-sas-key", ""), request.headers.get("authorization", "")
    by_key = bool(key) and not topic.properties["disableLocalAuth"] and knows_key(topic, key)
    by_token = token.lower().startswith("bearer ") and may_with_data(
        request.cloud, Caller.of(request.headers), SEND, topic.id
    )
    if not by_key and not by_token:
        what = "authorization key" if key else "token" if token else "authorization"
        message = (
            f"The request {what} is not authorized for {host_of(topic).upper()}. "
            f"Report '{fresh_guid()}' to our forums for assistance or raise a support ticket."
        )
        raise ArmError(401, "Unauthorized", message)


def _events(request: ArmRequest, topic: Resource) -> list[JsonObject]:
    schema = topic.properties["inputSchema"]
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _MEDIA_TYPES[schema]:
        raise _unfit(schema, f"the content type is '{media_type}', not {' or '.join(_MEDIA_TYPES[schema])}")
    try:
        given = json.loads(request.content)
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise _unfit(schema, "it is no JSON") from None
    events = given if isinstance(given, list) else [given]
    if not events or (isinstance(given, list) is not (media_type != "application/cloudevents+json")):
        raise _unfit(schema, f"'{media_type}' holds {'one event' if 'events+' in media_type else 'a list of events'}")
    for event in events:
        _check(schema, event)
    return events


def _check(schema: str, event: Any) -> None:
    if not isinstance(event, dict):
        raise _unfit(schema, "an event is no object")
    for name in _NEEDED[schema]:
        if not isinstance(event.get(name), str) or not event[name]:
            raise _unfit(schema, f"the event's '{name}' is missing or no text")
    if schema == "CloudEventSchemaV1_0" and event["specversion"] != "1.0":
        raise _unfit(schema, "the event's 'specversion' is not 1.0")


def _send(request: ArmRequest, topic: Resource, event: JsonObject) -> None:
    cloud, now = request.cloud, timestamp(request.cloud.clock.now())
    cloud.events.received.append({"topic": topic.id.text, "at": now, "event": event})
    own = _in_own_schema(topic, event, now)
    for subscription in subscriptions.of_topic(cloud, topic.id):
        if not wanted(subscription.properties["filter"], own):
            continue
        message = {
            "subscription": subscription.id.text,
            "event": event if "specversion" in event else subscriptions.rendered(subscription, own),
            "operation": own["eventType"],
            "attempt": 1,
            "published": now,
        }
        order.send(cloud, message)


def _in_own_schema(topic: Resource, event: JsonObject, now: str) -> JsonObject:
    """Return the event in Event Grid's own schema, which filters are about."""
    if topic.properties["inputSchema"] == "EventGridSchema":
        return {**event, "topic": topic.id.text}
    return {
        **event,
        "subject": event.get("subject") or "",
        "eventType": event["type"],
        "eventTime": event.get("time") or now,
        "topic": event["source"],
        "data": event.get("data"),
    }


def _unfit(schema: str, why: str) -> ArmError:
    shown = "CloudEventV10" if schema == "CloudEventSchemaV1_0" else "EventGridEvent"
    message = (
        f"This resource is configured to receive event in '{shown}' schema. "
        f"The JSON received does not conform to the expected schema: {why}."
    )
    return ArmError(400, "BadRequest", message)


ROUTES = (Route("POST", PUBLISHING_PATH, publish, open=True, raw=True),)
