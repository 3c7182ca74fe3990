"""Many runs on one foundation: each thing is built by one of them, and nobody waits for what it does not need."""

import threading
from typing import Any

from tests.orchestrators.hub import PACING, hub
from tests.orchestrators.substitutes import NEEDED, Activities, converge, state_until

PATIENT = {**PACING, "step_minutes": 0.05}


def test_runs_that_wait_are_woken_by_events_and_end() -> None:
    """While one run builds, thirty wait; none asks Azure, none has to be rescued by its timer."""
    activities = Activities()
    activities.stuck.add("ensure_vault")
    keys = [f"vm-{number}" for number in range(30)]
    with hub(activities.table()) as h:
        for key in keys:
            converge(h, key)
        h.until(lambda: len(h.entity("Foundation", "f-1").get("waiters", {})) == len(keys) - 1)
        activities.stuck.clear()
        for key in keys:
            state_until(h, lambda state: state.get("last"), key)
        memory = h.entity("Foundation", "f-1")

    assert activities.count("ensure_vault") == 1
    assert activities.count("find_ended_runs") == 0
    assert (memory["claims"], memory["waiters"], memory["due"]) == ({}, {}, [])


def test_a_run_does_not_wait_for_what_it_does_not_stand_on() -> None:
    """Two VMs of two networks: the network of the one takes for ever, the other is protected."""
    activities = Activities()
    other = threading.Event()
    ways = {
        "vm-slow": [*NEEDED, ["network:1", "ensure_virtual_network", 7, [2]]],
        "vm-quick": [*NEEDED, ["network:2", "ensure_network_mapping", 7, [2]]],
    }
    table = activities.table()

    def decide(request: dict[str, Any]) -> dict[str, Any]:
        activities.needed = ways["vm-quick" if other.is_set() else "vm-slow"]
        answer: dict[str, Any] = table["decide_protection"](request)
        return answer

    activities.stuck.add("ensure_virtual_network")
    with hub({**table, "decide_protection": decide}) as h:
        converge(h, "vm-slow")
        h.until(lambda: activities.count("ensure_virtual_network") > 0)
        other.set()
        converge(h, "vm-quick")
        quick = state_until(h, lambda state: state.get("last"), "vm-quick")
        slow = h.entity("VirtualMachine", "vm-slow")
        activities.stuck.clear()
        state_until(h, lambda state: state.get("last"), "vm-slow")

    assert quick["last"]["state"] == "enabling"
    assert "last" not in slow


def test_what_a_terminated_run_was_building_is_built_by_one_that_waits() -> None:
    """Its claims are free as soon as a waiter's timer has found that it is over."""
    activities = Activities()
    activities.stuck.add("ensure_vault")
    with hub(activities.table()) as h:
        first = converge(h, "vm-1", pacing=PATIENT)
        h.until(lambda: activities.count("poll_operation") > 0)
        converge(h, "vm-2", pacing=PATIENT)
        h.until(lambda: bool(h.entity("Foundation", "f-1").get("waiters")))
        h.terminate(first)
        activities.ended.add(first)
        activities.stuck.clear()
        watch = state_until(h, lambda state: state.get("last"), "vm-2")

    assert watch["last"]["state"] == "enabling"
    assert activities.count("find_ended_runs") > 0


def test_a_failure_is_shared_by_those_who_waited() -> None:
    """Ten runs wait for one thing that cannot be made: it is tried once, and each of them says why."""
    activities = Activities()
    activities.stuck.add("ensure_vault")
    reason = {"code": "AuthorizationFailed", "facts": {}, "azure": {"message": "No."}}
    activities.broken["ensure_vault"] = reason
    keys = [f"vm-{number}" for number in range(10)]
    with hub(activities.table()) as h:
        for key in keys:
            converge(h, key)
        h.until(lambda: len(h.entity("Foundation", "f-1").get("waiters", {})) == len(keys) - 1)
        activities.stuck.clear()
        outcomes = [state_until(h, lambda state: state.get("last"), key)["last"] for key in keys]

    assert [outcome["reasons"] for outcome in outcomes] == [[reason]] * len(keys)
    assert activities.count("ensure_resource_group") == 1
    assert activities.count("ensure_vault") == 2
