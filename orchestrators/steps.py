"""How an orchestrator waits: an operation that a step has begun is polled after durable timers until it has ended."""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from durabletask.task import OrchestrationContext, RetryPolicy, Task, TaskFailedError

from asr.codec import decode, encode
from asr.model.outcome import Reason
from asr.model.step import Failed
from asr.planning.outcomes import not_finished, operation_runs, transient_fault_persisted

LONGEST_RETRY_PAUSE = timedelta(minutes=5)
"""Back-off stops growing here: a throttled hour passes, yet an operator sees a try every few minutes."""

SHORTEST_PAUSE = timedelta(seconds=0.05)
"""The least pause between two polls, however soon Azure says to come back: anything less is a busy loop."""

PROMPT_ROUNDS, GROWTH, MOST_PATIENCE = 2, 1.5, 4.0
"""After so many rounds at Azure's pace each pause is longer than the one before, up to so many times what Azure asks.

What takes long is then noticed a little later, and a run that waits for minutes has a short history.
"""

EAGER_ROUNDS = 60
"""Rounds of polls that may follow each other as soon as Azure says; after that the app's own interval is the least.

So a run that waits for hours has a history of hundreds of events, not of thousands.
"""

type Recipe[T] = Generator[Task[Any], Any, T]


ENDED: Mapping[str, Any] = {"status": "ended"}
"""The answer about an operation that has succeeded."""


@dataclass(frozen=True, slots=True)
class Call:
    """One activity with its input. `operation` is what it has begun in Azure, as JSON values; None: nothing runs.

    `made` is the step's answer if that succeeds, `since` when it began, in seconds since 1970.
    """

    activity: str
    request: dict[str, Any]
    operation: dict[str, Any] | None = None
    made: dict[str, Any] | None = None
    since: float | None = None

    def after(self, answer: Mapping[str, Any]) -> "Call":
        """What to call next: while an operation runs it is polled, once it has ended, its activity is called again."""
        match answer["status"]:
            case "ended":
                ended = {"began": True, "failure": answer.get("reason")}
                return Call(self.activity, {**self.request, **ended})
            case "wait" if self.operation is None:
                operation, made, since = (answer.get(name) for name in ("operation", "made", "since"))
                return replace(self, operation=operation, made=made, since=since)
        return self

    def ready(self) -> dict[str, Any]:
        """The step's answer, now that its operation has succeeded."""
        return {**(self.made or {}), "status": "ready"}

    def is_made(self, answer: Mapping[str, Any]) -> bool:
        """Whether this answer about its operation makes the step ready, without another call."""
        ended_well = answer["status"] == "ended" and not answer.get("reason") and not answer.get("is_lost")
        return ended_well and self.made is not None


type Rest = Callable[[OrchestrationContext, Mapping[str, Call], timedelta, datetime], Recipe[frozenset[str]]]
"""How to wait between two rounds: for which calls, how long as a rule, and until when at most.

The answer names the calls whose operation is known to have succeeded: they are not polled.
"""


def sleep(ctx: OrchestrationContext, _: Mapping[str, Call], pause: timedelta, __: datetime) -> Recipe[frozenset[str]]:
    """Wait for the pause, and know nothing after it."""
    yield ctx.create_timer(pause)
    return frozenset()


class StepFailed(Exception):
    """A step will not succeed by being called again; `reasons` become the run's outcome.

    `key` is the step's own, `ready` are the answers of the steps beside it that are ready, by their keys.
    """

    def __init__(self, key: str, step: str, reasons: tuple[Reason, ...], ready: Mapping[str, dict[str, Any]]) -> None:
        self.key = key
        self.step = step
        self.reasons = reasons
        self.ready = ready
        super().__init__(f"{step}: {', '.join(reason.code for reason in reasons)}")


def retry_policy(pacing: Mapping[str, float]) -> RetryPolicy:
    """Retries for what a retry can cure. Activities raise for nothing else: all that is expected is a value.

    Pauses that Azure asks for (Retry-After) are not made here: the activity answers `wait` with them.
    """
    return RetryPolicy(
        first_retry_interval=timedelta(seconds=pacing["retry_seconds"]),
        max_number_of_attempts=int(pacing["retry_attempts"]),
        backoff_coefficient=2.0,
        max_retry_interval=LONGEST_RETRY_PAUSE,
    )


