"""A VM's part of a drill, as its orchestrator calls its activities, whose answers a test can lose on the way."""

from collections.abc import Mapping
from typing import Any

from activities import drill, failover
from asr.codec import encode
from asr.gateway.drills import keep_called_off, keep_drill, read_machine
from asr.model.drill import CalledOff, Drill, DrillRequest, MachineDrill
from tests.gateway.ending_runs import ACTIVITIES, PAUSE, EndingRun

ID, RUN = "drill-1", "run-1"

MOST_CLEAN_UPS = 3

EVERY = {**ACTIVITIES, **drill.ACTIVITIES, **failover.ACTIVITIES}


class Failed(Exception):
    """A step has failed, with these reasons."""

    def __init__(self, reasons: list[dict[str, Any]]) -> None:
        self.reasons = reasons
        super().__init__(str(reasons))


class DrillRun(EndingRun):
    """The part of `vm_id` of a drill with the one id; see `orchestrators.drill`. `called`: after so many calls of its
    activities somebody calls it off.
    """

    activities = EVERY

    def __init__(self, *about: Any, called: tuple[int, CalledOff] | None = None, **more: Any) -> None:
        super().__init__(*about, **more)
        self._off = called

    async def _called(self, activity: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if self._off is not None and self.calls >= self._off[0]:
            await keep_called_off(self.azure, ID, self._off[1])
        return await super()._called(activity, request)

    async def drilled(self, network: str) -> MachineDrill:
        """The part as it is kept when it is over."""
        request = DrillRequest(ID, "2026-11-27T08:00:00+00:00", network)
        runs = {self.vm_id: RUN}
        await keep_drill(self.azure, Drill(ID, request.asked_at, "ann", False, ID, runs, request))
        about = {"run": RUN, "vm_id": self.vm_id, "drill": encode(request)}
        reasons: list[dict[str, Any]] = []
        try:
            decided = await self._ready("decide_drill", about)
            if decided["plan"] is not None:
                await self._tested(about, decided)
        except Failed as failure:
            reasons += failure.reasons
        else:
            if decided["plan"] is None:
                return await self._kept()
        try:
            await self._cleaned_up(about)
        except Failed as failure:
            reasons += failure.reasons
        await self._ready("close_drill", {**about, "reasons": reasons})
        await self._ready("keep_evidence", {"drill": ID})
        return await self._kept()

    async def _kept(self) -> MachineDrill:
        kept = await read_machine(self.azure, ID, self.vm_id)
        assert kept is not None
        return kept

    async def _tested(self, about: Mapping[str, Any], decided: Mapping[str, Any]) -> None:
        order = {"run": RUN, "vm_id": self.vm_id, "drill": ID, "plan": decided["plan"], "at": decided["at"]}
        tested = await self._ready("carry_out_failover", order)
        point = tested["outcome"]["facts"]["failover"].get("point")
        while (await self._ready("probe_drill", {**about, "point": point}))["open"]:
            self.advance(PAUSE)

    async def _cleaned_up(self, about: Mapping[str, Any]) -> None:
        failed: Failed | None = None
        for attempt in range(MOST_CLEAN_UPS):
            try:
                decided = await self._ready("decide_clean_up", about)
                if decided["plan"] is not None:
                    order = {"run": RUN, "plan": decided["plan"], "at": decided["at"]}
                    await self._ready("carry_out_failover", order)
                if decided["alone"] and attempt:
                    await self._ready("remove_test_machine", about)
                    return
                if decided["plan"] is not None or not decided["left"]:
                    return
            except Failed as failure:
                failed = failure
            self.advance(PAUSE)
        if failed is not None:
            raise failed

    async def _ready(self, activity: str, request: Mapping[str, Any]) -> dict[str, Any]:
        answer = await self._ensured(activity, request)
        if answer["status"] == "failed":
            raise Failed(answer["reasons"])
        return answer
