"""Event subscriptions: on a subscription, a resource group or a resource.

The webhook's URL is kept apart from the body and never shown: it holds the key. Answers have `endpointBaseUrl` only.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from local.emulator.arm import errors
from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.paging import page
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.schema import Kind, Schema
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import EVENT_GRID
from local.emulator.arm.wire import JsonObject, fresh_guid
from local.emulator.providers.event_grid import system_topics
from local.emulator.providers.event_grid.filters import SCHEMA as FILTER
from local.emulator.providers.event_grid.filters import checked_filter
from local.emulator.providers.event_grid.schemas import SCHEMAS
from local.emulator.providers.event_grid.topic_types import RESOURCES, TOPIC_TYPES, TopicType

TYPE = "Microsoft.EventGrid/eventSubscriptions"
VALIDATE = "event_grid.validate"
MOST_ATTEMPTS = 30
LONGEST_LIFE_MINUTES = 1440
_ALL = "/{*scope}/providers/Microsoft.EventGrid/eventSubscriptions"
_ONE = _ALL + "/{name}"
OF_TOPICS = "Microsoft.EventGrid/systemTopics/eventSubscriptions"
_ALL_OF_TOPIC = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.EventGrid/systemTopics/{topic}"
    "/eventSubscriptions"
)
_ONE_OF_TOPIC = _ALL_OF_TOPIC + "/{name}"

_DESTINATION: Mapping[str, Schema] = {
    "endpointType": Kind.TEXT,
    "properties": {
        "endpointUrl": Kind.TEXT,
        "maxEventsPerBatch": Kind.WHOLE,
        "preferredBatchSizeInKilobytes": Kind.WHOLE,
    },
}
_PROPERTIES: Mapping[str, Schema] = {
    "destination": _DESTINATION,
    "filter": FILTER,
    "labels": [Kind.TEXT],
    "eventDeliverySchema": Kind.TEXT,
    "retryPolicy": {"maxDeliveryAttempts": Kind.WHOLE, "eventTimeToLiveInMinutes": Kind.WHOLE},
    "deadLetterDestination": {
        "endpointType": Kind.TEXT,
        "properties": {"resourceId": Kind.TEXT, "blobContainerName": Kind.TEXT},
    },
}


def put(request: ArmRequest) -> ArmResponse:
    """Create or replace an event subscription; it is ready once its webhook has proved that it wants events.

    Raises:
        ArmError: 404 the scope does not exist; 400 a part of the body is wrong; 501 another destination than a webhook.
    """
    scope = _existing_scope(request)
    own = scope.extension("Microsoft.EventGrid", "eventSubscriptions", request.params["name"])
    return _put(request, own, scope, RESOURCES, request.body.get("properties") or {})


def put_at_topic(request: ArmRequest) -> ArmResponse:
    """Create or replace an event subscription of a system topic, as `put` does.

    Raises:
        ArmError: as `put`; 404 there is no such topic.
    """
    topic = request.cloud.resource(request.id.parent)
    kind = TOPIC_TYPES[topic.properties["topicType"]]
    own = topic.id.child("eventSubscriptions", request.params["name"])
    return _put(request, own, topic.id, kind, request.body.get("properties") or {})


def patch(request: ArmRequest) -> ArmResponse:
    """Change parts of an event subscription. Unlike elsewhere they stand at the top of the body, without `properties`.

    Raises:
        ArmError: as `put`; 404 there is no such event subscription.
    """
    present = _found(request)
    topic = request.cloud.store.find(present.properties["topic"])
    system = topic is not None and topic.id.type == system_topics.TYPE
    kind = TOPIC_TYPES[topic.properties["topicType"]] if topic and system else RESOURCES
    destination = {"endpointType": "WebHook", "properties": {"endpointUrl": present.private["url"]}}
    given = {**present.properties, "destination": destination, **request.body}
    return _put(request, present.id, ResourceId.parse(present.properties["topic"]), kind, given)


def _put(request: ArmRequest, own: ResourceId, topic: ResourceId, kind: TopicType, given: JsonObject) -> ArmResponse:
    cloud = request.cloud
    url, destination = _destination(given)
    present = cloud.store.find(own)
    properties: JsonObject = {
        "topic": topic.text,
        "provisioningState": "Creating" if present is None else "Updating",
        "destination": destination,
        "filter": checked_filter(given.get("filter") or {}, kind.types),
        "labels": given.get("labels") or [],
        "eventDeliverySchema": _schema(given),
        "retryPolicy": _retry_policy(given.get("retryPolicy") or {}),
    }
    if given.get("deadLetterDestination"):
        properties["deadLetterDestination"] = given["deadLetterDestination"]
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


def _destination(given: JsonObject) -> tuple[str, JsonObject]:
    """Return the webhook's whole URL and the destination as it is shown."""
    destination = given.get("destination") or {}
    kind = destination.get("endpointType")
    if kind != "WebHook":
        raise ArmError(
            501, "NotImplemented", f"The destination endpointType '{kind}' is not implemented; use 'WebHook'."
        )
    wanted = destination.get("properties") or {}
    parts = urlsplit(str(wanted.get("endpointUrl") or ""))
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ArmError(400, "InvalidRequest", "The destination's endpointUrl must be an absolute http or https URL.")
    shown = {
        "maxEventsPerBatch": wanted.get("maxEventsPerBatch") or 1,
        "preferredBatchSizeInKilobytes": wanted.get("preferredBatchSizeInKilobytes") or 64,
        "endpointBaseUrl": f"{parts.scheme}://{parts.netloc}{parts.path}",
    }
    return str(wanted["endpointUrl"]), {"endpointType": "WebHook", "properties": shown}


