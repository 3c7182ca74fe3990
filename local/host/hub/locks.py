"""Entity locks and entity lifetimes as Durable Functions has them."""

from collections import defaultdict
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend, PendingLockRequest


class EntityLocks(InMemoryOrchestrationBackend):
    """Holds back operations on a locked entity, and removes entities that have no state left.

    The in-memory engine keeps two lockers apart but lets everybody else operate on a locked entity; Durable
    Functions makes all but the lock's owner wait until the lock is released.
    """

    def __init__(self, max_history_size: int = 10_000, port: int = 0) -> None:
        """A hub without entities."""
        super().__init__(max_history_size=max_history_size, port=port)
        self._lock_owners: dict[str, str] = {}
        self._held_back: defaultdict[str, list[pb.HistoryEvent]] = defaultdict(list)

    def SignalEntity(self, request: pb.SignalEntityRequest, context: Any) -> pb.SignalEntityResponse:  # noqa: N802
        """Queue a signal; on a locked entity it waits for the lock's release."""
        with self._lock:
            answer = super().SignalEntity(request, context)
            self._hold_back(request.instanceId)
        return answer

    def _queue_entity_operation(self, entity_id: str, event: pb.HistoryEvent) -> None:
        super()._queue_entity_operation(entity_id, event)
        self._hold_back(entity_id)

    def _hold_back(self, entity_id: str) -> None:
        entity = self._entities.get(entity_id)
        if entity is None or entity.locked_by is None:
            return
        owner = self._lock_owners.get(entity.locked_by)
        allowed = [event for event in entity.pending_operations if _caller(event) == owner]
        self._held_back[entity_id] += [event for event in entity.pending_operations if _caller(event) != owner]
        entity.pending_operations[:] = allowed

    def _grant_lock(self, pending: PendingLockRequest) -> None:
        self._lock_owners[pending.critical_section_id] = pending.parent_instance_id
        super()._grant_lock(pending)

    def _try_grant_pending_locks(self) -> None:
        super()._try_grant_pending_locks()  # type: ignore[no-untyped-call]
        live = {entity.locked_by for entity in self._entities.values()}
        self._lock_owners = {section: owner for section, owner in self._lock_owners.items() if section in live}
        for entity_id in [name for name in self._held_back if self._entities[name].locked_by is None]:
            for event in self._held_back.pop(entity_id):
                self._queue_entity_operation(entity_id, event)

    def CleanEntityStorage(  # noqa: N802
        self, request: pb.CleanEntityStorageRequest, context: Any
    ) -> pb.CleanEntityStorageResponse:
        """Remove empty entities; release locks whose orchestration is over.

        The in-memory engine looks for an orchestration by the lock's own id and would release every lock there is.
        """
        released = 0
        with self._lock:
            if request.releaseOrphanedLocks:
                released = self._release_orphans()
                request.releaseOrphanedLocks = False
            answer = super().CleanEntityStorage(request, context)
        answer.orphanedLocksReleased = released
        return answer

    def _release_orphans(self) -> int:
        orphans = [
            entity for entity in self._entities.values() if entity.locked_by and self._is_orphan(entity.locked_by)
        ]
        for entity in orphans:
            entity.locked_by = None
        self._try_grant_pending_locks()
        return len(orphans)

    def _is_orphan(self, critical_section: str) -> bool:
        owner = self._instances.get(self._lock_owners.get(critical_section, ""))
        return owner is None or self._is_terminal_status(owner.status)

    def CompleteEntityTask(self, request: pb.EntityBatchResult, context: Any) -> pb.CompleteTaskResponse:  # noqa: N802
        """Take a batch's results; an entity that was left without state does not exist any more."""
        with self._lock:
            finished = [
                name
                for name, entity in self._entities.items()
                if str(entity.completion_token) == request.completionToken
            ]
            answer = super().CompleteEntityTask(request, context)
            for name in finished:
                entity = self._entities[name]
                if entity.serialized_state is None and not entity.pending_operations and entity.locked_by is None:
                    del self._entities[name]
        return answer


def _caller(event: pb.HistoryEvent) -> str | None:
    """The orchestration that waits for this operation; signals have none."""
    if event.HasField("entityOperationCalled"):
        return str(event.entityOperationCalled.parentInstanceId.value)
    return None
