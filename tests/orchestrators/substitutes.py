"""Activities in the place of the product's, which record their calls, and how a VM's entity is asked and watched."""

import threading
import time
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from asr.planning.job_waiters import event_of
from asr.planning.lifecycle import run_id
from tests.orchestrators.hub import PACING, Hub

VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"
KEY = "vm-1234"

NEEDED = [
    ["group:a", "ensure_resource_group", 1, []],
    ["vault:v", "ensure_vault", 2, []],
    ["fabric:x", "ensure_fabric", 3, [1]],
    ["fabric:y", "ensure_fabric", 3, [1]],
]
TRUST = {"trust_hours": 12, "keep_hours": 12}

OPERATION = {"url": "http://127.0.0.1/op", "style": "status", "after_seconds": 0.01}

VAULT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v"
JOBS = f"http://127.0.0.1{VAULT}/replicationOperationStatus"
"""Enabling is a job of the vault, called after its step and its run."""


class Activities:
    """Activities that record their calls. `throw`, `fail`, `broken` and `stuck` say which raise how often, refuse, or
    begin an operation that fails or never ends; `ended` are runs that are over.

    `fail` may name one of several calls: `ensure_fabric x` is that of region x. `unsaid` steps do not say what their
    operation makes, and of `lost` operations nobody can tell how they ended. `deaf` runs are never
    told of their jobs, and a `blind` follower reads none.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.lock = threading.Lock()
        self.decision: dict[str, Any] = {"action": "protect", "plan": "p-1", "enable": [1, 2]}
        self.throw: Counter[str] = Counter()
        self.fail: dict[str, dict[str, Any]] = {}
        self.stuck: set[str] = set()
        self.broken: dict[str, dict[str, Any]] = {}
        self.gate = threading.Event()
        self.gate.set()
        self.needed: list[list[Any]] = NEEDED
        self.ended: set[str] = set()
        self.unsaid: set[str] = set()
        self.lost: set[str] = set()
        self.deaf: set[str] = set()
        self.blind = False

    def table(self) -> dict[str, Any]:
        """The substitutes by name."""
        ensured = ("resource_group", "vault", "fabric", "virtual_network", "network_mapping")
        names = (
            *(f"ensure_{one}" for one in ensured),
            "enable_protection",
            "complete_protection",
            "add_disks",
            "map_network",
            "change_policy",
            "update_agents",
            "dismiss_warning",
        )
        failing_over = ("prepare_reprotection", "carry_out_failover")
        return {
            "decide_protection": self._decide,
            "find_ended_runs": self._ended,
            "poll_operation": self._poll,
            "tell_job_waiters": self._tell,
            "forget_run_plan": self._forget,
            "decide_failover": self._decide_failover,
            "decide_drill": self._decide_drill,
            "probe_drill": self._probe_drill,
            "decide_clean_up": self._decide_clean_up,
            "close_drill": self._close_drill,
            "keep_evidence": self._keep_evidence,
            "keep_failover_evidence": self._keep_evidence,
            "refresh_health": self._refresh_health,
            "find_ended_parts": self._ended_parts,
            **{name: self._ensure(name) for name in (*names, *failing_over)},
        }

    def _decide(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("decide_protection", request)
        self.gate.wait(20)
        foundation = {"key": "f-1", "trust": TRUST, "needed": self.needed}
        return {"status": "ready", "foundation": foundation, **self.decision}

    def _decide_failover(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("decide_failover", request)
        if request["action"] in self.fail:
            refused = {"state": "refused", "reasons": [self.fail[request["action"]]]}
            return {"status": "ready", "plan": None, "outcome": refused}
        plan = {"action": request["action"], "item_id": "/item"}
        return {"status": "ready", "plan": plan, "at": "2026-11-22T10:00:00+00:00"}

    def _decide_drill(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._decide_failover({**request, "action": "test_failover"})

    def _decide_clean_up(self, request: dict[str, Any]) -> dict[str, Any]:
        return {**self._decide_failover({**request, "action": "clean_up_test"}), "left": True, "alone": False}

    def _probe_drill(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("probe_drill", request)
        still = self.count("probe_drill") < 2
        return {"status": "ready", "open": still, "passed": not still, "off": False}

    def _close_drill(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("close_drill", request)
        status = "failed" if request["reasons"] else "passed"
        told = {"drill": {"drill": request["drill"]["drill"], "status": status}}
        return {"status": "ready", "outcome": {"state": "protected", "reasons": [], "facts": told}}

    def _keep_evidence(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("keep_evidence", request)
        return {"status": "ready", "state": "passed", "evidence": {"number": 1, "hash": "0"}}

    def _refresh_health(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("refresh_health", request)
        return {"status": "ready"}

    def _ended(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("find_ended_runs", request)
        return {"status": "ready", "runs": [run for run in request["runs"] if run in self.ended]}

    def _ended_parts(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("find_ended_parts", request)
        ended = {run: "cancelled" for run in request["runs"] if run in self.ended}
        return {"status": "ready", "ended": ended, "probed": [], "off": False}

    def _forget(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("forget_run_plan", request)
        return {"status": "ready"}

    def _poll(self, request: dict[str, Any]) -> dict[str, Any]:
        self._record("poll_operation", request)
        step = request["url"].rsplit("/", 1)[-1].partition("~")[0]
        if step in self.stuck:
            return {"status": "wait", "after_seconds": 0.01}
        return {"status": "ended", "reason": self.broken.get(step), "is_lost": step in self.lost}

    def _tell(self, h: Hub, request: dict[str, Any]) -> dict[str, Any]:
        """As the product's own: by the entity's state, an event for each, and then the entity is told."""
        self._record("tell_job_waiters", request)
        waiters = h.entity("JobWaiters", request["key"]).get("waiters", {})
        ended = {run: one["job"] for run, one in waiters.items() if one["job"].partition("~")[0] not in self.stuck}
        for run, job in ended.items():
            if run not in self.deaf:
                succeeded = not self.blind and job.partition("~")[0] not in self.broken
                last = waiters[run].get("last", False)
                h.tell(run, event_of(job), {"succeeded": succeeded, "forgotten": succeeded and last})
        said = {"follower": request["follower"], "now": time.time(), "ended": ended}
        h.signal("JobWaiters", request["key"], "told", said)
        return {"status": "ready", "ended": len(ended)}

    def _ensure(self, name: str) -> Any:
        def body(request: dict[str, Any]) -> dict[str, Any]:
            self._record(name, request)
            if self.throw[name] > 0:
                self.throw[name] -= 1
                message = "GET /x: 500"
                raise ConnectionError(message)
            key = request.get("key", "").partition(":")[2]
            for failing in (name, f"{name} {key}"):
                if failing in self.fail:
                    return {"status": "failed", "reasons": [self.fail[failing]]}
            if request.get("failure"):
                return {"status": "failed", "reasons": [request["failure"]]}
            outcome = {"state": "enabling", "reasons": [], "item_id": "/item"}
            made = {"id": f"{name}/{key}", "outcome": outcome}
            if not request.get("began") and name != "ensure_resource_group":
                return self._begun(name, request, made)
            return {"status": "ready", **made}

        return body

    def _begun(self, name: str, request: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
        answer = {"status": "wait", "after_seconds": 0.01, **({} if name in self.unsaid else {"made": made})}
        if name != "enable_protection":
            return {**answer, "operation": {**OPERATION, "url": f"{OPERATION['url']}/{name}"}}
        job = {**OPERATION, "url": f"{JOBS}/{name}~{request['run']}"}
        return {**answer, "since": time.time(), "operation": job}

    def _record(self, name: str, request: dict[str, Any]) -> None:
        with self.lock:
            self.calls.append((name, request))

    def count(self, name: str) -> int:
        """How often an activity was called."""
        return sum(1 for called, _ in self.calls if called == name)


def converge(h: Hub, key: str = KEY, **more: Any) -> str:
    """Ask the VM's entity for a run; its id is returned."""
    now = datetime.now(UTC).isoformat()
    asked = {
        "kind": "converge",
        "request_id": uuid.uuid4().hex,
        "vm_id": VM,
        "requested_by": {"name": "event", "verified": True},
        "cause": "event",
        "at": now,
        "pacing": PACING,
        **more,
    }
    h.signal("VirtualMachine", key, "ask", {"request": asked})
    return run_id(key, asked["request_id"])


def state_until(h: Hub, condition: Any, key: str = KEY) -> dict[str, Any]:
    """Wait until the state of the VM's entity is so; it is returned."""
    done = threading.Event()
    for _ in range(600):
        state: dict[str, Any] = h.entity("VirtualMachine", key)
        if state and condition(state):
            return state
        done.wait(0.02)
    raise AssertionError(h.entity("VirtualMachine", key))


def remember(h: Hub, age: timedelta, *keys: str) -> None:
    """The foundation, or these of its requirements, was ensured so long ago."""
    at = (datetime.now(UTC) - age).timestamp()
    made = {key: f"/of/{key}" for key in keys or [one[0] for one in NEEDED]}
    h.signal("Foundation", "f-1", "report", {"run": "earlier", "now": at, "made": made})
