"""A run, driven by the real Durable engine with activities substituted by name."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.orchestrators.hub import PACING, Hub, hub

VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"
KEY = "vm-1234"

REQUIREMENTS = [
    {"key": "group:a", "activity": "ensure_resource_group", "stage": 1, "spec": {"id": "/a"}, "needs": []},
    {"key": "vault:v", "activity": "ensure_vault", "stage": 2, "spec": {"id": "/v"}, "needs": []},
    {"key": "fabric:x", "activity": "ensure_fabric", "stage": 3, "spec": {"region": "x"}, "needs": ["vault:v"]},
    {"key": "fabric:y", "activity": "ensure_fabric", "stage": 3, "spec": {"region": "y"}, "needs": ["vault:v"]},
]

OPERATION = {"url": "http://127.0.0.1/op", "style": "status", "after_seconds": 0.01, "job": None}


class Activities:
    """Activities that record their calls; `answers` may change what one of them answers."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.lock = threading.Lock()
        self.decision: dict[str, Any] = {"action": "protect", "plan": {}, "warnings": [], "outcome": None}
        self.throw: Counter[str] = Counter()
        self.fail: dict[str, dict[str, Any]] = {}
        self.gate = threading.Event()
        self.gate.set()

    def table(self) -> dict[str, Any]:
        """The substitutes by name."""
        names = ("ensure_resource_group", "ensure_vault", "ensure_fabric", "enable_protection", "settle_protection")
        return {
            "decide_protection": self._decide,
            "find_unsettled": self._find,
            **{name: self._ensure(name) for name in names},
        }

    def _decide(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("decide_protection", request)
        self.gate.wait(20)
        foundation = {"key": "f-1", "trust_hours": 12, "requirements": REQUIREMENTS}
        return {"status": "ready", "decision": self.decision, "foundation": foundation}

    def _find(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("find_unsettled", request)
        return {"status": "ready", "looks": [{"vm_id": VM, "vm_key": KEY, "expects": ["enabling"]}]}

    def _ensure(self, name: str) -> Any:
        def body(request: dict[str, Any]) -> dict[str, Any]:
            self._record(name, request)
            if self.throw[name] > 0:
                self.throw[name] -= 1
                message = "GET /x: 500"
                raise ConnectionError(message)
            if name in self.fail:
                return {"status": "failed", "reason": self.fail[name]}
            if request.get("operation") is None and name != "ensure_resource_group":
                return {"status": "wait", "after_seconds": 0.01, "because": "begun", "operation": OPERATION}
            return {"status": "ready", "id": f"{name}/{request.get('id') or request.get('region')}", "how": "created"}

        return body

    def _record(self, name: str, request: dict[str, Any]) -> None:
        with self.lock:
            self.calls.append((name, request))

    def count(self, name: str) -> int:
        """How often an activity was called."""
        return sum(1 for called, _ in self.calls if called == name)


def _look(h: Hub, key: str = KEY, **more: Any) -> None:
    h.signal("VirtualMachine", key, "look", {"vm_id": VM, "cause": "event", "pacing": PACING, **more})


def _watch_until(h: Hub, condition: Any, key: str = KEY) -> dict[str, Any]:
    done = threading.Event()
    for _ in range(600):
        state = h.entity("VirtualMachine", key)
        if state and condition(state):
            return state
        done.wait(0.02)
    raise AssertionError(h.entity("VirtualMachine", key))


def test_a_look_starts_a_run_that_builds_the_foundation_enables_and_reports() -> None:
    """The entity schedules run 1; its foundation is built in stages; the outcome comes back to the entity."""
    activities = Activities()
    with hub(activities.table()) as h:
        _look(h)
        watch = _watch_until(h, lambda state: state["last"])
        run = h.ended(f"{KEY}-1")

    assert watch["last"]["state"] == "enabling"
    assert watch["active"] is None
    assert watch["runs"] == [{"id": f"{KEY}-1", "cause": "event", "state": "enabling"}]
    assert run.get_output()["item_id"] == "enable_protection/None"
    fabric = next(request for name, request in activities.calls if name == "ensure_fabric")
    assert fabric["ids"] == {"vault:v": "ensure_vault//v"}


def test_a_second_run_finds_the_foundation_remembered() -> None:
    """What the foundation entity remembers is not ensured again, and no lock is needed to know."""
    activities = Activities()
    with hub(activities.table()) as h:
        _look(h)
        h_first = _watch_until(h, lambda state: state["last"])
        before = activities.count("ensure_vault")
        _look(h)
        _watch_until(h, lambda state: state["count"] == h_first["count"] + 1 and state["active"] is None)

    assert activities.count("ensure_vault") == before
    assert activities.count("enable_protection") == 4


def test_a_burst_of_looks_makes_one_more_run() -> None:
    """Twenty looks while a run is active become exactly one further run."""
    activities = Activities()
    activities.gate.clear()
    with hub(activities.table()) as h:
        _look(h)
        _watch_until(h, lambda state: state["active"])
        for _ in range(20):
            _look(h)
        _watch_until(h, lambda state: state["waiting"])
        activities.gate.set()
        watch = _watch_until(h, lambda state: state["active"] is None and state["count"] >= 2)

    assert [note["cause"] for note in watch["runs"]] == ["event", "burst"]


def test_transient_faults_are_retried() -> None:
    """An activity that raises three times and then succeeds costs a run nothing but time."""
    activities = Activities()
    activities.throw["ensure_vault"] = 3
    with hub(activities.table()) as h:
        _look(h)
        watch = _watch_until(h, lambda state: state["last"])

    assert watch["last"]["state"] == "enabling"


def test_a_fault_that_stays_becomes_an_outcome_and_keeps_what_was_made() -> None:
    """Retries end; the outcome says so, and the next run begins where this one stopped."""
    activities = Activities()
    activities.throw["ensure_vault"] = 4
    with hub(activities.table()) as h:
        _look(h)
        first = _watch_until(h, lambda state: state["last"])
        _look(h)
        second = _watch_until(h, lambda state: state["count"] == 2 and state["active"] is None)

    assert first["last"]["state"] == "failed"
    assert first["last"]["reasons"][0]["code"] == "TransientFaultPersisted"
    assert second["last"]["state"] == "enabling"
    assert activities.count("ensure_resource_group") == 1


def _remember(h: Hub, age: timedelta) -> None:
    """The foundation was ensured so long ago."""
    at = (datetime.now(UTC).replace(tzinfo=None) - age).isoformat()
    entries = {one["key"]: {"id": f"/of/{one['key']}", "how": "created", "at": at} for one in REQUIREMENTS}
    h.signal("Foundation", "f-1", "remember", entries)


def test_a_failed_step_is_the_outcome_and_the_foundation_is_asked_again() -> None:
    """When enabling fails, what the foundation remembered may be wrong: the next run reads it from Azure again."""
    activities = Activities()
    reason = {"code": "150097", "sentence": "No quota.", "fix": "Ask for quota.", "azure": None}
    activities.fail["enable_protection"] = reason
    with hub(activities.table()) as h:
        _remember(h, timedelta(minutes=2))
        _look(h)
        first = _watch_until(h, lambda state: state["last"])
        made = activities.count("ensure_vault")
        activities.fail.clear()
        _look(h)
        _watch_until(h, lambda state: state["count"] == 2 and state["active"] is None)

    assert first["last"]["reasons"] == [reason]
    assert made == 0
    assert activities.count("ensure_vault") > made


def test_many_failing_vms_ask_about_their_foundation_once() -> None:
    """What was asked of Azure less than a minute ago is beyond doubt, so a sweep over a failing fleet stays cheap."""
    activities = Activities()
    activities.fail["enable_protection"] = {"code": "150097", "sentence": "No quota.", "fix": "Ask.", "azure": None}
    keys = [f"vm-{number}" for number in range(8)]
    with hub(activities.table()) as h:
        _remember(h, timedelta(minutes=2))
        for key in keys:
            _look(h, key)
            _watch_until(h, lambda state: state["last"], key)

    assert activities.count("enable_protection") >= len(keys)
    assert activities.count("ensure_resource_group") == 1


def test_a_refusal_writes_nothing_and_is_the_outcome() -> None:
    """A decision that refuses ends the run at once."""
    activities = Activities()
    refused: dict[str, Any] = {"state": "refused", "sentence": "It is off.", "reasons": [], "item_id": None}
    activities.decision = {"action": "refuse", "outcome": refused}
    with hub(activities.table()) as h:
        _look(h)
        watch = _watch_until(h, lambda state: state["last"])

    assert watch["last"] == {**refused, "run": f"{KEY}-1"}
    assert [name for name, _ in activities.calls] == ["decide_protection"]


def test_a_sweep_starts_a_run_only_where_the_last_outcome_is_another() -> None:
    """The item is in initial replication: a VM that is known to be enabling is left in peace."""
    activities = Activities()
    with hub(activities.table()) as h:
        first = h.run("sweep", {"pacing": PACING}, "sweep-1")
        watch = _watch_until(h, lambda state: state["last"])
        h.run("sweep", {"pacing": PACING}, "sweep-2")
        h.run("sweep", {"pacing": PACING}, "sweep-3")
        again = h.entity("VirtualMachine", KEY)

    assert first.get_output() == {"looked_at": 1}
    assert watch["count"] == 1
    assert again["count"] == 1


def test_many_vms_on_one_foundation_build_it_once() -> None:
    """Thirty VMs at once: every requirement is ensured by one run only."""
    activities = Activities()
    keys = [f"vm-{number}" for number in range(30)]
    with hub(activities.table()) as h:
        for key in keys:
            _look(h, key)
        for key in keys:
            _watch_until(h, lambda state: state["last"], key)

    assert activities.count("ensure_resource_group") == 1
    assert activities.count("ensure_fabric") == 4
