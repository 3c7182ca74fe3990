"""Reads a run from the task hub: its state, and its steps out of its history."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from azure.durable_functions import DurableFunctionsClient
from durabletask import history

from asr.reporting.history import Called
from asr.reporting.history import run as run_of


async def read_run(
    client: DurableFunctionsClient, run_id: str, cause: str, tag_prefix: str, *, with_steps: bool = True
) -> dict[str, Any] | None:
    """One run as JSON values; None when its instance was purged."""
    state = await client.get_orchestration_state(run_id)
    if state is None:
        return None
    calls = calls_of(await client.get_orchestration_history(run_id)) if with_steps else []
    shown = run_of(
        run_id=run_id,
        cause=cause,
        status=state.runtime_status.name,
        times=(_utc(state.created_at), _utc(state.last_updated_at)),
        outcome=state.get_output(),
        calls=calls,
        tag_prefix=tag_prefix,
    )
    return {**shown, "customStatus": state.get_custom_status()}


def _utc(time: datetime) -> datetime:
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
