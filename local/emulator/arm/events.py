"""What the rest of the world is told: one event for every write, delete and action that ARM finished.

Source: "Azure subscription as an Event Grid source"; operation names as recorded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from local.emulator.arm.clock import Clock
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.operations import OperationStatus
from local.emulator.arm.wire import JsonObject, fresh_guid, timestamp

OUTCOMES: Mapping[OperationStatus, str] = {
    OperationStatus.SUCCEEDED: "Success",
    OperationStatus.FAILED: "Failure",
    OperationStatus.CANCELED: "Cancel",
}
"""How an operation ended -> the last word of its event's type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceEvent:
    """One thing that happened to one resource.

    Attributes:
        subject: the resource the event is about, as ARM writes its id.
        action: the action name (`Microsoft.Compute/virtualMachines/write`).
        scope: the id that was addressed; differs from `subject` for the tags API.
        outcome: `Success`, `Failure` or `Cancel`.
        method: the HTTP method, or "" when no request is known.
        url: the URL asked for.
        created: whether the request made something new.
        correlation_id: the correlation id of the request.
        client_request_id: the client's own id of the request.
        client: the application that asked, "" when a service did something by itself.
        principal: the object id of who asked, "" likewise.
        at: when it happened (`wire.timestamp`).
        id: the event's id.
    """

    subject: str
    action: str
    scope: str = ""
    outcome: str = "Success"
    method: str = ""
    url: str = ""
    created: bool = False
    correlation_id: str = field(default_factory=fresh_guid)
    client_request_id: str = field(default_factory=fresh_guid)
    client: str = ""
    principal: str = ""
    at: str
    id: str = field(default_factory=fresh_guid)

    @property
    def type(self) -> str:
        """The event type (`Microsoft.Resources.ResourceWriteSuccess`)."""
        verb = {"write": "Write", "delete": "Delete"}.get(self.action.rsplit("/", 1)[-1], "Action")
        return f"Microsoft.Resources.Resource{verb}{self.outcome}"

    @property
    def subject_id(self) -> ResourceId:
        """The subject, taken apart."""
        return ResourceId.parse(self.subject)


type Subscriber = Callable[[ResourceEvent], None]


class Events:
    """The bus between what happens and whoever listens (Event Grid does).

    Attributes:
        published: what happened here.
        received: what publishers have posted to topics of their own: `topic`, `at`, `event`.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._subscribers: list[Subscriber] = []
        self.published: list[ResourceEvent] = []
        self.received: list[JsonObject] = []

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call `subscriber` with every event from now on."""
        self._subscribers.append(subscriber)

    def publish(self, event: ResourceEvent) -> None:
        """Tell every subscriber of `event`."""
        self.published.append(event)
        for subscriber in self._subscribers:
            subscriber(event)

    def written(self, resource_id: ResourceId, *, at: datetime | None = None) -> None:
        """Publish that a service wrote this resource by itself, without a request of a client."""
        self._announce(resource_id, "write", at)

    def deleted(self, resource_id: ResourceId, *, at: datetime | None = None) -> None:
        """Publish that a service deleted this resource by itself, without a request of a client."""
        self._announce(resource_id, "delete", at)

    def _announce(self, resource_id: ResourceId, verb: str, at: datetime | None) -> None:
        moment = timestamp(at or self._clock.now())
        self.publish(ResourceEvent(subject=resource_id.text, action=f"{resource_id.type}/{verb}", at=moment))

    def clear(self) -> None:
        """Forget what was published; subscribers stay."""
        self.published.clear()
        self.received.clear()


def announcement(event: ResourceEvent) -> JsonObject:
    """Return `event` as JSON, for an operation that will publish it when it ends."""
    return {name: getattr(event, name) for name in ResourceEvent.__slots__}
