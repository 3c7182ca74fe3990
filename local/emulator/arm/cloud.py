"""The emulated Azure as one object: what exists, what is under way, what time it is, who is told."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from local.emulator.arm import errors
from local.emulator.arm.clock import Clock
from local.emulator.arm.errors import ArmError
from local.emulator.arm.events import Events, ResourceEvent
from local.emulator.arm.faults import Faults
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.operations import COMPLETE, Operation, Operations, OperationStatus
from local.emulator.arm.outbox import Outbox
from local.emulator.arm.pace import Pace, PaceMode
from local.emulator.arm.provider import Continuation, Provider
from local.emulator.arm.recorded import RecordedPart, Touches
from local.emulator.arm.request_log import RequestLog
from local.emulator.arm.router import Router
from local.emulator.arm.store import Resource, Store
from local.emulator.arm.throttle import SWITCHES, Throttle
from local.emulator.arm.timeline import Timeline
from local.emulator.arm.wire import JsonObject, timestamp

OUTCOMES: Mapping[OperationStatus, str] = {
    OperationStatus.SUCCEEDED: "Success",
    OperationStatus.FAILED: "Failure",
    OperationStatus.CANCELED: "Cancel",
}
"""How an operation ended -> the last word of its event's type."""

DEFAULT_TENANT = "7a3c1b52-0d64-4f0e-9a37-5c9b7ed2f6a1"

log = logging.getLogger("local.emulator")


class Cloud:
    """Everything a handler may need. Its own settings are a recorded part of one document.

    Attributes:
        providers: the resource providers of this Azure.
        router: their routes.
        tenant: the tenant id.
        subscriptions: subscription id -> display name.
        settings: the switches that were set (see `Provider.switches`).
        known_settings: every switch with its allowed values, the default first.
        clock, pace, timeline, store, operations, events, outbox, request_log, throttle, faults: see their modules.
    """

    collection = "surroundings"

    def __init__(self, providers: Sequence[Provider], pace: PaceMode, tenant: str = DEFAULT_TENANT) -> None:
        self.providers = tuple(providers)
        self.router = Router(chain.from_iterable(provider.routes for provider in self.providers))
        self.tenant = tenant
        self._leaving: ResourceId | None = None
        self.touches = Touches()
        self.subscriptions: dict[str, str] = {}
        self.settings: dict[str, str] = {}
        self.clock = Clock()
        self.pace = Pace(mode=pace, durations=_together([provider.durations for provider in self.providers]))
        self.timeline = Timeline(self.clock, self._run)
        self.store = Store()
        self.events = Events(self.clock)
        self.outbox = Outbox()
        self.operations = Operations(self.clock, self.pace, self.timeline, self._operation_ended)
        self.request_log = RequestLog()
        self.throttle = Throttle(self)
        self.faults = Faults()
        self.known_settings: Mapping[str, tuple[str, ...]] = _together(
            [SWITCHES, *(provider.switches for provider in self.providers)]
        )
        self._continuations: Mapping[str, Continuation] = _together(
            [provider.continuations for provider in self.providers]
        )

    @property
    def recorded_parts(self) -> tuple[RecordedPart, ...]:
        """What outlives the process when a state file is kept, in the order in which it is to be restored."""
        return (self, self.store, self.operations, self.timeline, self.outbox)

    def changed(self) -> None:
        """Note that the clock, a pace, a switch or a subscription was changed."""
        self.touches.note(self.collection)

    def document(self, _key: str) -> JsonObject:
        """Return clock, paces, switches and subscriptions as JSON. The mode of the pace is chosen at each start."""
        return {
            "clock_offset_s": self.clock.offset_s,
            "durations": self.pace.overrides,
            "settings": self.settings,
            "subscriptions": self.subscriptions,
        }

    def restore(self, _key: str, document: JsonObject) -> None:
        """Take back what `document` returned."""
        self.clock.advance(max(document["clock_offset_s"] - self.clock.offset_s, 0))
        self.pace.overrides |= document["durations"]
        self.settings |= document["settings"]
        self.subscriptions = document["subscriptions"]

    def write(self, resource_id: ResourceId, body: JsonObject, private: JsonObject | None = None) -> Resource:
        """Keep `body` as the resource `resource_id`; casing, creation time and private facts of an earlier one stay.

        `id`, `name` and `type` are set here; publishes nothing (the front door does, when the request has ended).
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
        return present

    def delete(self, resource_id: ResourceId) -> list[Resource]:
        """Remove a resource and what is below it, and let the providers draw their conclusions. Publishes nothing."""
        gone = self.store.remove(resource_id)
        for resource in gone:
            for provider in self.providers:
                if observe := _for_type(provider.deletion_observers, resource):
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
                for provider in self.providers:
                    if guard := _for_type(provider.deletion_guards, resource):
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

    def switch(self, name: str) -> str:
        """Return the present value of a named switch."""
        return self.settings.get(name, self.known_settings[name][0])

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
        for provider in self.providers:
            for observe in provider.operation_observers:
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
        self.settings.clear()
        self.pace.overrides.clear()
        self.changed()


def _together[T](tables: Sequence[Mapping[str, T]]) -> dict[str, T]:
    whole: dict[str, T] = {}
    for table in tables:
        if doubled := whole.keys() & table.keys():
            raise ValueError(f"declared by two providers: {', '.join(sorted(doubled))}")
        whole |= table
    return whole


def _for_type[T](table: Mapping[str, T], resource: Resource) -> T | None:
    kind = resource.id.type.lower()
    return next((value for name, value in table.items() if name.lower() == kind), None)
