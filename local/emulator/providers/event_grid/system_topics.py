"""System topics: a stream of events of one source, with event subscriptions of its own (2022-06-15)."""

from local.emulator.arm.errors import ArmError
from local.emulator.arm.identity import identified
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject, stable_guid
from local.emulator.providers.event_grid.topic_types import TOPIC_TYPES

TYPE = "Microsoft.EventGrid/systemTopics"


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check source and kind of topic, which cannot change afterwards.

    Raises:
        ArmError: 400 the kind of topic is unknown or the source is not its subscription; 409 one of them changed.
    """
    given = request.body.get("properties") or {}
    source, wanted = ResourceId.parse(str(given.get("source") or "")), str(given.get("topicType") or "")
    kind = next((known for known in TOPIC_TYPES if known.lower() == wanted.lower()), None)
    if kind is None:
        message = f"The topicType '{wanted}' is not one that this emulator publishes: {', '.join(TOPIC_TYPES)}."
        raise ArmError(400, "InvalidRequest", message)
    if not request.id.subscription_id.contains(source):
        message = f"The source '{source.text}' of a system topic must lie in the topic's own subscription."
        raise ArmError(400, "InvalidRequest", message)
    if present and (present.properties["source"].lower(), present.properties["topicType"]) != (source.key, kind):
        raise ArmError(409, "Conflict", "The source and the topicType of a system topic cannot be changed.")
    properties = {
        "source": source.text,
        "topicType": kind,
        "metricResourceId": stable_guid(request.id.key),
    }
    tags = request.body.get("tags") or {}
    where = str(request.body.get("location") or "global")
    return {"location": where, "tags": tags, "properties": properties, **identified(request)}


SYSTEM_TOPICS = TrackedType(
    type=TYPE, schema={"source": Kind.TEXT, "topicType": Kind.TEXT}, render=render, regional=False
)
