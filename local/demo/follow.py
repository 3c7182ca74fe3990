"""From the app's answers to what can be seen: how far each machine has come."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from local.demo.deadline import Deadline
from local.demo.errors import Stuck, Unanswered
from local.demo.http import Json

_STEPS = {
    "decide": "deciding",
    "foundation": "building the foundation",
    "enable": "enabling replication",
    "settle": "settling",
    "done": "reporting",
}
_ARRIVED = {"protected", "already_protected"}
_TURNED_DOWN = {"refused", "failed"}
_PROTECTED = "Protected"
_LOOKING = {"starting", "decide", "done"}
"""Steps in which a run has not begun to change anything, or no longer does."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How to watch; seconds.

    Attributes:
        between_looks: each look makes the app read Azure, so it is no shorter than an eye needs.
        doubt: how long a refusal or failure must stand to be the end; the next sweep may find its reason gone.
    """

    between_looks: float = 1.0
    doubt: float = 12.0


PATIENT = Patience()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one machine has come.

    Attributes:
        step: what is being done for it.
        state: the last outcome's state or, once replication runs, the protected item's own word.
        percent: of initial replication, 0 to 100; None before it begins.
        note: why it was refused, or failed, or could not be asked; otherwise empty.
        ended: whether it has come to rest, in so far as one look can tell.
    """

    step: str
    state: str
    percent: float | None = None
    note: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One machine on the screen. `seconds` run from its tagging until it came to rest."""

    vm: str
    progress: Progress
    seconds: float

    @property
    def final(self) -> bool:
        """Whether it need not be looked at again."""
        return self.progress.ended and self.progress.state == _PROTECTED

    def at_rest(self, now: float, doubt: float) -> bool:
        """Whether it has come to rest beyond doubt. `now` is in seconds from the same moment as `seconds`."""
        return self.final or (self.progress.ended and now - self.seconds >= doubt)

    def seen(self, progress: Progress, now: float) -> "Row":
        """The row after another look; the clock of a machine that rests has stopped."""
        return self if self.progress.ended and self.progress == progress else Row(self.vm, progress, now)


WAITING = Progress("waiting for its event", "not protected")


def progress_of(status: Json) -> Progress:
    """What a status answer of the app comes to."""
    outcome: Json = status.get("lastOutcome") or {}
    item: Json = status.get("protectedItem") or {}
    run: Json | None = status.get("activeRun")
    outcome_state = outcome.get("state")
    protected = item.get("state") == _PROTECTED
    if protected and outcome_state in _ARRIVED:
        return Progress("done", _PROTECTED, 100.0, ended=True)
    if outcome_state in _TURNED_DOWN and (run is None or _step(run) in _LOOKING):
        return Progress(outcome_state, outcome_state, note=_why(outcome), ended=True)
    resting = "waiting for its completing run" if protected else "initial replication" if item else WAITING.step
    return Progress(
        step=_running(run) if run else resting,
        state=str(item.get("stateDescription") or item.get("state") or WAITING.state),
        percent=(100.0 if protected else float(item.get("percent") or 0)) if item else None,
    )


def _step(run: Json) -> str:
    return str((run.get("customStatus") or {}).get("step") or "starting")


def _running(run: Json) -> str:
    ensuring = (run.get("customStatus") or {}).get("ensuring") or ()
    kinds = sorted({str(key).split(":", 1)[0] for key in ensuring})
    step = _step(run)
    return f"{_STEPS.get(step, step)}{': ' if kinds else ''}{', '.join(kinds)}"


def _why(outcome: Json) -> str:
    reasons = outcome.get("reasons") or ()
    told = "; ".join(f"{reason['code']}: {reason['sentence']}" for reason in reasons)
    return told or str(outcome.get("sentence") or "")


def follow(
    ask: Callable[[str], Json],
    vm_ids: Mapping[str, str],
    deadline: Deadline,
    alive: Callable[[], None],
    patience: Patience = PATIENT,
) -> Iterator[tuple[Row, ...]]:
    """Look at all machines again and again until each has come to rest; every look yields a row per machine.

    Args:
        ask: answers the app's status of a machine's id.
        vm_ids: ids by name, in the order of the rows.
        deadline: when to give up.
        alive: raises when there is nobody left to ask.
        patience: how to watch.

    Raises:
        Stuck: time is up; it tells who is stuck where.
        NotStarted: `alive` said so.
    """
    began = deadline.elapsed
    rows = {name: Row(name, WAITING, 0.0) for name in vm_ids}
    with ThreadPoolExecutor(max_workers=len(vm_ids)) as pool:
        while True:
            alive()
            pending = [name for name, row in rows.items() if not row.final]
            looks = list(pool.map(lambda name: _look(ask, vm_ids[name]), pending))
            now = deadline.elapsed - began
            rows |= {name: rows[name].seen(look, now) for name, look in zip(pending, looks, strict=True)}
            yield tuple(rows.values())
            moving = [row for row in rows.values() if not row.at_rest(now, patience.doubt)]
            if not moving:
                return
            if deadline.over:
                raise Stuck(deadline.seconds, tuple(_stuck(row) for row in moving))
            time.sleep(min(patience.between_looks, deadline.left))


def _look(ask: Callable[[str], Json], vm_id: str) -> Progress:
    """One look; an app that cannot answer now may answer the next time."""
    try:
        return progress_of(ask(vm_id))
    except Unanswered as error:
        return Progress("asking", "unknown", note=error.answer)


def _stuck(row: Row) -> str:
    return f"{row.vm}: {row.progress.step} ({row.progress.note or row.progress.state})"
