"""A run, driven by the real Durable engine with activities substituted by name."""

from datetime import timedelta
from typing import Any

from tests.orchestrators.hub import PACING, hub
from tests.orchestrators.substitutes import KEY, Activities, look, remember, watch_until


def test_a_look_starts_a_run_that_builds_the_foundation_enables_and_reports() -> None:
    """The entity schedules run 1; its foundation is built in stages; the outcome comes back to the entity."""
    activities = Activities()
    with hub(activities.table()) as h:
        look(h)
        watch = watch_until(h, lambda state: state["last"])
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
        look(h)
        h_first = watch_until(h, lambda state: state["last"])
        before = activities.count("ensure_vault")
        look(h)
        watch_until(h, lambda state: state["count"] == h_first["count"] + 1 and state["active"] is None)

    assert activities.count("ensure_vault") == before
    assert activities.count("enable_protection") == 4


def test_a_burst_of_looks_makes_one_more_run() -> None:
    """Twenty looks while a run is active become exactly one further run."""
    activities = Activities()
    activities.gate.clear()
    with hub(activities.table()) as h:
        look(h)
        watch_until(h, lambda state: state["active"])
        for _ in range(20):
            look(h)
        watch_until(h, lambda state: state["waiting"])
        activities.gate.set()
        watch = watch_until(h, lambda state: state["active"] is None and state["count"] >= 2)

    assert [note["cause"] for note in watch["runs"]] == ["event", "burst"]


def test_transient_faults_are_retried() -> None:
    """An activity that raises three times and then succeeds costs a run nothing but time."""
    activities = Activities()
    activities.throw["ensure_vault"] = 3
    with hub(activities.table()) as h:
        look(h)
        watch = watch_until(h, lambda state: state["last"])

    assert watch["last"]["state"] == "enabling"


def test_a_fault_that_stays_becomes_an_outcome_and_keeps_what_was_made() -> None:
    """Retries end; the outcome says so, and the next run begins where this one stopped."""
    activities = Activities()
    activities.throw["ensure_vault"] = 4
    with hub(activities.table()) as h:
        look(h)
        first = watch_until(h, lambda state: state["last"])
        look(h)
        second = watch_until(h, lambda state: state["count"] == 2 and state["active"] is None)

    assert first["last"]["state"] == "failed"
    assert first["last"]["reasons"][0]["code"] == "TransientFaultPersisted"
    assert second["last"]["state"] == "enabling"
    assert activities.count("ensure_resource_group") == 1


def test_a_failed_step_is_the_outcome_and_the_foundation_is_asked_again() -> None:
    """When enabling fails, what the foundation remembered may be wrong: the next run reads it from Azure again."""
    activities = Activities()
    reason = {"code": "150097", "facts": {}, "azure": {"message": "No quota."}}
    activities.fail["enable_protection"] = reason
    with hub(activities.table()) as h:
        remember(h, timedelta(minutes=2))
        look(h)
        first = watch_until(h, lambda state: state["last"])
        made = activities.count("ensure_vault")
        activities.fail.clear()
        look(h)
        watch_until(h, lambda state: state["count"] == 2 and state["active"] is None)

    assert first["last"]["reasons"] == [reason]
    assert made == 0
    assert activities.count("ensure_vault") > made


def test_many_failing_vms_ask_about_their_foundation_once() -> None:
    """What was asked of Azure less than a minute ago is beyond doubt, so a sweep over a failing fleet stays cheap."""
    activities = Activities()
    activities.fail["enable_protection"] = {"code": "150097", "facts": {}, "azure": None}
    keys = [f"vm-{number}" for number in range(8)]
    with hub(activities.table()) as h:
        remember(h, timedelta(minutes=2))
        for key in keys:
            look(h, key)
            watch_until(h, lambda state: state["last"], key)

    assert activities.count("enable_protection") >= len(keys)
    assert activities.count("ensure_resource_group") == 1


def test_a_refusal_writes_nothing_and_is_the_outcome() -> None:
    """A decision that refuses ends the run at once."""
    activities = Activities()
    refused: dict[str, Any] = {"state": "refused", "reasons": [], "item_id": None, "facts": {}}
    activities.decision = {"action": "refuse", "outcome": refused}
    with hub(activities.table()) as h:
        look(h)
        watch = watch_until(h, lambda state: state["last"])

    assert watch["last"] == {**refused, "run": f"{KEY}-1"}
    assert [name for name, _ in activities.calls] == ["decide_protection"]


def test_a_sweep_starts_a_run_only_where_the_last_outcome_is_another() -> None:
    """The item is in initial replication: a VM that is known to be enabling is left in peace."""
    activities = Activities()
    with hub(activities.table()) as h:
        first = h.run("sweep", {"pacing": PACING}, "sweep-1")
        watch = watch_until(h, lambda state: state["last"])
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
            look(h, key)
        for key in keys:
            watch_until(h, lambda state: state["last"], key)

    assert activities.count("ensure_resource_group") == 1
    assert activities.count("ensure_fabric") == 4
