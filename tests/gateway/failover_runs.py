"""Commands of failovers, as their orchestrator calls their activities, whose answers a test can lose on the way."""

from collections.abc import Callable
from typing import Any

from activities import failover
from asr.codec import encode
from asr.gateway import clock
from asr.gateway.clock import now
from asr.gateway.session import Azure
from asr.model.failover import FailoverAction, FailoverRequest
from orchestrators.failover import WAY_BACK
from tests.gateway.ending_runs import ACTIVITIES, EndingRun

EVERY = {**ACTIVITIES, **failover.ACTIVITIES}


class FailoverRun(EndingRun):
    """The runs of one VM's commands, one after the other; see `orchestrators.failover`."""

    activities = EVERY

    def __init__(self, azure: Azure, vm_id: str, advance: Callable[[float], object], **run: Any) -> None:
        def seen(seconds: float) -> None:
            advance(seconds)
            clock._clock.cache_clear()  # the app knows of it at once

        super().__init__(azure, vm_id, seen, **run)

    async def command(self, asked: FailoverAction, point: str | None = None) -> dict[str, Any]:
        """How the run of the command ends."""
        failover = encode(FailoverRequest(point)) if point else None
        outcome: dict[str, Any] = {}
        for action in WAY_BACK if asked is FailoverAction.FAIL_BACK else (asked,):
            question = {"vm_id": self.vm_id, "action": action.value, "failover": failover}
            if asked is FailoverAction.FAIL_BACK:
                question["resumes"] = True
            decided = await self._ensured("decide_failover", question)
            if decided["status"] == "failed":
                return {"state": "failed", **decided}
            if decided["plan"] is None:
                return dict(decided["outcome"])
            order = {"run": "run-1", "plan": decided["plan"], "at": decided["at"]}
            if action is FailoverAction.REPROTECT:
                prepared = await self._ensured("prepare_reprotection", order)
                if prepared["status"] == "failed":
                    return {"state": "failed", **prepared}
                order["tried_from"] = (await now(self.azure.settings)).isoformat()
            done = await self._ensured("carry_out_failover", order)
            if done["status"] == "failed":
                return {"state": "failed", **done}
            outcome = dict(done["outcome"])
        return outcome
