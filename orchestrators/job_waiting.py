"""How a run waits for a job of a vault: it is told by one who follows the jobs of all, or asks by itself when alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from durabletask.entities import EntityInstanceId
from durabletask.task import OrchestrationContext, Task, when_any

from asr.codec import decode, encode_compact
from asr.model.step import Operation
from asr.planning.job_waiters import Ask, event_of
from asr.planning.naming import digest
from orchestrators.steps import Call, Recipe, StepFailed, ensure_one, sleep

LONGEST_SILENCE = timedelta(minutes=5)
"""The most that a run waits to be told before it makes sure that somebody still follows the jobs."""

LOST_STEPS = 1.5
"""A step takes its time at most: who waits for longer is over."""


def ensure_told(
    ctx: OrchestrationContext, call: Call, pacing: Mapping[str, float], *, last: bool = False
) -> Recipe[dict[str, Any]]:
    """As `ensure_one`, for a step that begins a job which many runs may wait for at once. See ADR 0021.

    After the `last` one the run needs its documents no more. Who tells it that the job has succeeded deletes them, too,
    which spares the run a step; the answer then says `forgotten`.

    Raises:
        StepFailed: as `ensure_one`.
    """
    waiting = JobWaiting(pacing, last)
    try:
        answer = yield from ensure_one(ctx, call, pacing, waiting.rest)
    except StepFailed:
        waiting.leave(ctx)
        raise
    waiting.leave(ctx)
    return {**answer, "forgotten": waiting.forgotten}


@dataclass(slots=True)
class JobWaiting:
    """How one run waits for the job of one step.

    A job that is said to have succeeded is not asked about any more. About every other end, and whenever nobody tells,
    the run asks its own operation, as it would without the others.
    """

    pacing: Mapping[str, float]
    last: bool = False
    forgotten: bool = False
    _operation: Operation | None = None
    _told: bool = False
    _event: Task[Any] | None = None

    def rest(
        self, ctx: OrchestrationContext, pending: Mapping[str, Call], pause: timedelta, until: datetime
    ) -> Recipe[frozenset[str]]:
        """Wait until the run is told, or has to ask by itself: a `Rest` for one call."""
        ((key, call),) = pending.items()
        operation = decode(Operation, call.operation) if call.operation else None
        if operation is None or operation.job is None or call.since is None:
            return (yield from sleep(ctx, pending, pause, until))
        if self._operation is None or _name(self._operation) != _name(operation):
            self.leave(ctx)
            self._operation, self._event = operation, None
            yield from self._join(ctx, operation, call.since, again=False)
        while True:
            longest = self._silence(until - ctx.current_utc_datetime, pause) if self._told else pause
            event = yield from self._wait(ctx, operation, longest)
            if event is not None:
                self._told = False
                if not event.get("succeeded"):
                    return frozenset()
                self._operation = None  # who told it also told the entity
                self.forgotten = bool(event.get("forgotten"))
                return frozenset({key})
            asks = not self._told or (yield from self._join(ctx, operation, call.since, again=True))
            if asks or ctx.current_utc_datetime >= until:
                return frozenset()

    def leave(self, ctx: OrchestrationContext) -> None:
        """The step is over: nobody has to tell the run."""
        if self._operation is not None:
            said = {"run": ctx.instance_id, "job": _name(self._operation)}
            ctx.signal_entity(_entity(self._operation), "leave", said)

    def _silence(self, left: timedelta, pause: timedelta) -> timedelta:
        """How long a run waits to be told before it makes sure that somebody still follows the jobs."""
        return min(LONGEST_SILENCE, timedelta(minutes=self.pacing["step_minutes"] / 4), max(left, pause))

    def _join(self, ctx: OrchestrationContext, operation: Operation, since: float, *, again: bool) -> Recipe[bool]:
        """Say that the run waits; whether it has to ask by itself now."""
        ask = Ask(
            run=ctx.instance_id,
            vault=operation.vault or "",
            job=_name(operation),
            since=since,
            now=round(ctx.current_utc_datetime.replace(tzinfo=UTC).timestamp(), 3),
            lost_minutes=self.pacing["step_minutes"] * LOST_STEPS,
            again=again,
            last=self.last,
        )
        about = {"ask": encode_compact(ask), "pacing": self.pacing, "seconds": operation.after_seconds}
        answer = yield ctx.call_entity(_entity(operation), "wait", about)
        self._told = answer["told"]
        return bool(answer.get("ask")) or not self._told

    def _wait(
        self, ctx: OrchestrationContext, operation: Operation, longest: timedelta
    ) -> Recipe[dict[str, Any] | None]:
        """What the run is told, or None after so long."""
        self._event = self._event or ctx.wait_for_external_event(event_of(_name(operation)))
        if not self._event.is_complete:
            yield when_any([self._event, ctx.create_timer(longest)])
        if not self._event.is_complete:
            return None
        event: dict[str, Any] = self._event.get_result()
        self._event = None
        return event


def _entity(operation: Operation) -> EntityInstanceId:
    return EntityInstanceId("JobWaiters", digest(operation.vault or "", 24))


def _name(operation: Operation) -> str:
    return (operation.job or "").rpartition("/")[2].lower()
