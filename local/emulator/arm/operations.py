"""Long-running operations: begun by a write, ended by the timeline or by whoever waits for something outside."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from local.emulator.arm.clock import Clock
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.pace import Pace
from local.emulator.arm.persistence import DirtyKeys
from local.emulator.arm.timeline import Timeline
from local.emulator.arm.wire import JsonObject, fresh_guid, parse_timestamp, timestamp


class OperationStatus(StrEnum):
    """The states every Azure operation passes through."""

    IN_PROGRESS = "InProgress"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    CANCELED = "Canceled"


@dataclass(slots=True, kw_only=True)
class Operation:
    """One long-running operation.

    Attributes:
        id: the operation's own id, the last segment of its URLs.
        kind: what it does; the key of the table of durations.
        resource_id: what it works on.
        began: when the write was accepted.
        status: where it stands.
        ended: when it came to its end, or None.
        error: why it failed, or None.
        announcement: the event to publish when it ends (see `arm.events`), or None.
    """

    id: str
    kind: str
    resource_id: ResourceId
    began: datetime
    status: OperationStatus = OperationStatus.IN_PROGRESS
    ended: datetime | None = None
    error: ArmError | None = None
    announcement: JsonObject | None = None

    @property
    def done(self) -> bool:
        """Whether it has come to its end, good or bad."""
        return self.status is not OperationStatus.IN_PROGRESS


class Operations:
    """Every operation, by id."""

    collection = "operations"

    def __init__(self, clock: Clock, pace: Pace, timeline: Timeline, ended: Callable[[Operation], None]) -> None:
        self._clock = clock
        self._pace = pace
        self._timeline = timeline
        self._ended = ended
        self._by_id: dict[str, Operation] = {}
        self._unfinished: dict[str, Operation] = {}
        self._unfinished_on: defaultdict[str, dict[str, Operation]] = defaultdict(dict)
        self.dirty = DirtyKeys()

    def begin(
        self,
        kind: str,
        resource_id: ResourceId,
        *,
        then: str | None,
        arguments: JsonObject | None = None,
        seconds: float | None = None,
        operation_id: str = "",
    ) -> Operation:
        """Begin an operation.

        When its time is over the continuation `then` runs with `arguments`; if that raises ArmError the operation
        has failed with it, else it has succeeded. With `then=None` it stays open until `finish` is called.

        Args:
            kind: key of the durations table.
            resource_id: what is being worked on.
            then: name of the provider's continuation, or None.
            arguments: JSON handed to the continuation.
            seconds: how long it takes; by default what the pace says for `kind`.
            operation_id: the id to use where it must equal another name (an ASR job's); a fresh GUID by default.
        """
        operation = Operation(
            id=operation_id or fresh_guid(), kind=kind, resource_id=resource_id, began=self._clock.now()
        )
        self._keep(operation)
        self.dirty.mark(operation.id.lower())
        if then is not None:
            delay = self._pace.seconds(kind) if seconds is None else seconds
            step = {"operation": operation.id, "then": then, "arguments": arguments or {}}
            self._timeline.schedule(delay, COMPLETE, step)
        return operation

    def find(self, operation_id: str) -> Operation | None:
        """Return the operation with this id, or None."""
        self.dirty.mark(operation_id.lower())
        return self._by_id.get(operation_id.lower())

    def finish(self, operation: Operation, error: ArmError | None = None) -> None:
        """End an operation, with `error` as a failure; an operation that has ended already is left as it is."""
        if operation.done:
            return
        self.dirty.mark(operation.id.lower())
        operation.error = error
        self._end(operation, OperationStatus.FAILED if error else OperationStatus.SUCCEEDED)

    def cancel(self, operation: Operation) -> None:
        """End an operation as Canceled, unless it has ended already. Its continuation will not run."""
        if operation.done:
            return
        self.dirty.mark(operation.id.lower())
        self._end(operation, OperationStatus.CANCELED)

    def _keep(self, operation: Operation) -> None:
        key = operation.id.lower()
        self._by_id[key] = operation
        if not operation.done:
            self._unfinished[key] = self._unfinished_on[operation.resource_id.key][key] = operation

    def _end(self, operation: Operation, status: OperationStatus) -> None:
        key, resource = operation.id.lower(), operation.resource_id.key
        self._unfinished.pop(key, None)
        self._unfinished_on[resource].pop(key, None)
        if not self._unfinished_on[resource]:
            del self._unfinished_on[resource]
        operation.status = status
        operation.ended = self._clock.now()
        self._ended(operation)

    def running_on(self, resource_id: ResourceId) -> Operation | None:
        """Return an operation that is still working on this resource, or None."""
        return next(iter(self._unfinished_on.get(resource_id.key, {}).values()), None)

    def running_below(self, resource_id: ResourceId) -> Operation | None:
        """Return an operation that is still working on this resource or on something below it, or None."""
        return next((one for one in self._unfinished.values() if resource_id.contains(one.resource_id)), None)

    def clear(self) -> None:
        """Forget every operation."""
        self.dirty.mark(*self._by_id)
        self._by_id.clear()
        self._unfinished.clear()
        self._unfinished_on.clear()

    def document(self, key: str) -> JsonObject | None:
        """Return the operation with this key as JSON, or None when it is forgotten."""
        operation = self._by_id.get(key)
        if operation is None:
            return None
        return {
            "id": operation.id,
            "kind": operation.kind,
            "resource_id": operation.resource_id.text,
            "began": timestamp(operation.began),
            "status": operation.status.value,
            "ended": timestamp(operation.ended) if operation.ended else None,
            "error": asdict(operation.error) if operation.error else None,
            "announcement": operation.announcement,
        }

    def restore(self, _key: str, document: JsonObject) -> None:
        """Take back an operation that was written down."""
        operation = Operation(
            **{
                **document,
                "resource_id": ResourceId.parse(document["resource_id"]),
                "began": parse_timestamp(document["began"]),
                "status": OperationStatus(document["status"]),
                "ended": parse_timestamp(document["ended"]) if document["ended"] else None,
                "error": ArmError(**document["error"]) if document["error"] else None,
            }
        )
        self._keep(operation)


COMPLETE = "arm.operation.complete"
"""The timeline step that ends an operation."""
