"""From the app's answers to what can be seen: how far each machine has come."""

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from local.demo.deadline import Deadline
from local.demo.errors import Stuck, Unanswered
from local.demo.http import Json

POLL_SECONDS = 1.0
"""Between two looks at all machines. Every look makes the app read Azure, so it is no shorter than an eye needs."""

_STEPS = {
    "decide": "deciding",
    "foundation": "building the foundation",
    "enable": "enabling replication",
    "settle": "settling",
    "done": "reporting",
}
_ARRIVED = {"protected", "already_protected"}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one machine has come.

    Attributes:
        step: what is being done for it.
        state: the last outcome's state or, once replication runs, the protected item's own word.
        percent: of initial replication, 0 to 100; None before it begins.
        note: why it was refused, or failed, or could not be asked; otherwise empty.
        ended: whether it has come to rest.
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


WAITING = Progress("waiting for its event", "tagged")


def progress_of(status: Json) -> Progress:
    """What a status answer of the app comes to."""
    outcome: Json = status.get("lastOutcome") or {}
    item: Json = status.get("protectedItem") or {}
    run: Json | None = status.get("activeRun")
    state = str(outcome.get("state") or "tagged")
    # A sweep looks at a machine again after any outcome; only a failure may still become something else by it.
    if state == "refused" or (state == "failed" and run is None):
        return Progress(state, state, note=_why(outcome), ended=True)
    if state in _ARRIVED and item.get("state") == "Protected":
        return Progress("done", "Protected", 100.0, ended=True)
    if item:
        percent = 100.0 if item.get("state") == "Protected" else float(item.get("percent") or 0)
        step = _running(run) if run else "initial replication"
        return Progress(step, str(item.get("stateDescription") or item.get("state")), percent)
    return Progress(_running(run), state) if run else WAITING


def _running(run: Json) -> str:
    status: Json = run.get("customStatus") or {}
    step = str(status.get("step") or "starting")
    kinds = sorted({str(key).split(":", 1)[0] for key in status.get("ensuring") or ()})
    return f"{_STEPS.get(step, step)}{': ' if kinds else ''}{', '.join(kinds)}"


def _why(outcome: Json) -> str:
    reasons = outcome.get("reasons") or ()
    told = "; ".join(f"{reason['code']}: {reason['sentence']}" for reason in reasons)
    return told or str(outcome.get("sentence") or "")


def follow(
    ask: Callable[[str], Json], vm_ids: Mapping[str, str], deadline: Deadline, alive: Callable[[], None]
) -> Iterator[tuple[Row, ...]]:
    """Look at all machines again and again until each has come to rest; every look yields a row per machine.

    Args:
        ask: answers the app's status of a machine's id.
        vm_ids: ids by name, in the order of the rows.
        deadline: when to give up.
        alive: raises when there is nobody left to ask.

    Raises:
        Stuck: time is up; it tells who is stuck where.
        NotStarted: `alive` said so.
    """
    began = deadline.elapsed
    rows = {name: Row(name, WAITING, 0.0) for name in vm_ids}
    with ThreadPoolExecutor(max_workers=len(vm_ids)) as pool:
        while True:
            alive()
            looks = dict(zip(vm_ids, pool.map(lambda vm_id: _look(ask, vm_id), vm_ids.values()), strict=True))
            for name, seen in looks.items():
                before = rows[name]
                at_rest = before.progress.ended and seen.ended
                rows[name] = Row(name, seen, before.seconds if at_rest else deadline.elapsed - began)
            yield tuple(rows.values())
            if all(row.progress.ended for row in rows.values()):
                return
            if deadline.over:
                raise Stuck(deadline.seconds, tuple(_stuck(row) for row in rows.values() if not row.progress.ended))
            time.sleep(min(POLL_SECONDS, deadline.left))


def _look(ask: Callable[[str], Json], vm_id: str) -> Progress:
    """One look; an app that cannot answer now may answer the next time."""
    try:
        return progress_of(ask(vm_id))
    except Unanswered as error:
        return Progress("asking", "unknown", note=error.answer)


def _stuck(row: Row) -> str:
    note = f" ({row.progress.note})" if row.progress.note else ""
    return f"{row.vm}: {row.progress.step}, {row.progress.state}{note}"
