"""The steps of a run, from the events of its durable history. Pure.

A step that was called several times (it waited for a long operation, or was retried) is one step with several calls,
the polls of its operation among them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asr.codec import decode, encode
from asr.model.run import RunEntry
from asr.model.step import Failed
from asr.planning.keys import name_in
from asr.reporting.answers import protections as answers
from asr.reporting.outcome import outcome_of, reasons_shown


@dataclass(frozen=True, slots=True)
class Called:
    """One call of an activity. `answer` is what it answered; `fault` what it raised; both None while it runs."""

    activity: str
    request: Mapping[str, Any]
    started: datetime
    ended: datetime | None
    answer: Mapping[str, Any] | None
    fault: str | None


@dataclass(slots=True)
class _StepLine:
    name: str
    started: datetime
    ended: datetime | None = None
    calls: int = 0
    result: str = "running"
    detail: str | None = None
    faults: list[str] = field(default_factory=list)


def steps(calls: Iterable[Called], tag_prefix: str) -> list[answers.Step]:
    """The steps in the order they began."""
    lines: dict[str, _StepLine] = {}
    begun: dict[str, str] = {}
    for call in sorted(calls, key=lambda call: call.started):
        name = begun.get(str(call.request.get("url"))) or _name(call)
        begun |= dict.fromkeys(_operation(call), name)
        line = lines.setdefault(name, _StepLine(name, call.started))
        line.calls += 1
        line.ended = call.ended
        line.result, line.detail = _result(call, tag_prefix)
        if call.fault is not None:
            line.faults.append(call.fault)
    return [_plain(line) for line in lines.values()]


def _name(call: Called) -> str:
    """An activity ensures several things in one run; what tells them apart is the requirement's key."""
    key = call.request.get("key")
    return f"{call.activity} {name_in(key)}" if isinstance(key, str) else call.activity


def _operation(call: Called) -> Iterator[str]:
    """The operation that the call began: who polls it works for the same step."""
    operation = (call.answer or {}).get("operation")
    if isinstance(operation, Mapping):
        yield str(operation.get("url"))


def _result(call: Called, tag_prefix: str) -> tuple[str, str | None]:
    if call.fault is not None:
        return "fault", call.fault
    if call.answer is None:
        return "running", None
    match call.answer.get("status"):
        case "ready":
            return str(call.answer.get("change", "done")), _text(call.answer.get("id")) or _decided(call, tag_prefix)
        case "wait" | "ended":
            return "waiting", _text(call.answer.get("because"))
        case "failed":
            reasons = reasons_shown(decode(Failed, call.answer).reasons, tag_prefix)
            return "failed", " ".join(f"{reason.code}: {reason.sentence}" for reason in reasons)
        case _:
            return "done", None


def _decided(call: Called, tag_prefix: str) -> str | None:
    """Of a call that decided, what: the action, and why nothing is to be done or how much it takes."""
    answer = call.answer or {}
    action = _text(answer.get("action"))
    if action is None:
        return None
    outcome = outcome_of(answer.get("outcome"), tag_prefix)
    if outcome is not None:
        return f"{action}: {outcome.sentence}"
    things = (answer.get("foundation") or {}).get("needed")
    return f"{action}: on a foundation of {len(things)} things" if isinstance(things, list) else action


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _plain(line: _StepLine) -> answers.Step:
    return answers.Step(
        step=line.name,
        result=line.result,
        detail=line.detail,
        calls=line.calls,
        faults=line.faults,
        started_at=line.started.isoformat(),
        ended_at=line.ended.isoformat() if line.ended else None,
        seconds=(line.ended - line.started).total_seconds() if line.ended else None,
    )


def run(
    entry: RunEntry,
    status: str,
    times: tuple[datetime, datetime] | None,
    outcome: object,
    calls: Sequence[Called],
    custom_status: object,
    tag_prefix: str,
) -> answers.Run:
    """One run as the history shows it: the latest of `count` converging runs, if several in a row ended equally."""
    created, updated = times or (None, None)
    return answers.Run(
        run=entry.run,
        **summary(entry).model_dump(),
        request_id=entry.request_id,
        event=answers.EventRef.model_validate(encode(entry.event)) if entry.event else None,
        choices=answers.AskedChoices.model_validate(encode(entry.choices)) if entry.choices else None,
        plan_hash=entry.plan_hash,
        status=status,
        created_at=created.isoformat() if created else entry.first,
        last_updated_at=updated.isoformat() if updated else entry.last,
        outcome=outcome_of(outcome, tag_prefix),
        custom_status=custom_status if isinstance(custom_status, dict) else None,
        seconds_left=None,
        steps=steps(calls, tag_prefix),
    )


def summary(entry: RunEntry) -> answers.RunSummary:
    """What a status and a history tell of a run alike: what was asked, why, by whom, and how often with one outcome."""
    return answers.RunSummary(
        id=entry.run,
        kind=entry.kind,
        cause=entry.cause.value,
        requested_by=answers.RequestedBy(name=entry.requested_by.name, verified=entry.requested_by.verified),
        state=entry.state,
        codes=list(entry.codes),
        count=entry.count,
        first=entry.first,
        last=entry.last,
    )
