"""Whether the app can do its work now: each check ends within seconds, whatever Azure does, and shows no secret."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asr.errors import Rejected, Throttled, TransientFault
from asr.gateway.reachability import read_one_group
from asr.gateway.session import Azure
from asr.gateway.urgency import Urgency, with_urgency
from asr.planning.schedule import longest_pause
from asr.reporting.answers.health import Check, CheckName, Wellbeing
from asr.services.events_out import is_telling, waiting_events
from asr.services.rights import GIVE, RightsAt, lacking_sentence, rights_at

CHECK_SECONDS = 5.0
"""How long a check may take; who asks for health is a probe that gives up soon."""

MISSED_SWEEPS = 3
"""A sweep that ended so many pauses ago has been missed more than by chance."""

_HEALTHY, _DEGRADED, _UNHEALTHY = Wellbeing.HEALTHY, Wellbeing.DEGRADED, Wellbeing.UNHEALTHY


@dataclass(frozen=True, slots=True)
class LastSweep:
    """The last sweep as the task hub shows it: `ended` None while it runs; `problem`, the code of what it could not."""

    began: datetime
    ended: datetime | None
    problem: str | None = None


async def check_azure(azure: Azure) -> list[Check]:
    """Whether Azure answers, and whether the app may read each of its subscriptions."""
    subscriptions = azure.settings.subscriptions
    with with_urgency(Urgency.PEOPLE):
        problems = await asyncio.gather(*(_problem(read_one_group(azure, one)) for one in subscriptions))
        scopes = [f"/subscriptions/{one}" for one in subscriptions] + list(azure.settings.targets)
        held = await asyncio.gather(*(rights_at(azure, scope) for scope in scopes))
    found = dict(zip(subscriptions, problems, strict=True))
    refused = {one: problem for one, problem in found.items() if isinstance(problem, Rejected)}
    away = {one: problem for one, problem in found.items() if problem is not None and one not in refused}
    return [_reached(away, len(found)), _allowed(refused, away, len(found), held)]


async def check_store(azure: Azure) -> Check:
    """Whether the store can be listed. Without it the app protects, and forgets who asked."""
    problem = await _problem(azure.store.list(top=1))
    if problem is None:
        return Check(name=CheckName.STORE, status=_HEALTHY, detail="The store can be read.")
    detail = f"The store cannot be read: {_told(problem)}. See the setting ASR_STORE."
    return Check(name=CheckName.STORE, status=_DEGRADED, detail=detail)


def check_last_sweep(last: LastSweep | None, schedule: str, now: datetime, started: datetime) -> Check:
    """Whether sweeps come as scheduled and succeed. `started` is when this process did: the first sweep takes time."""
    pause = longest_pause(schedule)
    patience = MISSED_SWEEPS * max(pause, timedelta(minutes=1)) if pause else None
    if last is None:
        late = patience is not None and now - started > patience
        detail = f"No sweep has run yet; ASR_SWEEP_SCHEDULE is {schedule!r}."
        return Check(name=CheckName.LAST_SWEEP, status=_DEGRADED if late else _HEALTHY, detail=detail)
    at = last.ended or last.began
    age = f"{'Ended' if last.ended else 'Running since'} {at.isoformat(timespec='seconds')}, {_ago(now - at)}"
    if last.problem is not None:
        detail = f"{age}; it could not read or end all: {last.problem}, which docs/reasons.md explains."
        return Check(name=CheckName.LAST_SWEEP, status=_DEGRADED, detail=detail)
    if patience is not None and now - at > patience:
        detail = f"{age}; by ASR_SWEEP_SCHEDULE ({schedule}) the pause is {_span(pause or patience)} at most."
        return Check(name=CheckName.LAST_SWEEP, status=_DEGRADED, detail=detail)
    return Check(name=CheckName.LAST_SWEEP, status=_HEALTHY, detail=f"{age}.")


def check_events(last: datetime | None, now: datetime, started: datetime, unsent: str | None = None) -> Check:
    """When this process saw an event, and what stands against it that others are told what they are to be.

    That no event was seen is no failure: sweeps find what events do not tell, only later.
    """
    if last is None:
        seen = f"None seen by this instance, which started {_ago(now - started)}. Sweeps find what no event tells."
    else:
        seen = f"The last one was seen by this instance {_ago(now - last)}."
    status = _DEGRADED if unsent else _HEALTHY
    return Check(name=CheckName.EVENTS, status=status, detail=f"{seen} {unsent}" if unsent else seen)


async def unsent_events(azure: Azure) -> str | None:
    """What stands against it that others hear of everything; None if nothing does, or nobody is told anything."""
    if not is_telling(azure):
        return None
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            waiting, problem = await waiting_events(azure)
    except (Rejected, TransientFault, TimeoutError) as fault:
        return f"How many events wait to be sent cannot be read from the store: {_told(fault)}."
    if not waiting:
        return None
    why = f" The last try, at {problem.at}: {problem.problem}" if problem else ""
    return f"{waiting} events wait to be sent to ASR_EVENTS_ENDPOINT; each sweep tries again.{why}"


def _reached(away: Mapping[str, Exception], count: int) -> Check:
    if not away:
        return Check(name=CheckName.AZURE, status=_HEALTHY, detail="Azure Resource Manager answers.")
    throttled = all(isinstance(problem, Throttled) for problem in away.values())
    status = _UNHEALTHY if len(away) == count and not throttled else _DEGRADED
    what = "asks to wait" if throttled else "cannot be reached"
    told = _told(next(iter(away.values())))
    return Check(name=CheckName.AZURE, status=status, detail=f"Azure Resource Manager {what}: {told}.")


def _allowed(
    refused: Mapping[str, Rejected], away: Mapping[str, Exception], count: int, held: Sequence[RightsAt]
) -> Check:
    if refused:
        named = "; ".join(f"{one}: {_told(problem)}" for one, problem in refused.items())
        detail = f"The app's identity may not read {named}. {_lacking(held)}{GIVE}"
        return Check(name=CheckName.RIGHTS, status=_UNHEALTHY if len(refused) == count else _DEGRADED, detail=detail)
    if away:
        detail = f"Unknown for {', '.join(away)}: Azure did not answer."
        return Check(name=CheckName.RIGHTS, status=_DEGRADED, detail=detail)
    if lacking := _lacking(held):
        return Check(name=CheckName.RIGHTS, status=_DEGRADED, detail=f"{lacking}{GIVE}")
    return Check(name=CheckName.RIGHTS, status=_HEALTHY, detail="The app's identity has every right that it needs.")


def _lacking(held: Sequence[RightsAt]) -> str:
    """A sentence for each scope at which something is missing, what everything stands on first."""
    return "".join(sentence for one in held if (sentence := lacking_sentence(one)))


async def _problem(asking: Awaitable[object]) -> Rejected | TransientFault | TimeoutError | None:
    """What stands against it; None if it succeeds in time."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await asking
    except (Rejected, TransientFault, TimeoutError) as problem:
        return problem
    return None


def _told(problem: Exception) -> str:
    match problem:
        case Rejected():
            return f"{problem.status} {problem.reason.code}"
        case TransientFault():
            return problem.problem
    return f"no answer within {CHECK_SECONDS:g} s"


def _ago(age: timedelta) -> str:
    return f"{_span(age)} ago"


def _span(span: timedelta) -> str:
    seconds = max(0, round(span.total_seconds()))
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
