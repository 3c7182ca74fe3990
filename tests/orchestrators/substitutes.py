"""Activities in the place of the product's, which record their calls, and how a VM's entity is asked and watched."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.orchestrators.hub import PACING, Hub

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
    """Activities that record their calls. `throw`, `fail` and `stuck` say which raise how often, refuse, or never end.

    `fail` may name one of several calls: `ensure_fabric x` is that of region x.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.lock = threading.Lock()
        self.decision: dict[str, Any] = {"action": "protect", "plan": {}, "warnings": [], "outcome": None}
        self.throw: Counter[str] = Counter()
        self.fail: dict[str, dict[str, Any]] = {}
        self.stuck: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()

    def table(self) -> dict[str, Any]:
        """The substitutes by name."""
        names = ("ensure_resource_group", "ensure_vault", "ensure_fabric", "enable_protection", "complete_protection")
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
            for failing in (name, f"{name} {request.get('region')}"):
                if failing in self.fail:
                    return {"status": "failed", "reason": self.fail[failing]}
            if name in self.stuck:
                return {"status": "wait", "after_seconds": 0.01, "because": "Azure is at it", "operation": OPERATION}
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


def look(h: Hub, key: str = KEY, **more: Any) -> None:
    """Ask the VM's entity for a run."""
    h.signal("VirtualMachine", key, "look", {"vm_id": VM, "cause": "event", "pacing": PACING, **more})


def watch_until(h: Hub, condition: Any, key: str = KEY) -> dict[str, Any]:
    """Wait until the state of the VM's entity is so; it is returned."""
    done = threading.Event()
    for _ in range(600):
        state = h.entity("VirtualMachine", key)
        if state and condition(state):
            return state
        done.wait(0.02)
    raise AssertionError(h.entity("VirtualMachine", key))


def remember(h: Hub, age: timedelta, *keys: str) -> None:
    """The foundation, or these of its requirements, was ensured so long ago."""
    at = (datetime.now(UTC).replace(tzinfo=None) - age).isoformat()
    known = keys or [one["key"] for one in REQUIREMENTS]
    entries = {key: {"id": f"/of/{key}", "how": "created", "at": at} for key in known}
    h.signal("Foundation", "f-1", "remember", entries)
