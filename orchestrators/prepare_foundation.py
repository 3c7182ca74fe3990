"""Make a foundation hold what one VM needs: build what nobody else builds, and wait for the rest without holding it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any

from durabletask.entities import EntityInstanceId
from durabletask.task import OrchestrationContext, Task, when_any

from asr.codec import decode, encode
from asr.model.decision import Needed
from asr.model.step import Failed
from orchestrators.steps import Call, Recipe, StepFailed, ensure_all, ensure_one

AWAKE = "foundation"
"""The event that wakes a waiter: something that it waits for was built, failed, or is nobody's any more."""

FRESH_SECONDS = 60.0
"""How long what Azure told about a foundation is beyond doubt."""

LONGEST_SLEEP = timedelta(minutes=2)
"""A waiter asks again after this time also when nobody has woken it: whoever should have may be over."""

CLAIM_STEPS = 1.5
"""A builder reports after each stage, which takes one step's time at most: one not heard of for longer is over."""


@dataclass(slots=True)
class Foundation:
    """One VM's needs of a foundation. `plan` names the run's document, by which activities know what is wanted.

    `ids` are the Azure ids of what is there, by key, as far as they are known.
    """

    ctx: OrchestrationContext
    key: str
    needed: Sequence[Needed]
    trust: Mapping[str, float]
    plan: Mapping[str, str]
    pacing: Mapping[str, float]
    ids: dict[str, str] = field(default_factory=dict)
    trusted: list[str] = field(default_factory=list)
    _woken: Task[Any] | None = None

    def prepare(self) -> Recipe[None]:
        """Have everything that is needed; then `ids` is complete.

        Raises:
            StepFailed: something could not be made, by this run or by another that it waited for.
        """
        began = self._now()
        while True:
            answer = yield from self._claim(began)
            if answer["failed"]:
                key, problem = next(iter(answer["failed"].items()))
                raise StepFailed(key, problem["step"], decode(Failed, problem).reasons, {})
            self.trusted += answer["ready"]
            self.ids |= answer["ready"]
            yield from self._build(frozenset(answer["build"]))
            if not self._missing():
                return
            yield from self._sleep(answer["wait"])

    def doubt(self) -> None:
        """What was only remembered may be no longer there: it is asked of Azure again when somebody needs it."""
        self.ctx.signal_entity(self._entity(), "forget", {"keys": self.trusted, "before": self._now() - FRESH_SECONDS})

    def _claim(self, began: float) -> Recipe[dict[str, Any]]:
        ask = {
            "run": self.ctx.instance_id,
            "keys": [one.key for one in self._missing()],
            "now": self._now(),
            "began": began,
            "claim_minutes": self.pacing["step_minutes"] * CLAIM_STEPS,
            **self.trust,
        }
        answer: dict[str, Any] = yield self.ctx.call_entity(self._entity(), "claim", ask)
        self._wake(answer["wake"])
        return answer

    def _build(self, mine: frozenset[str]) -> Recipe[None]:
        """Build what this run has claimed, as far as what it stands on is there, and report each round of it."""
        while stage := self._buildable(mine):
            calls = {one.key: self._call(one) for one in stage}
            self._show(ensuring=sorted(calls))
            try:
                made = yield from ensure_all(self.ctx, calls, self.pacing)
            except StepFailed as failure:
                problem = {"step": failure.step, **encode(Failed(failure.reasons))}
                yield from self._report(failure.ready, {failure.key: problem})
                self.doubt()
                raise
            yield from self._report(made, {})

    def _call(self, one: Needed) -> Call:
        ids = [self.ids[need] for need in self._needs(one)]
        return Call(one.activity, {**self.plan, "key": one.key, "ids": ids})

    def _buildable(self, mine: frozenset[str]) -> list[Needed]:
        """The claimed ones of the lowest stage whose needs are there."""
        able = [
            one for one in self._missing() if one.key in mine and all(need in self.ids for need in self._needs(one))
        ]
        return [one for one in able if one.stage == able[0].stage]

    def _report(self, made: Mapping[str, dict[str, Any]], failed: Mapping[str, dict[str, Any]]) -> Recipe[None]:
        ids = {key: step["id"] for key, step in made.items()}
        told = {"run": self.ctx.instance_id, "now": self._now(), "made": ids, "failed": failed}
        self._wake((yield self.ctx.call_entity(self._entity(), "report", told)))
        self.ids |= ids

    def _sleep(self, builders: Mapping[str, str]) -> Recipe[None]:
        """Wait until somebody wakes this run; if nobody does, find out whether the builders' runs are over."""
        self._show(waiting=sorted(builders))
        pause = min(LONGEST_SLEEP, timedelta(minutes=self.pacing["step_minutes"] / 4))
        self._woken = self._woken or self.ctx.wait_for_external_event(AWAKE)
        if not self._woken.is_complete:
            yield when_any([self._woken, self.ctx.create_timer(pause)])
        if self._woken.is_complete:
            self._woken = None
            return
        runs = sorted(set(builders.values()))
        ended = yield from ensure_one(self.ctx, Call("find_ended_runs", {"runs": runs}), self.pacing)
        if ended["runs"]:
            self._wake((yield self.ctx.call_entity(self._entity(), "release", {"runs": ended["runs"]})))

    def _show(self, **now: list[str]) -> None:
        """Of how many things how many are there, and what is being made or waited for now, by its keys."""
        there = {"done": len(self.needed) - len(self._missing()), "of": len(self.needed)}
        self.ctx.set_custom_status({"step": "foundation", **there, **now})

    def _wake(self, runs: Iterable[str]) -> None:
        for run in runs:
            if run != self.ctx.instance_id:
                self.ctx.send_event(run, AWAKE)

    def _missing(self) -> list[Needed]:
        return [one for one in self.needed if one.key not in self.ids]

    def _needs(self, one: Needed) -> list[str]:
        return [self.needed[position].key for position in one.needs]

    def _entity(self) -> EntityInstanceId:
        return EntityInstanceId("Foundation", self.key)

    def _now(self) -> float:
        return round(self.ctx.current_utc_datetime.replace(tzinfo=UTC).timestamp(), 3)
