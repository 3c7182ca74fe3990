"""A recovery plan's waves: who begins when, what stops them, and how they wait for a person."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from orchestrators.waves import resume_event
from tests.orchestrators.histories import read
from tests.orchestrators.hub import PACING, Hub, hub
from tests.orchestrators.substitutes import Activities

GROUP = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines"
ASK = {
    "kind": "unplanned_failover",
    "request_id": "plan-1",
    "requested_by": {"name": "ops", "verified": True},
    "cause": "http",
    "pacing": PACING,
    "failover": {"part_of": "plan-1"},
}


class Plan(Activities):
    """A plan whose VMs are named; `bad` ones are refused, and `most` is how many ran side by side at the worst."""

    def __init__(self, *waves: list[Any], bad: tuple[str, ...] = (), goes_on: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.waves = [[part if isinstance(part, list) else [part] for part in wave] for wave in waves]
        self.bad, self.goes_on = bad, goes_on
        self.begun: list[str] = []
        self.running: set[str] = set()
        self.most = 0

    def table(self) -> dict[str, Any]:
        return {
            **super().table(),
            "read_wave": self._read,
            "find_ended_members": self._over,
            "decide_failover": self._decided,
            "forget_run_plan": self._gone,
        }

    def _read(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("read_wave", request)
        parts = self.waves[request["wave"]][request["start"] : request["start"] + 4]
        shown = [[{"vm_id": f"{GROUP}/{vm}", "goes_on": vm in self.goes_on} for vm in part] for part in parts]
        following = request["start"] + 4
        left = following if following < len(self.waves[request["wave"]]) else None
        return {"status": "ready", "number": request["wave"] * 10, "parts": shown, "next": left}

    def _over(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("find_ended_members", request)
        return {"status": "ready", "runs": {}}

    def _decided(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["vm_id"].rpartition("/")[2]
        with self.lock:
            self.begun.append(name)
            self.running.add(name)
            self.most = max(self.most, len(self.running))
        time.sleep(0.02)  # stands for the work of a failover, so that those begun together overlap
        with self.lock:
            self.running.discard(name)
        if name in self.bad:
            reasons = [{"code": "NoRecoveryPoint", "facts": {}}]
            return {"status": "ready", "plan": None, "outcome": {"state": "refused", "reasons": reasons}}
        return {"status": "ready", "plan": {"action": "unplanned_failover", "item_id": "/i"}, "at": "2026-11-22T10:00Z"}

    def _gone(self, _request: dict[str, Any]) -> dict[str, Any]:
        return {"status": "ready"}

    def _ensure(self, name: str) -> Any:
        def body(_request: dict[str, Any]) -> dict[str, Any]:
            return {"status": "ready", "outcome": {"state": "failed_over", "reasons": []}}

        return body if name == "carry_out_failover" else super()._ensure(name)


@contextmanager
def running(plan: Plan, at_once: int = 10, **more: Any) -> Iterator[Hub]:
    """The plan, begun."""
    with hub(plan.table()) as h:
        order = {"waves": len(plan.waves), "ask": ASK, "at_once": at_once, "pacing": PACING, **more}
        h.start("fail_over_waves", order, "plan-1")
        yield h


def result(h: Hub) -> dict[str, Any]:
    found: dict[str, Any] = h.ended("plan-1").get_output()
    return found


def paused(h: Hub, place: int) -> None:
    def waits() -> bool:
        [state] = h.instances("plan-1")
        shown = state.get_custom_status() or {}
        return bool(shown.get("step") == "paused" and shown["place"] == place)

    h.until(waits)


def test_waves_follow_each_other_and_groups_are_not_torn_apart() -> None:
    """Within a wave so many at once, a group as a whole; the next wave begins when the last VM of one is over."""
    plan = Plan(["a0", "a1", "a2", "a3", "a4", "a5"], [["b0", "b1", "b2"], "b3"], ["c0"])
    with running(plan, at_once=2) as h:
        found = result(h)
        assert found["result"] == "done"
        assert [(wave["wave"], wave["vms"], wave["failed"]) for wave in found["waves"]] == [
            (0, 6, 0),
            (10, 4, 0),
            (20, 1, 0),
        ]
        assert [name[0] for name in plan.begun] == ["a"] * 6 + ["b"] * 4 + ["c"]
        assert plan.begun.index("b3") == 9
        assert plan.most <= 3
        assert len(read(h.address, "plan-1")) < 40


def test_a_failed_vm_lets_its_wave_end_and_stops_the_next() -> None:
    """The others of its wave do not depend on it; those after it may."""
    plan = Plan(["a0", "a1", "a2"], ["b0"], ["c0"], bad=("a0",))
    with running(plan, at_once=1) as h:
        found = result(h)
        assert (found["result"], found["waves_left"]) == ("stopped", 2)
        assert [one["code"] for one in found["reasons"]] == ["WaveFailed"]
        assert plan.begun == ["a0", "a1", "a2"]


def test_a_failed_vm_that_goes_on_stops_nothing() -> None:
    """Its profile says so; that it failed is told all the same."""
    plan = Plan(["a0"], ["b0"], bad=("a0",), goes_on=("a0",))
    with running(plan) as h:
        found = result(h)
        assert (found["result"], plan.begun) == ("done", ["a0", "b0"])
        assert [one["code"] for one in found["reasons"]] == ["WaveWithFailures"]


def test_each_pause_is_resumed_once() -> None:
    """A second word about the first pause does not end the second; who resumed is kept."""
    plan = Plan(["a0"], ["b0"], ["c0"])
    with running(plan, pause_hours=1) as h:
        paused(h, 2)
        for _ in range(3):
            h.tell("plan-1", resume_event(1), {"by": "ops", "verified": True, "note": "fine"})
        paused(h, 3)
        assert plan.begun == ["a0", "b0"]
        h.tell("plan-1", resume_event(2), {"by": "dba", "verified": False})
        found = result(h)
        assert found["result"] == "done"
        assert [(one["by"], one["beforePlace"]) for one in found["resumed"]] == [("ops", 2), ("dba", 3)]


def test_a_pause_that_nobody_resumes_ends() -> None:
    """A durable timer bounds it, and the waves that are left are not begun."""
    plan = Plan(["a0"], ["b0"])
    with running(plan, pause_hours=0.2 / 3600) as h:
        found = result(h)
        assert (found["result"], found["waves_left"], plan.begun) == ("expired", 1, ["a0"])
        assert [one["code"] for one in found["reasons"]] == ["PauseExpired"]


def test_terminated_while_it_pauses_nothing_more_begins() -> None:
    """What somebody says afterwards wakes nobody."""
    plan = Plan(["a0"], ["b0"])
    with running(plan, pause_hours=1) as h:
        paused(h, 2)
        h.terminate("plan-1")
        assert h.ended("plan-1").runtime_status.name == "TERMINATED"
        h.tell("plan-1", resume_event(1), {"by": "ops", "verified": True})
        assert plan.begun == ["a0"]


def test_a_wave_of_many_keeps_its_history_short() -> None:
    """The orchestration begins anew within a wave, and loses no end that it was told meanwhile."""
    plan = Plan([f"a{n}" for n in range(100)], ["b0"])
    with running(plan) as h:
        found = result(h)
        assert [(wave["vms"], wave["failed"]) for wave in found["waves"]] == [(100, 0), (1, 0)]
        assert len(set(plan.begun)) == len(plan.begun) == 101
        assert plan.count("find_ended_members") == 0


def test_a_recipe_of_another_version_does_nothing() -> None:
    """Code that does not know the recipe says so."""
    plan = Plan(["a0"])
    with running(plan, version=99) as h:
        assert [one["code"] for one in result(h)["reasons"]] == ["RunVersionUnknown"]
        assert plan.begun == []
