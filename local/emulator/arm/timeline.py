"""What will happen later: named steps with JSON arguments, run in order of their due time.

Steps are names and JSON rather than closures so that a pending future can be written down with the rest of the state.
"""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from local.emulator.arm.clock import Clock
from local.emulator.arm.persistence import DirtyKeys
from local.emulator.arm.wire import JsonObject, parse_timestamp, timestamp

type Run = Callable[[str, JsonObject], None]


@dataclass(order=True, slots=True)
class Step:
    """One thing to do: at `due`, run the continuation called `name` with `arguments`."""

    due: datetime
    order: int
    name: str = field(compare=False)
    arguments: JsonObject = field(compare=False)


class Timeline:
    """The pending steps, soonest first."""

    collection = "steps"

    def __init__(self, clock: Clock, run: Run) -> None:
        self._clock = clock
        self._run = run
        self._steps: list[Step] = []
        self._by_order: dict[int, Step] = {}
        self._order = count()
        self.dirty = DirtyKeys()
        self._changed = asyncio.Event()

    def schedule(self, delay: float, name: str, arguments: JsonObject) -> None:
        """Run the continuation `name` with `arguments` in `delay` seconds (zero: before the next request is read)."""
        due = self._clock.now() + timedelta(seconds=delay)
        step = Step(due, next(self._order), name, arguments)
        self._keep(step)
        self.dirty.mark(str(step.order))
        self._changed.set()

    def _keep(self, step: Step) -> None:
        heapq.heappush(self._steps, step)
        self._by_order[step.order] = step

    def run_due(self) -> None:
        """Run every step whose time has come, each with the clock held at the moment it was due."""
        while self._steps and self._steps[0].due <= self._clock.now():
            step = heapq.heappop(self._steps)
            del self._by_order[step.order]
            self.dirty.mark(str(step.order))
            with self._clock.pinned(step.due):
                self._run(step.name, step.arguments)

    def clear(self) -> None:
        """Forget every pending step."""
        self.dirty.mark(*(str(step.order) for step in self._steps))
        self._steps.clear()
        self._by_order.clear()

    def count_of(self, name: str) -> int:
        """Return how many steps of this name are still to come."""
        return sum(step.name == name for step in self._steps)

    def document(self, key: str) -> JsonObject | None:
        """Return the step with this key as JSON, or None when it has run."""
        step = self._by_order.get(int(key))
        return {"due": timestamp(step.due), "name": step.name, "arguments": step.arguments} if step else None

    def restore(self, key: str, document: JsonObject) -> None:
        """Take back a step that was written down. One that fell due meanwhile runs at once, at the time it was due."""
        due = parse_timestamp(document["due"])
        self._keep(Step(due, int(key), document["name"], document["arguments"]))
        self._order = count(max(self._by_order) + 1)

    def wake(self) -> None:
        """Look at the clock again: it was moved."""
        self._changed.set()

    async def pump(self) -> None:
        """Run steps as they fall due, until cancelled, so that things happen without anybody asking."""
        self._changed = asyncio.Event()
        while True:
            self.run_due()
            self._changed.clear()
            wait = (self._steps[0].due - self._clock.now()).total_seconds() if self._steps else None
            try:
                await asyncio.wait_for(self._changed.wait(), None if wait is None else max(wait, 0.0))
            except TimeoutError:
                continue
