"""Event subscriptions: on a subscription, a resource group or a resource, on a system topic or a custom one.

The webhook's URL is kept apart from the body and never shown: it holds the key. Answers have `endpointBaseUrl` only.
"""

from local.emulator.arm import errors
from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.paging import page
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import EVENT_GRID
from local.emulator.arm.wire import JsonObject, fresh_guid
from local.emulator.providers.event_grid import system_topics, topics
from local.emulator.providers.event_grid.filters import checked_filter
from local.emulator.providers.event_grid.schemas import SCHEMAS
from local.emulator.providers.event_grid.subscription_body import (
    PROPERTIES,
    WEBHOOK,
    dead_letters_in,
    destination_in,
    retry_policy_in,
    schema_in,
)
from local.emulator.providers.event_grid.topic_types import CUSTOM, RESOURCES, TOPIC_TYPES, TopicType

TYPE = "Microsoft.EventGrid/eventSubscriptions"
VALIDATE = "event_grid.validate"
_ALL = "/{*scope}/providers/Microsoft.EventGrid/eventSubscriptions"
_ONE = _ALL + "/{name}"
OF_TOPICS = (f"{system_topics.TYPE}/eventSubscriptions", f"{topics.TYPE}/eventSubscriptions")
"""Event subscriptions that are children of a topic: addressed below it, and kept apart from the others."""
_ALL_OF_TOPIC = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.EventGrid/%s/{topic}/eventSubscriptions"
)


def put(request: ArmRequest) -> ArmResponse:
    """Create or replace an event subscription; it is ready once its webhook has proved that it wants events.

    Raises:
        ArmError: 404 the scope does not exist; 400 a part of the body is wrong; 501 a destination of another kind.
    """
    scope = _existing_scope(request)
    own = scope.extension("Microsoft.EventGrid", "eventSubscriptions", request.params["name"])
    return _put(request, own, scope, request.body.get("properties") or {})


def put_at_topic(request: ArmRequest) -> ArmResponse:
    """Create or replace an event subscription of a system or a custom topic, as `put` does.

    Raises:
        ArmError: as `put`; 404 there is no such topic.
    """
    topic = request.cloud.resource(request.id.parent)
    own = topic.id.child("eventSubscriptions", request.params["name"])
    return _put(request, own, topic.id, request.body.get("properties") or {})


def patch(request: ArmRequest) -> ArmResponse:
    """Change parts of an event subscription. Unlike elsewhere they stand at the top of the body, without `properties`.

    Raises:
        ArmError: as `put`; 404 there is no such event subscription.
    """
    present = _found(request)
    destination = present.properties["destination"]
    if destination["endpointType"] == WEBHOOK:
        destination = {"endpointType": WEBHOOK, "properties": {"endpointUrl": present.private["url"]}}
    given = {**present.properties, "destination": destination, **request.body}
    return _put(request, present.id, ResourceId.parse(present.properties["topic"]), given)


def kind_of(topic: Resource | None) -> TopicType:
    """Return what a topic publishes; `topic` is None, or no topic at all, when a scope is one for itself."""
    if topic is not None and topic.id.type == topics.TYPE:
        return CUSTOM
    system = topic is not None and topic.id.type == system_topics.TYPE
    return TOPIC_TYPES[topic.properties["topicType"]] if topic and system else RESOURCES


def _put(request: ArmRequest, own: ResourceId, topic: ResourceId, given: JsonObject) -> ArmResponse:
    cloud = request.cloud
    source = cloud.store.find(topic)
    url, destination = destination_in(cloud, given)
    present = cloud.store.find(own)
    properties: JsonObject = {
        "topic": topic.text,
        "provisioningState": "Creating" if present is None else "Updating",
        "destination": destination,
        "filter": checked_filter(given.get("filter") or {}, kind_of(source).types),
        "labels": given.get("labels") or [],
        "eventDeliverySchema": schema_in(given, source),
        "retryPolicy": retry_policy_in(given.get("retryPolicy") or {}),
    }
    properties |= dead_letters_in(cloud, given, source)
    secret = {"url": url, "code": fresh_guid(), "base_url": request.base_url, "new": present is None}
    subscription = cloud.write(own, {"properties": properties}, secret)
    operation = cloud.operations.begin(f"{TYPE}/write", subscription.id, then=None)
    cloud.outbox.put(VALIDATE, {"subscription": subscription.id.text, "operation": operation.id})
    body = {**subscription.body, "properties": dict(properties)}
    return EVENT_GRID.accept(request, operation, "create", body=body)


def _existing_scope(request: ArmRequest) -> ResourceId:
    scope = request.scope
    if scope.key != scope.subscription_id.key and request.cloud.store.find(scope) is None:
        raise errors.resource_not_found(scope)
    return scope


