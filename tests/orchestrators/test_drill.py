"""A drill's orchestration: how many VMs are tested at once, what stops it, and that all it began is cleaned up."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from asr.planning.lifecycle import run_id
from orchestrators import drill as recipe
from orchestrators.drill import OFF, TOLD
from tests.orchestrators.hub import PACING, Hub, hub
from tests.orchestrators.substitutes import Activities

ID = "drill-1"
ASK = {
    "kind": "drill",
    "request_id": ID,
    "requested_by": {"name": "ops", "verified": True},
    "cause": "http",
    "pacing": PACING,
}


class Part(Activities):
    """VMs by their names: `bad` ones fail their probes, the probes of `slow` ones stay open until the drill is `off`.

    `standing` are test VMs that stand, `most` is how many were tested side by side at the worst, `order` what happened.
    """

    def __init__(self, bad: Sequence[str] = (), slow: Sequence[str] = ()) -> None:
        super().__init__()
        self.bad, self.slow = bad, slow
        self.off = False
        self.testing: set[str] = set()
        self.standing: set[str] = set()
        self.most = 0
        self.order: list[str] = []

    def _decide_drill(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["vm_id"]
        with self.lock:
            self.order.append(f"test {name}")
            self.testing.add(name)
            self.standing.add(name)
            self.most = max(self.most, len(self.testing))
        return {"status": "ready", "plan": {"action": "test_failover", "item_id": "/i"}, "at": "2026-11-22T10:00Z"}

    def _probe_drill(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["vm_id"]
        still = name in self.slow and not self.off
        with self.lock:
            if not still:
                self.order.append(f"probed {name}")
                self.testing.discard(name)
        passed = not self.off and not still and name not in self.bad
        return {"status": "ready", "open": still, "passed": passed, "off": self.off}

    def _decide_clean_up(self, request: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            self.order.append(f"clean {request['vm_id']}")
            self.standing.discard(request["vm_id"])
        return {"status": "ready", "plan": None, "left": False, "alone": False}

    def _close_drill(self, request: dict[str, Any]) -> dict[str, Any]:
        status = "cancelled" if self.off else "failed" if request["vm_id"] in self.bad else "passed"
        told = {"drill": {"drill": ID, "status": status}}
        return {"status": "ready", "outcome": {"state": "protected", "reasons": [], "facts": told}}

    def _ended_parts(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("find_ended_parts", request)
        ended = {run: "cancelled" for run in request["runs"] if run in self.ended}
        return {"status": "ready", "ended": ended, "probed": [], "off": self.off}


def order_of(*waves: Sequence[str], at_once: int = 10, goes_on: Sequence[str] = ()) -> dict[str, Any]:
    """What the orchestration begins with."""
    asked = {**ASK, "drill": {"drill": ID, "asked_at": "2026-11-22T10:00:00+00:00", "holds": len(waves) > 1}}
    vms = [[{"vm_id": vm, "vm_key": vm, **({"goes_on": True} if vm in goes_on else {})} for vm in one] for one in waves]
    return {"drill": ID, "vaults": [], "waves": vms, "ask": asked, "at_once": at_once, "pacing": PACING}


@contextmanager
def running(part: Part, order: dict[str, Any]) -> Iterator[Hub]:
    """The drill, begun."""
    with hub(part.table()) as h:
        h.start("drill", order, ID)
        yield h


def test_so_many_are_tested_at_once_and_the_waves_stand_until_the_last_is_probed() -> None:
    """The next of a wave begins when one is probed; nothing is cleaned up before the last wave was."""
    part = Part()
    first = [f"a{number}" for number in range(6)]
    with running(part, order_of(first, ["b"], at_once=2)) as h:
        h.ended(ID)

    assert part.most <= 2
    assert part.order.index("test b") > max(part.order.index(f"probed {name}") for name in first)
    assert min(part.order.index(f"clean {name}") for name in (*first, "b")) > part.order.index("probed b")
    assert part.standing == set()


@pytest.mark.parametrize(("goes_on", "tested"), [((), ["a", "c"]), (("a",), ["a", "b", "c"])])
def test_a_failed_vm_lets_its_wave_end_and_stops_the_next_unless_it_goes_on(goes_on: Any, tested: list[str]) -> None:
    """Whatever stops it, what has come up is cleaned up."""
    part = Part(bad=["a"])
    with running(part, order_of(["a", "c"], ["b"], at_once=1, goes_on=goes_on)) as h:
        h.ended(ID)

    assert sorted(one.partition(" ")[2] for one in part.order if one.startswith("test ")) == tested
    assert part.standing == set()


@pytest.mark.parametrize("is_told", [True, False])
def test_a_drill_that_is_called_off_begins_nothing_more(is_told: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cleans up what it has begun; where the word was lost, it asks by itself."""
    if not is_told:
        monkeypatch.setattr(recipe, "LONGEST_SLEEP", timedelta(seconds=1))
    part = Part(slow=["b"])
    with running(part, order_of(["a"], ["b", "c"], ["d"], at_once=1)) as h:
        h.until(lambda: "test b" in part.order and "probed a" in part.order)
        part.off = True
        if is_told:
            h.tell(ID, TOLD, {"run": "", "stage": OFF, "status": ""})
        h.ended(ID)

    tested = {one.partition(" ")[2] for one in part.order if one.startswith("test ")}
    assert tested <= ({"a", "b"} if is_told else {"a", "b", "c"})
    assert part.standing == set()


def test_a_run_that_is_lost_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody tells the drill how it ended; it counts as one that has not passed."""
    monkeypatch.setattr(recipe, "LONGEST_SLEEP", timedelta(seconds=1))
    part = Part(slow=["a"])
    part.ended = {run_id("a", ID)}
    with running(part, order_of(["a"], ["b"])) as h:
        h.ended(ID)
        part.off = True

    assert "test b" not in part.order
