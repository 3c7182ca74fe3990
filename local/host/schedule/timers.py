"""Runs timer-triggered functions at their times."""

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from local.host import clock
from local.host.catalogue import TIMER, Catalogue, Function
from local.host.invoker import Invoker, log_text
from local.host.jsonfile import ConfigurationError
from local.host.schedule.ncrontab import Schedule, ScheduleError, parse
from local.host.settings import resolve
from local.host.wire import Datum
from local.host.workers import NoWorkerError, WorkerLost

logger = logging.getLogger(__name__)

_LONGEST_WAIT = 3600.0
"""Seconds; a timer may lie further ahead than a platform can wait at once."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer function with its schedule resolved from the app settings."""

    function: Function
    schedule: Schedule
    zone: tzinfo

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.name

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
    zone = _zone(settings.get("WEBSITE_TIME_ZONE", ""))
    return [Timer(one, _schedule(one, settings), zone) for one in catalogue.of_trigger(TIMER)]


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    # A name that leads out of the folder of zones, or to a folder in it, is none either.
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        reason = f"WEBSITE_TIME_ZONE: '{name}' is no time zone; one as Linux names it is expected (Europe/Berlin)"
        raise ConfigurationError(reason) from error


def _schedule(function: Function, settings: Mapping[str, str]) -> Schedule:
    expression = resolve(str(function.trigger["schedule"]), settings)
    try:
        schedule = parse(expression)
        # The 30th of February can be read, and never comes.
        schedule.next_after(clock.now())
        return schedule
    except ScheduleError as error:
        raise ConfigurationError(f"The schedule of the timer '{function.name}' is invalid: {error}") from error


async def _until(due: datetime) -> None:
    """Wait for a time of the host's clock, which may be moved meanwhile."""
    loop, moved = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        loop.call_soon_threadsafe(moved.set)

    unfollow = clock.on_move(wake)
    try:
        while (wait := (due - clock.now()).total_seconds()) > 0:
            moved.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(moved.wait(), min(wait, _LONGEST_WAIT))
    finally:
        unfollow()


class TimerService:
    """One task per timer; a timer never overlaps itself."""

    def __init__(self, timers: list[Timer], invoker: Invoker) -> None:
        """Prepare the timers; `start` starts them."""
        self._timers = timers
        self._invoker = invoker
        self._last: dict[str, datetime] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to wait for the first occurrences."""
        self._tasks = [asyncio.create_task(self._run(timer), name=timer.name) for timer in self._timers]

    async def stop(self) -> None:
        """Stop waiting; what runs is abandoned."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, timer: Timer) -> None:
        if timer.runs_on_startup:
            await self._call(timer)
        due = timer.next_after(clock.now())
        while True:
            await _until(due)
            called = max(due, clock.now())
            await self._call(timer)
            # An occurrence that passed while the function ran is made up for at once, as the real timer does.
            due = timer.next_after(called)

    def request_of(self, name: str) -> Datum | None:
        """What the timer function called `name` gets when it is run now; `None` when there is none."""
        timer = next((one for one in self._timers if one.name == name), None)
        return None if timer is None else self._request(timer)

    def _request(self, timer: Timer) -> Datum:
        last = self._last.get(timer.name, _NEVER)
        request = {
            "Schedule": {"AdjustForDST": True},
            "ScheduleStatus": {
                "Last": last.isoformat(),
                "Next": timer.next_after(clock.now()).isoformat(),
                "LastUpdated": last.isoformat(),
            },
            "IsPastDue": False,
        }
        return Datum("json", json.dumps(request))

    async def _call(self, timer: Timer) -> None:
        request, self._last[timer.name] = self._request(timer), clock.now()
        try:
            outcome = await self._invoker.call(timer.function, request)
        except (WorkerLost, NoWorkerError):
            logger.error("Timer '%s' was lost with its worker", timer.name)
            return
        if outcome.failure is not None:
            logger.error("Timer '%s' failed: %s", timer.name, log_text(outcome.failure))
