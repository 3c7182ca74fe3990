"""`--wait`: follows runs to their ends. On a terminal each has a bar with its step; elsewhere each step is a line."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column as RichColumn

from asr_cli.exits import CliError, ExitCode
from asr_cli.session import Session
from asr_cli.wire import Json
from asr_cli.words import in_path, plain, seconds_shown

_ENDED = {"Completed", "Failed", "Terminated", "Canceled"}
_SHORTEST, _LONGEST, _GROWTH = 0.5, 5.0, 1.2
_AT_ONCE = 25
_BARS = 8
_NAME = 24
_WAIT_SECONDS = 3600.0
STEPS = {
    "decide": (5, "deciding"),
    "foundation": (20, "building the foundation"),
    "enable": (70, "enabling replication"),
    "complete": (60, "completing"),
    "vault health": (10, "reading the vault's health"),
    "gates": (20, "reading the gates"),
    "wave": (50, "testing the failover"),
    "disable_protection": (50, "ending the protection"),
    "done": (100, "done"),
}
"""How far a run is that has come to a step, in percent as the bar shows it, and the step in words."""


@dataclass
class Followed:
    """A run, by the name that people know it by."""

    run: str
    name: str
    step: str = "waiting for its turn"
    percent: int = 0
    status: Json = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status.get("runtimeStatus") in _ENDED

    @property
    def outcome(self) -> Json:
        """What came of it."""
        output = self.status.get("output")
        return output if isinstance(output, dict) else {}


def follow(session: Session, runs: Sequence[tuple[str, str]]) -> list[Followed]:
    """Wait until each of these runs, (id, name), has ended.

    Raises:
        CliError: --timeout has passed; the runs go on.
    """
    followed = [Followed(run, name) for run, name in runs]
    limit = session.timeout or _WAIT_SECONDS
    deadline, pause = time.monotonic() + limit, _SHORTEST
    with _shown(session, followed) as show:
        while waiting := [one for one in followed if not one.has_ended]:
            for one in waiting[:_AT_ONCE]:
                one.status = session.api.get(f"runs/{in_path(one.run)}")
                one.percent, one.step = progress_of(one.status)
                show(one)
            waiting = [one for one in followed if not one.has_ended]
            if not waiting:
                break
            if time.monotonic() + pause > deadline:
                names = ", ".join(one.name for one in waiting[:3])
                raise CliError(f"{names}: not ended within {limit:g} s; it goes on.", ExitCode.TIMEOUT)
            time.sleep(pause)
            pause = min(pause * _GROWTH, _LONGEST)
    return followed


def progress_of(status: Json) -> tuple[int, str]:
    """How far a run is, in percent and words."""
    if status.get("runtimeStatus") in _ENDED:
        output = status.get("output")
        state = plain(output.get("state")) if isinstance(output, dict) else ""
        return 100, state or plain(status.get("runtimeStatus")).lower()
    custom = status.get("customStatus")
    if not isinstance(custom, Mapping):
        return 0, "waiting for its turn"
    step = plain(custom.get("step") or custom.get("state") or "under way")
    percent, words = STEPS.get(step, (30, step.replace("_", " ")))
    for doing, name in (("building", "ensuring"), ("waiting for", "waiting")):
        details = custom.get(name)
        if isinstance(details, list) and details:
            shown = plain(details[0]).split(":")[0].replace("-", " ")
            words = f"{doing} {shown}" + (f" and {len(details) - 1} more" if len(details) > 1 else "")
            break
    return percent, words + left_of(status)


def left_of(run: Json) -> str:
    """How long a run will still take, by how long runs of its kind took before; empty where nobody knows."""
    left = run.get("secondsLeft")
    if not isinstance(left, Mapping):
        return ""
    low, high = left.get("low"), left.get("high")
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return ""
    shortest, longest = seconds_shown(low), seconds_shown(high)
    return f", {longest} left" if shortest == longest else f", {shortest} to {longest} left"


@contextmanager
def _shown(session: Session, followed: Sequence[Followed]) -> Iterator[Callable[[Followed], None]]:
    if session.screen.talks_to_terminal:
        with _bars(session, followed) as show:
            yield show
    else:
        yield _lines(session)


def _lines(session: Session) -> Callable[[Followed], None]:
    told: dict[str, str] = {}

    def show(one: Followed) -> None:
        step = one.step.split(",")[0]
        if told.get(one.run) != step:
            told[one.run] = step
            session.screen.say(f"{one.name}: {step}")

    return show


@contextmanager
def _bars(session: Session, followed: Sequence[Followed]) -> Iterator[Callable[[Followed], None]]:
    columns = (
        TextColumn("{task.description}", markup=False, table_column=RichColumn(no_wrap=True, max_width=_NAME)),
        BarColumn(bar_width=10, table_column=RichColumn(no_wrap=True, min_width=10)),
        TimeElapsedColumn(table_column=RichColumn(no_wrap=True, min_width=7)),
        TextColumn("{task.fields[step]}", markup=False, table_column=RichColumn(no_wrap=True, ratio=1)),
    )
    with Progress(*columns, console=session.screen.talk, refresh_per_second=4, transient=True) as progress:
        tasks: dict[str, TaskID] = {}
        width = min(max((len(one.name) for one in followed[:_BARS]), default=0), _NAME)
        for one in followed[:_BARS]:
            tasks[one.run] = progress.add_task(f"{one.name:<{width}}", total=100, step=one.step)
        rest = len(followed) - len(tasks)
        more = progress.add_task(f"{rest} more", total=rest, step="") if rest > 0 else None

        def show(one: Followed) -> None:
            if one.run in tasks:
                progress.update(tasks[one.run], completed=one.percent, step=one.step)
            elif more is not None:
                ended = sum(1 for other in followed[_BARS:] if other.has_ended)
                progress.update(more, completed=ended, step=f"{ended} ended")

        yield show
