"""Entity locks and entity lifetimes as Durable Functions has them."""

import itertools
from collections import OrderedDict, defaultdict
from datetime import UTC
from math import inf
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
import grpc  # type: ignore[import-untyped,unused-ignore]
from durabletask.testing.in_memory_backend import (
    EntityState,
    InMemoryOrchestrationBackend,
    OrchestrationInstance,
    PendingLockRequest,
)


class Entities(InMemoryOrchestrationBackend):
    """Isolates critical sections, and removes entities that have no state left.

    The in-memory engine keeps two lockers apart but lets everybody else operate on a locked entity. In Durable
    Functions a lock waits for the operations that came before it, and those that come after it wait for its release.
    """

    def __init__(self, max_history_size: int = 10_000, port: int = 0) -> None:
        """A hub without entities."""
        super().__init__(max_history_size=max_history_size, port=port)
        # The engine looks through all entities for the one whose batch has ended: see `CompleteEntityTask`.
        self._entities: OrderedDict[str, EntityState] = OrderedDict()
        self._owners: dict[str, OrchestrationInstance] = {}
        self._arrivals = itertools.count()
        self._requested: dict[str, int] = {}
        self._held_back: defaultdict[str, list[tuple[int, pb.HistoryEvent]]] = defaultdict(list)

    # Operations.

    def SignalEntity(self, request: pb.SignalEntityRequest, context: Any) -> pb.SignalEntityResponse:  # noqa: N802, ARG002 - the engine's own signature
        """Queue a signal, now or at its time; on a locked entity it waits for the lock's release."""
        due = request.scheduledTime.ToDatetime(tzinfo=UTC) if request.HasField("scheduledTime") else None
        with self._lock:
            self._signal_entity_internal(request.instanceId, request.name, request.input.value, scheduled_time=due)
        return pb.SignalEntityResponse()

    def _queue_entity_operation(self, entity_id: str, event: pb.HistoryEvent) -> None:
        if self._is_closed_to(_caller(event), entity_id):
            self._held_back[entity_id].append((next(self._arrivals), event))
        else:
            super()._queue_entity_operation(entity_id, event)

    def _is_closed_to(self, caller: str | None, entity_id: str) -> bool:
        entity = self._entities.get(entity_id)
        if entity is not None and entity.locked_by is not None:
            return self._owners[entity.locked_by].instance_id != caller
        return self._next_lock(entity_id) < inf

    def _next_lock(self, entity_id: str) -> float:
        """The arrival of the lock that only waits until the entities are idle; infinite if there is none."""
        waiting = [request for request in self._pending_lock_requests if entity_id in request.lock_set]
        arrivals = [
            self._requested[one.critical_section_id] for one in waiting if super(Entities, self)._can_grant_lock(one)
        ]
        return min(arrivals, default=inf)

    def GetEntity(self, request: pb.GetEntityRequest, context: Any) -> pb.GetEntityResponse:  # noqa: N802
        """An entity's state; one that has none does not exist, even while its first operation waits."""
        with self._lock:
            entity = self._entities.get(request.instanceId)
            if entity is None or entity.serialized_state is None:
                return pb.GetEntityResponse(exists=False)
            return super().GetEntity(request, context)

    def QueryEntities(self, request: pb.QueryEntitiesRequest, context: Any) -> pb.QueryEntitiesResponse:  # noqa: N802
        """A page of entities in the order of their ids; `includeTransient` means those without state, too.

        The next page begins after the last id of this one, so that nothing is passed over when entities come and go
        between two pages.
        """
        query = request.query
        answer = pb.QueryEntitiesResponse()
        with self._lock:
            found = sorted(one.instance_id for one in self._entities.values() if _is_wanted(one, query))
            page = found[: query.pageSize.value or len(found)]
            for name in page:
                known = super().GetEntity(
                    pb.GetEntityRequest(instanceId=name, includeState=query.includeState), context
                )
                answer.entities.append(known.entity)
        if len(page) < len(found):
            answer.continuationToken.value = page[-1]
        return answer

    def CompleteEntityTask(self, request: pb.EntityBatchResult, context: Any) -> pb.CompleteTaskResponse:  # noqa: N802
        """Take a batch's results; an entity that was left without state does not exist any more."""
        with self._lock:
            working = [self._entities[name] for name in self._entity_in_flight if name in self._entities]
            entity = next((one for one in working if str(one.completion_token) == request.completionToken), None)
            if entity is not None:
                self._entities.move_to_end(entity.instance_id, last=False)
            answer = super().CompleteEntityTask(request, context)
            if self._pending_lock_requests:
                self._try_grant_pending_locks()
            if entity is not None and _is_nothing(entity):
                del self._entities[entity.instance_id]
        return answer

    # Locks.

    def _try_grant_lock(self, pending: PendingLockRequest) -> bool:
        self._requested[pending.critical_section_id] = next(self._arrivals)
        return super()._try_grant_lock(pending)

    def _can_grant_lock(self, pending: PendingLockRequest) -> bool:
        return super()._can_grant_lock(pending) and not any(self._is_busy(name) for name in pending.lock_set)

    def _is_busy(self, entity_id: str) -> bool:
        entity = self._entities.get(entity_id)
        return entity_id in self._entity_in_flight or (entity is not None and bool(entity.pending_operations))

    def _grant_lock(self, pending: PendingLockRequest) -> None:
        del self._requested[pending.critical_section_id]
        owner = self._instances.get(pending.parent_instance_id)
        if owner is not None and not self._is_terminal_status(owner.status):
            self._owners[pending.critical_section_id] = owner
            super()._grant_lock(pending)

    def _try_grant_pending_locks(self) -> None:
        self._readmit()
        super()._try_grant_pending_locks()  # type: ignore[no-untyped-call]
        # Requests of orchestrations that are over are gone now, and so is what waited behind them.
        self._readmit()
        live = {entity.locked_by for entity in self._entities.values()}
        self._owners = {section: owner for section, owner in self._owners.items() if section in live}

    def _readmit(self) -> None:
        for entity_id in list(self._held_back):
            entity = self._entities.get(entity_id)
            if entity is not None and entity.locked_by is not None:
                continue
            barrier = self._next_lock(entity_id)
            held = self._held_back.pop(entity_id)
            if later := [(arrival, event) for arrival, event in held if arrival > barrier]:
                self._held_back[entity_id] = later
            for arrival, event in held:
                if arrival < barrier:
                    super()._queue_entity_operation(entity_id, event)

    def CleanEntityStorage(self, request: pb.CleanEntityStorageRequest, context: Any) -> pb.CleanEntityStorageResponse:  # noqa: N802, ARG002 - the engine's own signature
        """Not served: the engine takes a lock's own id for its orchestration's, and would release every lock."""
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "Entity storage is not cleaned here: nothing is left in it.")
        return pb.CleanEntityStorageResponse()


def _caller(event: pb.HistoryEvent) -> str | None:
    """The orchestration that waits for this operation; signals have none."""
    if event.HasField("entityOperationCalled"):
        return str(event.entityOperationCalled.parentInstanceId.value)
    return None


def _is_wanted(entity: EntityState, query: pb.EntityQuery) -> bool:
    changed = entity.last_modified_at
    return (
        entity.instance_id.startswith(query.instanceIdStartsWith.value)
        and entity.instance_id > query.continuationToken.value
        and (query.includeTransient or entity.serialized_state is not None)
        and (not query.HasField("lastModifiedFrom") or changed >= query.lastModifiedFrom.ToDatetime(UTC))
        and (not query.HasField("lastModifiedTo") or changed < query.lastModifiedTo.ToDatetime(UTC))
    )


def _is_nothing(entity: EntityState) -> bool:
    return entity.serialized_state is None and not entity.pending_operations and entity.locked_by is None