def get(request: ArmRequest) -> ArmResponse:
    """Return one event subscription."""
    return ArmResponse(body=_found(request).body)


def list_at_scope(request: ArmRequest) -> ArmResponse:
    """List the event subscriptions of one scope; not those of scopes below it."""
    scope = _existing_scope(request)
    found = request.cloud.store.of_type(TYPE, scope)
    return page(request, [one.body for one in found if one.properties["topic"].lower() == scope.key])


def list_at_topic(request: ArmRequest) -> ArmResponse:
    """List the event subscriptions of a system or a custom topic."""
    topic = request.cloud.resource(request.id.without_action)
    found = request.cloud.store.of_type(f"{topic.id.type}/eventSubscriptions", topic.id)
    return page(request, [one.body for one in found])


def get_full_url(request: ArmRequest) -> ArmResponse:
    """Return the webhook's URL without its query: the real service tells the whole, this one keeps keys to itself."""
    subscription = request.cloud.store.find(request.id.without_action)
    if subscription is None:
        raise errors.nested_not_found(request.id.without_action)
    return ArmResponse(body={"endpointUrl": subscription.properties["destination"]["properties"]["endpointBaseUrl"]})


def delete(request: ArmRequest) -> ArmResponse:
    """Begin to delete an event subscription; 204 when there is none."""
    subscription = request.cloud.store.find(request.id)
    if subscription is None:
        return ArmResponse(status=204, silent=True)
    subscription.properties["provisioningState"] = "Deleting"
    operation = request.cloud.operations.begin(
        f"{TYPE}/delete", subscription.id, then="event_grid.deleted", arguments={"id": subscription.id.text}
    )
    return EVENT_GRID.accept(request, operation, "delete")


def _deleted(cloud: Cloud, arguments: JsonObject) -> None:
    cloud.delete(ResourceId.parse(arguments["id"]))


def validate_by_hand(request: ArmRequest) -> ArmResponse:
    """Accept a subscription whose webhook answered 200 but no code: its owner followed the `validationUrl`."""
    for subscription in every(request.cloud):
        if subscription.private.get("code") == request.query.get("id"):
            subscription.properties["provisioningState"] = "Succeeded"
            return ArmResponse(body="Webhook succesfully validated as a subscription endpoint.")
    raise ArmError(404, "NotFound", "There is no event subscription with this validation code.")


def every(cloud: Cloud) -> list[Resource]:
    """Return every event subscription."""
    return [one for kind in (TYPE, *OF_TOPICS) for one in cloud.store.of_type(kind)]


def of_topic(cloud: Cloud, topic: ResourceId) -> list[Resource]:
    """Return the event subscriptions of one topic that are ready, whichever way they were made."""
    return [one for one in every(cloud) if is_ready(one) and one.properties["topic"].lower() == topic.key]


def is_ready(subscription: Resource) -> bool:
    """Say whether events are delivered to it."""
    return subscription.properties["provisioningState"] in {"Succeeded", "Updating"}


def rendered(subscription: Resource, event: JsonObject) -> JsonObject:
    """Return an event, which is in Event Grid's own schema, in that of a subscription."""
    return SCHEMAS[subscription.properties["eventDeliverySchema"]](event)


def _found(request: ArmRequest) -> Resource:
    found = request.cloud.store.find(request.id)
    if found is None:
        raise errors.nested_not_found(request.id, code="ResourceNotFound")
    return found


def _routes_below(kind: str) -> tuple[Route, ...]:
    """Return the routes of the event subscriptions that are children of one kind of topic."""
    everything = _ALL_OF_TOPIC % kind
    one = everything + "/{name}"
    return (
        Route("PUT", one, put_at_topic, body={"properties": PROPERTIES}),
        Route("PATCH", one, patch, body=PROPERTIES),
        Route("GET", one, get),
        Route("DELETE", one, delete),
        Route("GET", everything, list_at_topic),
        Route("POST", one + "/getFullUrl", get_full_url, silent=True),
    )


CONTINUATIONS = {"event_grid.deleted": _deleted}
ROUTES = (
    Route("PUT", _ONE, put, body={"properties": PROPERTIES}),
    Route("PATCH", _ONE, patch, body=PROPERTIES),
    Route("GET", _ONE, get),
    Route("DELETE", _ONE, delete),
    Route("GET", _ALL, list_at_scope),
    Route("POST", _ONE + "/getFullUrl", get_full_url, silent=True),
    *_routes_below("systemTopics"),
    *_routes_below("topics"),
    Route("GET", "/eventsubscriptions/{name}/validate", validate_by_hand, open=True),
)