def ensure_one(
    ctx: OrchestrationContext, call: Call, pacing: Mapping[str, float], rest: Rest = sleep
) -> Recipe[dict[str, Any]]:
    """Call one step until it is ready; see `ensure_all`."""
    answers = yield from ensure_all(ctx, {call.activity: call}, pacing, rest)
    return answers[call.activity]


def ensure_all(
    ctx: OrchestrationContext, calls: Mapping[str, Call], pacing: Mapping[str, float], rest: Rest = sleep
) -> Recipe[dict[str, dict[str, Any]]]:
    """Call steps side by side until each is ready; between rounds wait as long as the most patient one asks.

    One that fails does not end the others: what they have begun in Azure is followed to its end. An operation that has
    succeeded is taken at its word where its activity has said what that makes.

    Raises:
        StepFailed: one of them failed, a transient fault outlived its retries, or Azure did not finish in time.
    """
    deadline = ctx.current_utc_datetime + timedelta(minutes=pacing["step_minutes"])
    ready: dict[str, dict[str, Any]] = {}
    failures: dict[str, tuple[Reason, ...]] = {}
    pending, known = dict(calls), frozenset[str]()
    for round_ in count(1):
        asked = {key: call for key, call in pending.items() if key not in known}
        answers = {key: dict(ENDED) for key in known} | (yield from _round(ctx, asked, pacing))
        answers |= {key: pending[key].ready() for key, answer in answers.items() if pending[key].is_made(answer)}
        ended = {key: pending[key].after(answer) for key, answer in answers.items() if answer["status"] == "ended"}
        pending |= ended
        answers |= yield from _round(ctx, ended, pacing)
        ready |= {key: answer for key, answer in answers.items() if answer["status"] == "ready"}
        failures |= {key: decode(Failed, one).reasons for key, one in answers.items() if one["status"] == "failed"}
        waiting = {key: answer for key, answer in answers.items() if answer["status"] == "wait"}
        pending = {key: pending[key].after(answer) for key, answer in waiting.items()}
        if not pending:
            break
        pause = _pause(waiting.values(), round_, pacing)
        if ctx.current_utc_datetime + pause > deadline:
            failures |= {
                key: (not_finished(call.activity, pacing["step_minutes"], _because(call, waiting[key])),)
                for key, call in pending.items()
            }
            break
        known = yield from rest(ctx, pending, pause, deadline)
    for key, call in calls.items():
        if key in failures:
            raise StepFailed(key, call.activity, failures[key], ready)
    return ready


def _because(call: Call, answer: Mapping[str, Any]) -> str:
    return operation_runs(call.operation) if call.operation else str(answer.get("because", ""))


def _pause(waiting: Iterable[Mapping[str, Any]], round_: int, pacing: Mapping[str, float]) -> timedelta:
    asked = timedelta(seconds=max(answer["after_seconds"] for answer in waiting))
    least = SHORTEST_PAUSE if round_ <= EAGER_ROUNDS else timedelta(seconds=pacing["poll_seconds"])
    patience = min(GROWTH ** max(round_ - PROMPT_ROUNDS, 0), MOST_PATIENCE)
    return max(asked * patience, least)


def _round(
    ctx: OrchestrationContext, pending: Mapping[str, Call], pacing: Mapping[str, float]
) -> Recipe[dict[str, dict[str, Any]]]:
    """The answer of each; a fault that outlived its retries is an answer, too."""
    policy = retry_policy(pacing)
    tasks: dict[str, Task[Any]] = {
        key: ctx.call_activity("poll_operation", input=call.operation, retry_policy=policy)
        if call.operation
        else ctx.call_activity(call.activity, input=call.request, retry_policy=policy)
        for key, call in pending.items()
    }
    answers: dict[str, dict[str, Any]] = {}
    for key, task in tasks.items():
        try:
            answers[key] = yield task
        except TaskFailedError as error:
            fault = transient_fault_persisted(pending[key].activity, error.details.message)
            answers[key] = encode(Failed((fault,)))
    return answers


def forget_documents(ctx: OrchestrationContext, pacing: Mapping[str, float]) -> Recipe[None]:
    """Delete the run's documents in the store; if that fails now, the sweep timer deletes them later."""
    with suppress(StepFailed):
        yield from ensure_one(ctx, Call("forget_run_plan", {"run": ctx.instance_id}), pacing)