def _schema(given: JsonObject) -> str:
    schema = str(given.get("eventDeliverySchema") or "EventGridSchema")
    if schema not in SCHEMAS:
        message = f"The eventDeliverySchema '{schema}' is not supported by this topic; use {' or '.join(SCHEMAS)}."
        raise ArmError(400, "InvalidRequest", message)
    return schema


def _retry_policy(given: JsonObject) -> JsonObject:
    attempts = given.get("maxDeliveryAttempts") or MOST_ATTEMPTS
    life = given.get("eventTimeToLiveInMinutes") or LONGEST_LIFE_MINUTES
    for name, value, most in (
        ("maxDeliveryAttempts", attempts, MOST_ATTEMPTS),
        ("eventTimeToLiveInMinutes", life, LONGEST_LIFE_MINUTES),
    ):
        if not 1 <= value <= most:
            raise ArmError(
                400, "InvalidRequest", f"The retry policy's {name} must be between 1 and {most}, not {value}."
            )
    return {"maxDeliveryAttempts": attempts, "eventTimeToLiveInMinutes": life}


def get(request: ArmRequest) -> ArmResponse:
    """Return one event subscription."""
    return ArmResponse(body=_found(request).body)


def list_at_scope(request: ArmRequest) -> ArmResponse:
    """List the event subscriptions of one scope; not those of scopes below it."""
    scope = _existing_scope(request)
    found = request.cloud.store.of_type(TYPE, scope)
    return page(request, [one.body for one in found if one.properties["topic"].lower() == scope.key])


def list_at_topic(request: ArmRequest) -> ArmResponse:
    """List the event subscriptions of a system topic."""
    topic = request.cloud.resource(request.id.without_action)
    return page(request, [one.body for one in request.cloud.store.of_type(OF_TOPICS, topic.id)])


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
    return [*cloud.store.of_type(TYPE), *cloud.store.of_type(OF_TOPICS)]


def _found(request: ArmRequest) -> Resource:
    found = request.cloud.store.find(request.id)
    if found is None:
        raise errors.nested_not_found(request.id, code="ResourceNotFound")
    return found


CONTINUATIONS = {"event_grid.deleted": _deleted}
ROUTES = (
    Route("PUT", _ONE, put, body={"properties": _PROPERTIES}),
    Route("PATCH", _ONE, patch, body=_PROPERTIES),
    Route("GET", _ONE, get),
    Route("DELETE", _ONE, delete),
    Route("GET", _ALL, list_at_scope),
    Route("POST", _ONE + "/getFullUrl", get_full_url, silent=True),
    Route("PUT", _ONE_OF_TOPIC, put_at_topic, body={"properties": _PROPERTIES}),
    Route("PATCH", _ONE_OF_TOPIC, patch, body=_PROPERTIES),
    Route("GET", _ONE_OF_TOPIC, get),
    Route("DELETE", _ONE_OF_TOPIC, delete),
    Route("GET", _ALL_OF_TOPIC, list_at_topic),
    Route("POST", _ONE_OF_TOPIC + "/getFullUrl", get_full_url, silent=True),
    Route("GET", "/eventsubscriptions/{name}/validate", validate_by_hand, open=True),
)
