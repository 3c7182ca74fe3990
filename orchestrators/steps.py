"""How an orchestrator waits: every step is called until it no longer answers `wait`, with durable timers between."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from durabletask.task import OrchestrationContext, RetryPolicy, Task, TaskFailedError, when_all

from asr.codec import decode, encode
from asr.model.outcome import Reason
from asr.planning.outcomes import transient_fault_persisted

LONGEST_RETRY_PAUSE = timedelta(minutes=5)
"""Back-off stops growing here: a throttled hour passes, yet an operator sees a try every few minutes."""

SHORTEST_PAUSE = timedelta(seconds=0.05)
"""However soon Azure says to come back, looking again at once would be a busy loop."""

MAX_ROUNDS = 2000
"""Rounds of waiting before a step counts as stuck: 16 hours at the 30 seconds that Site Recovery asks for."""

type Recipe[T] = Generator[Task[Any], Any, T]


@dataclass(frozen=True, slots=True)
class Call:
    """One activity and its input; the operation it waits for is added to the input as `operation`."""

    activity: str
    request: dict[str, Any]


class StepFailed(Exception):
    """A step will not succeed by being called again; `reason` becomes the run's outcome."""

    def __init__(self, step: str, reason: Reason) -> None:
        self.step = step
        self.reason = reason
        super().__init__(f"{step}: {reason.code}")


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


def ensure_one(ctx: OrchestrationContext, call: Call, pacing: Mapping[str, float]) -> Recipe[dict[str, Any]]:
    """Call one step until it is ready; see `ensure_all`."""
    answers = yield from ensure_all(ctx, {call.activity: call}, pacing)
    return answers[call.activity]


def ensure_all(
    ctx: OrchestrationContext, calls: Mapping[str, Call], pacing: Mapping[str, float]
) -> Recipe[dict[str, dict[str, Any]]]:
    """Call steps side by side until each is ready; between rounds wait as long as the most patient one asks.

    Raises:
        StepFailed: one of them failed, or a transient fault outlived its retries.
    """
    ready: dict[str, dict[str, Any]] = {}
    pending = dict(calls)
    for _ in range(MAX_ROUNDS):
        answers = yield from _round(ctx, pending, pacing)
        for key, answer in answers.items():
            if answer["status"] == "failed":
                raise StepFailed(key, decode(Reason, answer["reason"]))
            if answer["status"] == "ready":
                ready[key] = answer
                del pending[key]
            else:
                call = pending[key]
                pending[key] = replace(call, request={**call.request, "operation": answer["operation"]})
        if not pending:
            return ready
        pause = max(answers[key]["after_seconds"] for key in pending)
        yield ctx.create_timer(max(timedelta(seconds=pause), SHORTEST_PAUSE))
    key = next(iter(pending))
    raise StepFailed(key, transient_fault_persisted(key, f"not finished after {MAX_ROUNDS} looks"))


def _round(
    ctx: OrchestrationContext, pending: Mapping[str, Call], pacing: Mapping[str, float]
) -> Recipe[dict[str, dict[str, Any]]]:
    policy = retry_policy(pacing)
    tasks: list[Task[Any]] = [
        ctx.call_activity(call.activity, input=call.request, retry_policy=policy) for call in pending.values()
    ]
    try:
        answers = yield when_all(tasks)
    except TaskFailedError as error:
        raise StepFailed(
            ", ".join(pending), transient_fault_persisted(", ".join(pending), error.details.message)
        ) from None
    return dict(zip(pending, answers, strict=True))


def reasoned(reason: Reason) -> dict[str, Any]:
    """A reason as plain JSON values, for an orchestrator's output."""
    plain: dict[str, Any] = encode(reason)
    return plain
