"""What a topic publishes: which event types it has, and what becomes of something that happened.

A subscription, group or resource publishes `Microsoft.Resources.*`; a system topic of the type
`Microsoft.ResourceNotifications.Resources` publishes what resources look like now. Source: "Azure subscription as an
Event Grid source" and "Azure Resource Notifications - Resources events".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.events import ResourceEvent
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.event_grid.filters import ALL_TYPES
from local.emulator.providers.event_grid.schemas import event_grid_schema

NOTIFICATIONS = "Microsoft.ResourceNotifications.Resources"
_API_VERSION = "2024-07-01"
_INFO = ("tags", "id", "name", "type", "location", "properties")
_GONE = ("id", "name", "type")

type Render = Callable[[Cloud, ResourceEvent, ResourceId], JsonObject | None]


@dataclass(frozen=True, slots=True)
class TopicType:
    """What one kind of topic publishes.

    Attributes:
        types: its event types.
        render: the event in Event Grid's own schema, or None when this topic does not tell of it.
    """

    types: tuple[str, ...]
    render: Render


def _notification(cloud: Cloud, event: ResourceEvent, topic: ResourceId) -> JsonObject | None:
    """Tell of a write or a deletion that succeeded, with the resource as it is now."""
    deleted = event.action.endswith("/delete") and not event.scope.lower().endswith("/tags/default")
    if event.outcome != "Success" or not event.action.endswith(("/write", "/delete")):
        return None
    resource = cloud.store.find(event.subject)
    if resource is None and not deleted:
        return None
    body = resource.body if resource and not deleted else {}
    own = event.subject_id
    whole = {**body, "id": own.text, "name": own.name, "type": own.type}
    shown = {key: whole[key] for key in (_GONE if deleted else _INFO) if key in whole}
    data: JsonObject = {
        "resourceInfo": shown,
        "apiVersion": _API_VERSION,
        "operationalInfo": {"resourceEventTime": event.at},
    }
    return {
        "subject": own.text,
        "eventType": f"{NOTIFICATIONS}.{'Deleted' if deleted else 'CreatedOrUpdated'}",
        "eventTime": event.at,
        "id": event.id,
        "data": data,
        "dataVersion": "1",
        "metadataVersion": "1",
        "topic": topic.text,
    }


CUSTOM = TopicType((), lambda _cloud, _event, _topic: None)
"""A custom topic: its publishers make up the types, and nothing that happens in Azure is told there."""
RESOURCES = TopicType(ALL_TYPES, lambda cloud, event, topic: event_grid_schema(event, cloud.tenant, topic))
TOPIC_TYPES: Mapping[str, TopicType] = {
    "Microsoft.Resources.Subscriptions": RESOURCES,
    "Microsoft.Resources.ResourceGroups": RESOURCES,
    NOTIFICATIONS: TopicType((f"{NOTIFICATIONS}.CreatedOrUpdated", f"{NOTIFICATIONS}.Deleted"), _notification),
}
"""Type of system topic -> what it publishes."""
