"""Runs timer-triggered functions at their times."""

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from local.host.catalogue import TIMER, Catalogue, Function
from local.host.invoker import Invoker, log_text
from local.host.schedule.ncrontab import Schedule, ScheduleError, parse
from local.host.settings import ConfigurationError, resolve
from local.host.wire import Datum
from local.host.workers import NoWorkerError, WorkerLost

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer function with its schedule resolved from the app settings."""

    function: Function
    schedule: Schedule
    zone: tzinfo

    @property
    def runs_on_startup(self) -> bool:
        """Whether the function also runs as the host starts."""
        return str(self.function.trigger.get("runOnStartup", False)).lower() == "true"

    def next_after(self, moment: datetime) -> datetime:
        """The next occurrence (UTC) after `moment` (aware)."""
        return self.schedule.next_after(moment.astimezone(self.zone)).astimezone(UTC)


def timers_of(catalogue: Catalogue, settings: Mapping[str, str]) -> list[Timer]:
    """The app's timers.

    Raises:
        ConfigurationError: a schedule cannot be read, or names a setting that does not exist.
    """
    zone = ZoneInfo(settings["WEBSITE_TIME_ZONE"]) if settings.get("WEBSITE_TIME_ZONE") else UTC
    return [Timer(one, _schedule(one, settings), zone) for one in catalogue.of_trigger(TIMER)]


def _schedule(function: Function, settings: Mapping[str, str]) -> Schedule:
    expression = resolve(str(function.trigger["schedule"]), settings)
    try:
        return parse(expression)
    except ScheduleError as error:
        raise ConfigurationError(f"The schedule of the timer '{function.name}' is invalid: {error}") from error


class TimerStatus:
    """When each timer ran last, kept in a file so that a missed occurrence is noticed after a restart."""

    def __init__(self, path: Path | None) -> None:
        """Read `path` if it is there; `None` keeps nothing."""
        self._path = path
        self._last: dict[str, str] = {}
        if path is not None and path.is_file():
            self._last = json.loads(path.read_text(encoding="utf-8"))

    def last(self, timer: Timer) -> datetime | None:
        """The last occurrence that ran."""
        text = self._last.get(timer.function.name)
        return datetime.fromisoformat(text) if text else None

    def record(self, timer: Timer, moment: datetime) -> None:
        """Remember that the timer ran."""
        self._last[timer.function.name] = moment.isoformat()
        if self._path is not None:
            self._path.write_text(json.dumps(self._last), encoding="utf-8")


class TimerService:
    """One task per timer; a timer never overlaps itself."""

    def __init__(self, timers: list[Timer], invoker: Invoker, status: TimerStatus) -> None:
        """Prepare the timers; `start` starts them."""
        self._timers = timers
        self._invoker = invoker
        self._status = status
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to wait for the first occurrences."""
        self._tasks = [asyncio.create_task(self._run(timer), name=timer.function.name) for timer in self._timers]

    async def stop(self) -> None:
        """Stop waiting; what runs is abandoned."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, timer: Timer) -> None:
        now = datetime.now(UTC)
        last = self._status.last(timer)
        if last is not None and timer.next_after(last) < now:
            await self._call(timer, past_due=True)
        elif timer.runs_on_startup:
            await self._call(timer, past_due=False)
        due = timer.next_after(datetime.now(UTC))
        while True:
            await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
            called = max(due, datetime.now(UTC))
            await self._call(timer, past_due=False)
            # An occurrence that passed while the function ran is made up for at once, as the real timer does.
            due = timer.next_after(called)

    async def _call(self, timer: Timer, *, past_due: bool) -> None:
        now = datetime.now(UTC)
        last = self._status.last(timer)
        request = {
            "Schedule": {"AdjustForDST": True},
            "ScheduleStatus": {
                "Last": (last or datetime.min.replace(tzinfo=UTC)).isoformat(),
                "Next": timer.next_after(now).isoformat(),
                "LastUpdated": (last or datetime.min.replace(tzinfo=UTC)).isoformat(),
            },
            "IsPastDue": past_due,
        }
        try:
            outcome = await self._invoker.call(timer.function, Datum("json", json.dumps(request)))
        except (WorkerLost, NoWorkerError):
            logger.error("Timer '%s' was lost with its worker", timer.function.name)
            return
        if outcome.failure is not None:
            logger.error("Timer '%s' failed: %s", timer.function.name, log_text(outcome.failure))
        self._status.record(timer, now)
