"""Runs that are worth keeping; `python -m tests.orchestrators.record` writes their histories again, by today's code."""

import sys
from collections.abc import Callable, Mapping

from asr.planning.naming import digest
from tests.orchestrators.histories import keep, read
from tests.orchestrators.hub import PACING, Hub, hub
from tests.orchestrators.substitutes import VAULT, Activities, converge, state_until
from tests.orchestrators.sweeps import SWEEP, Steps

type Story = Callable[[Hub, Activities], str]

JOBS_KEY = digest(VAULT, 24)

WANTED = {"code": "VmStillChanging", "facts": {}}


def first_vm(h: Hub, _: Activities) -> str:
    """The foundation is built, stage by stage."""
    return converge(h)


def further_vm(h: Hub, _: Activities) -> str:
    """The foundation is there."""
    h.ended(converge(h, "vm-before"))
    return converge(h)


def waits_for_another(h: Hub, activities: Activities) -> str:
    """Another run builds what this one needs, and wakes it."""
    activities.stuck.add("ensure_vault")
    converge(h, "vm-before")
    h.until(lambda: activities.count("poll_operation") > 2)
    run = converge(h)
    h.until(lambda: run in h.entity("Foundation", "f-1").get("waiters", {}))
    activities.stuck.clear()
    return run


def step_fails(h: Hub, activities: Activities) -> str:
    """One of two fabrics is refused; what the other has begun is followed to its end."""
    activities.fail["ensure_fabric x"] = {"code": "AuthorizationFailed", "facts": {}}
    return converge(h)


def fault_is_retried(h: Hub, activities: Activities) -> str:
    """A transient fault is raised, and tried again after a timer."""
    activities.throw["ensure_vault"] = 2
    return converge(h)


def operation_fails(h: Hub, activities: Activities) -> str:
    """What Azure ran has failed; the activity that began it is called once more."""
    activities.broken["enable_protection"] = {"code": "150097", "facts": {}}
    return converge(h)


def completes(h: Hub, activities: Activities) -> str:
    """The item is Protected, lacks its test network, and one of its VM's disks."""
    activities.decision = {"action": "complete", "plan": "p-1", "steps": ["settings", "disks"]}
    return converge(h)


def refused(h: Hub, activities: Activities) -> str:
    """Nothing is to be done but to say why."""
    activities.decision = {"action": "refuse", "outcome": {"state": "refused", "reasons": [WANTED]}}
    return converge(h)


def by_name(h: Hub, _: Activities) -> str:
    """A command with choices."""
    by = {"name": "somebody", "verified": False}
    return converge(h, kind="protect", cause="http", requested_by=by, choices={"profile": "gold", "overrides": {}})


def is_told(h: Hub, activities: Activities) -> str:
    """Another run waits for a job of the vault, too: this one is told of its own."""
    activities.stuck.add("enable_protection")
    converge(h, "vm-before")
    h.until(lambda: bool(h.entity("JobWaiters", JOBS_KEY).get("waiters")))
    run = converge(h)
    h.until(lambda: run in h.entity("JobWaiters", JOBS_KEY).get("waiters", {}))
    activities.stuck.clear()
    return run


def follows_jobs(h: Hub, activities: Activities) -> str:
    """The orchestration that tells them."""
    h.ended(is_told(h, activities))
    return h.instances("jobs-")[0].instance_id


def superseded(h: Hub, activities: Activities) -> str:
    """Its VM has another active run."""
    activities.gate.clear()
    active = converge(h)
    state_until(h, lambda state: state.get("active", {}).get("begun"))
    request = {"vm_key": "vm-1234", "vm_id": "/vm", "pacing": PACING}
    h.run("protect_vm", request, "vm-1234-other")
    activities.gate.set()
    h.ended(active)
    return "vm-1234-other"


def fails_back(h: Hub, _: Activities) -> str:
    """Over, committed, and protected again from home."""
    return converge(h, kind="fail_back", cause="http", requested_by={"name": "somebody", "verified": False})


def failover_refused(h: Hub, activities: Activities) -> str:
    """The second of its steps is not allowed; what the first has done stays."""
    activities.fail["commit_failover"] = WANTED
    return fails_back(h, activities)


DRILL = {"drill": "drill-1", "asked_at": "2026-11-22T10:00:00+00:00"}


def drills_a_vm(h: Hub, _: Activities) -> str:
    """Tested, probed twice, cleaned up."""
    return converge(h, kind="drill", cause="http", requested_by={"name": "somebody", "verified": False}, drill=DRILL)


def drill_test_fails(h: Hub, activities: Activities) -> str:
    """The test failover is refused; the clean-up comes all the same."""
    activities.fail["carry_out_failover"] = WANTED
    return drills_a_vm(h, activities)


def drill_in_waves(h: Hub, _: Activities) -> str:
    """One wave after the other, and the evidence at the end."""
    ask = {
        "kind": "drill",
        "request_id": "drill-1",
        "requested_by": {"name": "somebody", "verified": False},
        "cause": "http",
        "pacing": PACING,
        "drill": {**DRILL, "holds": True},
    }
    waves = [
        [{"vm_id": "/vm/1", "vm_key": "vm-1"}, {"vm_id": "/vm/2", "vm_key": "vm-2"}],
        [{"vm_id": "/vm/3", "vm_key": "vm-3"}],
    ]
    order = {"drill": "drill-1", "vaults": [VAULT], "waves": waves, "ask": ask, "at_once": 2, "pacing": PACING}
    h.run("drill", order, "drill-1")
    return "drill-1"


STORIES: Mapping[str, Story] = {
    story.__name__: story
    for story in (
        first_vm,
        further_vm,
        waits_for_another,
        step_fails,
        fault_is_retried,
        operation_fails,
        completes,
        refused,
        by_name,
        superseded,
        is_told,
        follows_jobs,
        fails_back,
        failover_refused,
        drills_a_vm,
        drill_test_fails,
        drill_in_waves,
    )
}


SWEEPS: Mapping[str, Steps] = {"sweep": Steps(pages=2, vaults=2), "sweep_of_many_pages": Steps(pages=30)}
"""Of the second the last generation is kept, which began with what the one before it knew."""


def record(name: str) -> None:
    """Run the story, and keep its history."""
    if name in SWEEPS:
        with hub(SWEEPS[name].table()) as h:
            h.run("sweep", SWEEP, "sweep")
            keep(name, read(h.address, "sweep"))
        return
    activities = Activities()
    with hub(activities.table()) as h:
        run = STORIES[name](h, activities)
        h.ended(run)
        keep(name, read(h.address, run))


if __name__ == "__main__":
    for wanted in sys.argv[1:] or (*STORIES, *SWEEPS):
        record(wanted)
