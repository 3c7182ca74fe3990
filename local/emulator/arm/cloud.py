"""The emulated Azure as one object: what exists, what is under way, what time it is, who is told."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from local.emulator.arm import errors, signatures
from local.emulator.arm.api import ResourceApi
from local.emulator.arm.authorizations import Authorizations
from local.emulator.arm.clock import Clock
from local.emulator.arm.environment import Environment
from local.emulator.arm.errors import ArmError
from local.emulator.arm.events import OUTCOMES, Events, ResourceEvent
from local.emulator.arm.faults import Faults
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.operations import COMPLETE, Operation, Operations
from local.emulator.arm.outbox import Outbox
from local.emulator.arm.pace import Duration, Pace, PaceMode
from local.emulator.arm.persistence import PersistentPart
from local.emulator.arm.request_log import RequestLog
from local.emulator.arm.store import Resource, Store
from local.emulator.arm.throttle import SWITCH, SWITCHES, Throttle
from local.emulator.arm.timeline import Timeline
from local.emulator.arm.wire import JsonObject, timestamp

TENANT = "7a3c1b52-0d64-4f0e-9a37-5c9b7ed2f6a1"

type Continuation = Callable[[Cloud, JsonObject], None]
"""A step that runs later. Raises ArmError to fail the operation it completes."""

type Guard = Callable[[Cloud, Resource], None]
"""Raises ArmError when the resource must not be deleted now."""

type Observer = Callable[[Cloud, Resource], None]
"""Told about a resource after the fact."""

type OperationObserver = Callable[[Cloud, Operation], None]
"""Told about an operation that has ended, good or bad."""

type Control = Callable[[Cloud, JsonObject], object]
"""Answers a control route with JSON. Raises ValueError naming field, value and fix."""

log = logging.getLogger("local.emulator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """What a provider does in the cloud without being asked by a request.

    Attributes:
        continuations: name -> step; names are global, so begin them with the provider's word (`compute.vm_written`).
        durations: kind of work -> duration.
        deletion_guards: resource type -> what may forbid deleting such a resource (also when its group is deleted).
        deletion_observers: resource type -> what follows from the deletion of such a resource.
        operation_observers: who is told of every operation that ends.
        switches: name -> allowed values, the default first: behaviour of the real service that nobody has recorded.
            Read with `cloud.switch(name)`, set through `POST /_emulator/settings`.
        controls: method and path below `/_emulator` -> what answers there: how tests and people bring about what no
            request of a tenant can. A world may use the POST ones.
    """

    continuations: Mapping[str, Continuation] = field(default_factory=dict)
    durations: Mapping[str, Duration] = field(default_factory=dict)
    deletion_guards: Mapping[str, Guard] = field(default_factory=dict)
    deletion_observers: Mapping[str, Observer] = field(default_factory=dict)
    operation_observers: tuple[OperationObserver, ...] = ()
    switches: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    controls: Mapping[tuple[str, str], Control] = field(default_factory=dict)


class Cloud:
    """Everything a handler may need.

    Attributes:
        resource_manager: what answers requests.
        tenant: the tenant id.
        controls: the providers' control routes.
        environment, clock, pace, timeline, store, operations, events, outbox, request_log, throttle, faults,
            authorizations: see their modules.
    """

    def __init__(
        self,
        resource_manager: "ResourceApi[Cloud]",
        hooks: Sequence[Hooks],
        pace: PaceMode,
    ) -> None:
        self.resource_manager = resource_manager
        self.tenant = TENANT
        self._leaving: ResourceId | None = None
        self.clock = Clock()
        self.pace = Pace(mode=pace, durations=_together([one.durations for one in hooks]))
        switches = _together([SWITCHES, signatures.SWITCHES, *(one.switches for one in hooks)])
        self.environment = Environment(self.clock, self.pace, switches)
        self.timeline = Timeline(self.clock, self._run)
        self.store = Store()
        self.events = Events(self.clock)
        self.outbox = Outbox()
        self.operations = Operations(self.clock, self.pace, self.timeline, self._operation_ended)
        self.request_log = RequestLog()
        self.throttle = Throttle(self.clock, lambda: self.switch(SWITCH) == "on")
        self.faults = Faults()
        self.authorizations = Authorizations()
        self.controls: Mapping[tuple[str, str], Control] = _together([one.controls for one in hooks])
        self._continuations: Mapping[str, Continuation] = _together([one.continuations for one in hooks])
        self._deletion_guards = _by_type([one.deletion_guards for one in hooks])
        self._deletion_observers = _by_type([one.deletion_observers for one in hooks])
        self._operation_observers = [observe for one in hooks for observe in one.operation_observers]

    @property
    def persistent_parts(self) -> tuple[PersistentPart, ...]:
        """What outlives the process when a state file is kept, in the order in which it is to be restored."""
        return (self.environment, self.store, self.operations, self.timeline, self.outbox)

    @property
    def subscriptions(self) -> Mapping[str, str]:
        """Subscription id -> display name."""
        return self.environment.subscriptions

    def switch(self, name: str) -> str:
        """Return the present value of a named switch."""
        return self.environment.switch(name)

    def write(self, resource_id: ResourceId, body: JsonObject, private: JsonObject | None = None) -> Resource:
        """Keep `body` as the resource `resource_id`; casing, creation time and private facts of an earlier one stay.

        `id`, `name` and `type` are set here; publishes nothing (`resource_manager` does, when the request has ended).
        """
        now = timestamp(self.clock.now())
        present = self.store.find(resource_id)
        own = present.id if present else resource_id
        whole = {"id": own.text, "name": own.name, "type": own.type, **body}
        whole |= {"id": own.text, "name": own.name, "type": own.type}
        if present is None:
            return self.store.put(Resource(id=own, body=whole, private=private or {}, created=now, changed=now))
        present.body, present.changed = whole, now
        present.private |= private or {}
        return self.store.put(present)

    def delete(self, resource_id: ResourceId) -> list[Resource]:
        """Remove a resource and what is below it, and let the providers draw their conclusions. Publishes nothing."""
        gone = self.store.remove(resource_id)
        for resource in gone:
            for observe in self._deletion_observers.get(resource.id.type.lower(), ()):
                observe(self, resource)
        return gone

    def check_deletable(self, scope: ResourceId) -> None:
        """Ask every provider whether everything at or below `scope` may go.

        Raises:
            ArmError: what the first provider that refuses says.
        """
        self._leaving = scope
        try:
            for resource in self.store.under(scope):
                for guard in self._deletion_guards.get(resource.id.type.lower(), ()):
                    guard(self, resource)
        finally:
            self._leaving = None

    def is_leaving(self, resource_id: ResourceId) -> bool:
        """Say whether a resource is gone or about to be: deleted itself, or with its parent or its group.

        For guards: what leaves together does not hold itself back.
        """
        if self.store.find(resource_id) is None or (self._leaving and self._leaving.contains(resource_id)):
            return True
        above = [resource_id, resource_id.group_id] if resource_id.group else [resource_id]
        found = (self.store.find(scope) for scope in above)
        return any(scope is not None and scope.properties.get("provisioningState") == "Deleting" for scope in found)

    def resource(self, resource_id: ResourceId) -> Resource:
        """Return the resource with this id.

        Raises:
            ArmError: 404 ResourceNotFound.
        """
        found = self.store.find(resource_id)
        if found is None:
            raise errors.resource_not_found(resource_id)
        return found

    def _run(self, name: str, arguments: JsonObject) -> None:
        """Run a step. A defect in one stops neither time nor whoever waits for the operation that it names."""
        try:
            self._step(name, arguments)
        except Exception:
            log.exception("the step %s could not be carried out", arguments["then"] if name == COMPLETE else name)
            operation = self.operations.find(arguments.get("operation", ""))
            if operation is not None:
                self.operations.finish(operation, errors.internal_error())

    def _step(self, name: str, arguments: JsonObject) -> None:
        if name != COMPLETE:
            self._continuations[name](self, arguments)
            return
        operation = self.operations.find(arguments["operation"])
        if operation is None or operation.done:
            return
        try:
            self._continuations[arguments["then"]](self, arguments["arguments"])
        except ArmError as error:
            self.operations.finish(operation, error)
        else:
            self.operations.finish(operation)

    def _operation_ended(self, operation: Operation) -> None:
        for observe in self._operation_observers:
            try:
                observe(self, operation)
            except Exception:
                log.exception("the end of the operation %s could not be observed", operation.kind)
        if operation.announcement is None:
            return
        outcome = OUTCOMES[operation.status]
        event = ResourceEvent(**operation.announcement)
        self.events.publish(replace(event, outcome=outcome, at=timestamp(self.clock.now())))

    def clear(self) -> None:
        """Forget everything that happened; providers, pace and subscribers stay."""
        for part in (self.store, self.operations, self.timeline, self.events, self.outbox):
            part.clear()
        self.request_log.clear()
        self.throttle.clear()
        self.faults.clear()
        self.authorizations.clear()
        self.environment.clear()


def _together[K, T](tables: Sequence[Mapping[K, T]]) -> dict[K, T]:
    whole: dict[K, T] = {}
    for table in tables:
        if doubled := whole.keys() & table.keys():
            raise ValueError(f"declared by two providers: {', '.join(sorted(map(str, doubled)))}")
        whole |= table
    return whole


def _by_type[T](tables: Sequence[Mapping[str, T]]) -> Mapping[str, Sequence[T]]:
    found: defaultdict[str, list[T]] = defaultdict(list)
    for table in tables:
        for kind, hook in table.items():
            found[kind.lower()].append(hook)
    return found
