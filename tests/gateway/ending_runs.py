"""A run that ends a protection, as its orchestrator calls its activities, whose answers a test can lose on the way."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from activities import end_decision, poll_operation, unprotect
from asr.codec import encode
from asr.errors import TransientFault
from asr.gateway import session
from asr.gateway.session import Azure
from asr.model.ending import EndOptions
from asr.model.run import RequestedBy

ACTIVITIES = {**end_decision.ACTIVITIES, **poll_operation.ACTIVITIES, **unprotect.ACTIVITIES}

MOST_CALLS = 150
"""Calls of one run: more than any that comes to an end."""


PAUSE = 30.0
"""Seconds between two looks."""


class EndingRun:
    """One run. `lost` says of the number of a call whether the worker died before its answer was kept; `advance` lets
    these seconds pass, which the run waits.
    """

    activities = ACTIVITIES

    def __init__(
        self,
        azure: Azure,
        vm_id: str,
        advance: Callable[[float], object],
        lost: Callable[[int], bool] = lambda _: False,
    ) -> None:
        self.azure = azure
        self.vm_id = vm_id
        self.advance = advance
        self.calls = 0
        self._lost = lost
        session._sessions[asyncio.get_running_loop()] = azure

    async def outcome(self, options: EndOptions | None = None) -> dict[str, Any]:
        """How the run ends; with no options it goes on with what the store remembers."""
        asked = {
            "vm_id": self.vm_id,
            "ending": encode(options) if options is not None else None,
            "requested_by": encode(RequestedBy("ann", verified=False)),
            "at": "2026-11-27T08:00:00+00:00",
        }
        decided = await self._ensured("decide_ending", asked)
        outcome = decided.get("outcome")
        for step in decided.get("steps", ()):
            done = await self._ensured(step, {"run": "run-1", "vm_id": self.vm_id})
            if "outcome" in done or done["status"] == "failed":
                return dict(done.get("outcome") or {"state": "failed", **done})
        return dict(outcome or {"state": "failed", **decided})

    async def _ensured(self, activity: str, request: Mapping[str, Any]) -> dict[str, Any]:
        asked = dict(request)
        while True:
            answer = await self._called(activity, asked)
            while answer["status"] == "wait" and answer.get("operation"):
                polled = await self._called("poll_operation", answer["operation"])
                if polled["status"] == "failed":
                    return polled
                if polled["status"] == "ended":
                    asked |= {"began": True, "failure": polled.get("reason")}
                    break
            if answer["status"] != "wait":
                return answer
            self.advance(max(answer["after_seconds"], PAUSE))

    async def _called(self, activity: str, request: Mapping[str, Any]) -> dict[str, Any]:
        while True:
            self.calls += 1
            assert self.calls < MOST_CALLS, f"{activity} comes to no end: {request}"
            try:
                answer: dict[str, Any] = await self.activities[activity](dict(request))
            except TransientFault:  # as the retry policy does
                self.advance(PAUSE)
                continue
            if not self._lost(self.calls):
                return answer
