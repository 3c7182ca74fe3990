"""Watching: look at every machine until each has come to rest."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from local.demo.deadline import Deadline
from local.demo.errors import Stuck, Unanswered
from local.demo.http import Json
from local.demo.progress import PROTECTED, WAITING, Progress, progress_of


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
class Row:
    """One machine on the screen. `seconds` run from its tagging until it came to rest."""

    vm: str
    progress: Progress
    seconds: float

    @property
    def final(self) -> bool:
        """Whether it need not be looked at again."""
        return self.progress.ended and self.progress.state == PROTECTED

    def at_rest(self, now: float, doubt: float) -> bool:
        """Whether it has come to rest beyond doubt. `now` is in seconds from the same moment as `seconds`."""
        return self.final or (self.progress.ended and now - self.seconds >= doubt)

    def seen(self, progress: Progress, now: float) -> "Row":
        """The row after another look; the clock of a machine that rests has stopped."""
        return self if self.progress.ended and self.progress == progress else Row(self.vm, progress, now)


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
        Interrupted: the end was asked for.
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
            deadline.pause(patience.between_looks)


def _look(ask: Callable[[str], Json], vm_id: str) -> Progress:
    """One look; an app that cannot answer now may answer the next time."""
    try:
        return progress_of(ask(vm_id))
    except Unanswered as error:
        return Progress("asking", "unknown", note=error.answer)


def _stuck(row: Row) -> str:
    return f"{row.vm}: {row.progress.step} ({row.progress.note or row.progress.state})"
