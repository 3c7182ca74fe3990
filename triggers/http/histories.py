"""Reads a run from the task hub: its state, and its steps out of its history."""

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from azure.durable_functions import DurableFunctionsClient
from durabletask import history
from durabletask.client import OrchestrationQuery, OrchestrationState
from pydantic import ValidationError

from asr.codec import decode
from asr.model.audit import AuditRecord
from asr.model.run import KINDS, Cause, RequestedBy, RunEntry, RunRequest, VmState
from asr.planning.naming import vm_key
from asr.planning.run_index import codes_of, entry_of
from asr.reporting.answers.protections import Run
from asr.reporting.history import Called
from asr.reporting.history import run as run_of
from triggers.asking import ENDED

_RECIPES = frozenset(kind.orchestrator for kind in KINDS.values())
"""The orchestrators whose instances are runs of VMs."""


async def find_entries(
    client: DurableFunctionsClient, vm_id: str, state: VmState | None, limit: int
) -> tuple[int, tuple[RunEntry, ...]]:
    """How many runs a VM has had, and the entries of the latest, newest first.

    The index tells of the latest; what it has let go, or was forgotten with its VM, is told by the task hub.
    """
    index = state.runs if state else ()
    before = datetime.fromisoformat(index[0].first) if index else None
    query = OrchestrationQuery(created_time_to=before, instance_id_prefix=f"{vm_key(vm_id)}-")
    indexed = {entry.run for entry in index}
    found = [
        instance
        for instance in await client.get_all_orchestration_states(query)
        if instance.name in _RECIPES and instance.instance_id not in indexed
    ]
    total = max(state.count if state else 0, len(found) + sum(entry.count for entry in index))
    found.sort(key=lambda instance: instance.created_at, reverse=True)
    older = [
        _entry(instance)
        for one in found[: max(0, limit - len(index))]
        if (instance := await client.get_orchestration_state(one.instance_id)) is not None
    ]
    return total, (*reversed(index), *older)[:limit]


async def outcomes_of(client: DurableFunctionsClient, runs: Collection[str], seconds: float) -> dict[str, Any]:
    """The outputs of those runs that end within this time; a run that waits in a queue does not exist yet."""
    deadline = asyncio.get_running_loop().time() + seconds
    pause = 0.1
    ended: dict[str, Any] = {}
    while True:
        for run in [run for run in runs if run not in ended]:
            state = await client.get_orchestration_state(run)
            if state is not None and state.runtime_status in ENDED:
                ended[run] = state.get_output()
        left = deadline - asyncio.get_running_loop().time()
        if len(ended) == len(runs) or left <= 0:
            return ended
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 1.5, 1.0)


async def read_run(client: DurableFunctionsClient, entry: RunEntry, tag_prefix: str, *, with_steps: bool = True) -> Run:
    """One run; of one whose instance was purged, what the index still tells."""
    run_id = entry.run
    state = await client.get_orchestration_state(run_id)
    if state is None:
        return run_of(entry, "PURGED", None, None, [], None, tag_prefix)
    calls = calls_of(await client.get_orchestration_history(run_id)) if with_steps else []
    asked = _request(state)
    return run_of(
        replace(entry, choices=asked.choices) if asked else entry,
        status=state.runtime_status.name,
        times=(utc(state.created_at), utc(state.last_updated_at)),
        outcome=state.get_output(),
        calls=calls,
        custom_status=state.get_custom_status(),
        tag_prefix=tag_prefix,
    )


def _entry(state: OrchestrationState) -> RunEntry:
    """A run's line of the index, made anew from its input and output."""
    began, ended = utc(state.created_at).isoformat(), utc(state.last_updated_at).isoformat()
    request, outcome = _request(state), state.get_output()
    if request is None:
        return RunEntry(state.instance_id, "unknown", Cause.HTTP, RequestedBy("unknown", verified=False), began, ended)
    said = outcome if isinstance(outcome, dict) else {}
    entry = entry_of(state.instance_id, request, began)
    return replace(entry, last=ended, state=said.get("state"), codes=codes_of(said))


def record_of(state: OrchestrationState) -> AuditRecord | None:
    """The trail's record of a run of a VM; None of any other instance."""
    request = _request(state)
    if request is None or state.name not in _RECIPES:
        return None
    entry = _entry(state)
    if state.runtime_status not in ENDED:
        entry = replace(entry, state=None)
    elif entry.state is None:
        entry = replace(entry, state=state.runtime_status.name.lower())
    return AuditRecord(request.vm_id, entry)


def _request(state: OrchestrationState) -> RunRequest | None:
    """What the run was asked for; None when it was started by other hands, with another input."""
    given = state.get_input()
    try:
        return decode(RunRequest, {name: value for name, value in given.items() if name != "vm_key"})
    except (AttributeError, ValidationError):
        return None


def kind_of(state: OrchestrationState) -> str | None:
    """What kind of run it is; None of what is no run of a VM."""
    request = _request(state)
    return request.kind if request is not None and state.name in _RECIPES else None


def utc(time: datetime) -> datetime:
    """The task hub tells times in UTC; some of its versions leave the zone out."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def calls_of(events: Iterable[history.HistoryEvent]) -> list[Called]:
    """The activity calls in a history, each with its answer or fault."""
    scheduled: dict[int, history.TaskScheduledEvent] = {}
    ends: dict[int, history.TaskCompletedEvent | history.TaskFailedEvent] = {}
    for event in events:
        if isinstance(event, history.TaskScheduledEvent):
            scheduled[event.event_id] = event
        elif isinstance(event, history.TaskCompletedEvent | history.TaskFailedEvent):
            ends[event.task_scheduled_id] = event
    return [_called(event, ends.get(event_id)) for event_id, event in scheduled.items()]


def _called(
    event: history.TaskScheduledEvent, end: history.TaskCompletedEvent | history.TaskFailedEvent | None
) -> Called:
    fault = None
    if isinstance(end, history.TaskFailedEvent):
        fault = end.failure_details.message if end.failure_details else "unknown fault"
    return Called(
        activity=event.name,
        request=_object(event.input),
        started=event.timestamp,
        ended=end.timestamp if end else None,
        answer=_object(end.result) if isinstance(end, history.TaskCompletedEvent) else None,
        fault=fault,
    )


def _object(text: str | None) -> Mapping[str, Any]:
    value = json.loads(text) if text else {}
    return value if isinstance(value, dict) else {}
