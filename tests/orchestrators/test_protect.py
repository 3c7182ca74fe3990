"""A run, driven by the real Durable engine with activities substituted by name."""

from datetime import timedelta
from typing import Any

from asr.planning.lifecycle import run_id
from tests.orchestrators.hub import PACING, hub
from tests.orchestrators.substitutes import KEY, VM, Activities, converge, remember, state_until


def test_a_request_starts_a_run_that_builds_the_foundation_enables_and_reports() -> None:
    """The entity schedules it; its foundation is built in stages; the outcome comes back to the entity."""
    activities = Activities()
    with hub(activities.table()) as h:
        asked = converge(h)
        state = state_until(h, lambda state: state.get("last"))
        run = h.ended(asked)

    assert state["last"]["state"] == "enabling"
    assert state["item_id"] == "/item"
    (entry,) = state["runs"]
    assert (entry["run"], entry["cause"], entry["state"]) == (asked, "event", "enabling")
    assert run.get_output()["item_id"] == "/item"
    fabric = next(request for name, request in activities.calls if request.get("key") == "fabric:x")
    assert fabric == {"run": asked, "plan": "p-1", "key": "fabric:x", "ids": ["ensure_vault/v"]}
    enable = next(request for name, request in activities.calls if name == "enable_protection")
    assert enable["ids"] == ["ensure_vault/v", "ensure_fabric/x"]
    assert activities.calls[-1] == ("forget_run_plan", {"run": asked})


def test_a_second_run_finds_the_foundation_remembered() -> None:
    """What the foundation entity remembers is not ensured again, and no lock is needed to know."""
    activities = Activities()
    with hub(activities.table()) as h:
        converge(h)
        h_first = state_until(h, lambda state: state.get("last"))
        before = activities.count("ensure_vault")
        converge(h)
        state_until(h, lambda state: state["count"] == h_first["count"] + 1 and not state.get("active"))

    assert activities.count("ensure_vault") == before
    assert activities.count("enable_protection") == 2


def test_a_burst_of_requests_makes_one_more_run() -> None:
    """Twenty requests while a run is active become exactly one further run."""
    activities = Activities()
    activities.gate.clear()
    with hub(activities.table()) as h:
        converge(h)
        state_until(h, lambda state: state.get("active"))
        latest = [converge(h) for _ in range(20)][-1]
        state_until(h, lambda state: run_id(KEY, state.get("dirty", {}).get("request_id", "")) == latest)
        activities.gate.set()
        state = state_until(h, lambda state: not state.get("active") and state["count"] >= 2)

    (entry,) = state["runs"]
    assert (state["count"], entry["count"], entry["run"]) == (2, 2, latest)


def test_commands_wait_for_their_turn_and_go_by_their_own_choices() -> None:
    """Two operators ask while a run is active: both have their run, in order."""
    activities = Activities()
    activities.gate.clear()
    with hub(activities.table()) as h:
        converge(h)
        state_until(h, lambda state: state.get("active"))
        asked = [converge(h, kind="protect", cause="http", choices={"profile": name}) for name in ("gold", "silver")]
        state_until(h, lambda state: len(state.get("queue", ())) == 2)
        activities.gate.set()
        state = state_until(h, lambda state: not state.get("active"))

    assert [entry["run"] for entry in state["runs"]][1:] == asked
    decided = [request["choices"] for name, request in activities.calls if name == "decide_protection"]
    assert [choices and choices["profile"] for choices in decided] == [None, "gold", "silver"]


def test_a_run_that_is_not_the_active_one_does_nothing() -> None:
    """It was found ended before it began, or somebody else has started it: it ends as superseded."""
    activities = Activities()
    with hub(activities.table()) as h:
        run = h.run("protect_vm", {"vm_key": KEY, "kind": "converge", "vm_id": VM, "pacing": PACING}, f"{KEY}-x")

    assert run.get_output()["state"] == "superseded"
    assert activities.calls == []


def test_a_vm_that_asks_for_nothing_leaves_no_trace() -> None:
    """Its entity forgets it as soon as a run has said so; the run itself stays in the history."""
    activities = Activities()
    said: dict[str, Any] = {"state": "not_requested", "sentence": "No tag asks.", "reasons": [], "item_id": None}
    activities.decision = {"action": "leave", "outcome": said}
    with hub(activities.table()) as h:
        run = h.ended(converge(h))
        h.until(lambda: not h.entity("VirtualMachine", KEY))

    assert run.get_output() == said


def test_transient_faults_are_retried() -> None:
    """An activity that raises three times and then succeeds costs a run nothing but time."""
    activities = Activities()
    activities.throw["ensure_vault"] = 3
    with hub(activities.table()) as h:
        converge(h)
        watch = state_until(h, lambda state: state.get("last"))

    assert watch["last"]["state"] == "enabling"


def test_a_fault_that_stays_becomes_an_outcome_and_keeps_what_was_made() -> None:
    """Retries end; the outcome says so, and the next run begins where this one stopped."""
    activities = Activities()
    activities.throw["ensure_vault"] = 4
    with hub(activities.table()) as h:
        converge(h)
        first = state_until(h, lambda state: state.get("last"))
        converge(h)
        second = state_until(h, lambda state: state["count"] == 2 and not state.get("active"))

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
        converge(h)
        first = state_until(h, lambda state: state.get("last"))
        made = activities.count("ensure_vault")
        activities.fail.clear()
        converge(h)
        state_until(h, lambda state: state["count"] == 2 and not state.get("active"))

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
            converge(h, key)
            state_until(h, lambda state: state.get("last"), key)

    assert activities.count("enable_protection") >= len(keys)
    assert activities.count("ensure_resource_group") == 1


def test_what_was_remembered_and_is_gone_is_made_again_by_the_same_run() -> None:
    """Somebody deleted the vault: the run that finds out asks Azure about all that it trusted, and goes on."""
    activities = Activities()
    table = activities.table()
    refusals: list[dict[str, Any]] = [{"code": "ResourceGroupNotFound", "facts": {}, "azure": None}]

    def enable(request: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = table["enable_protection"](request)
        return {"status": "failed", "reasons": [refusals.pop()]} if refusals else answer

    with hub({**table, "enable_protection": enable}) as h:
        remember(h, timedelta(hours=2))
        converge(h)
        state = state_until(h, lambda state: state.get("last"))

    assert state["last"]["state"] == "enabling"
    assert activities.count("ensure_resource_group") == 1
    assert activities.count("ensure_fabric") == 2


def test_what_is_not_there_although_azure_was_asked_fails_once() -> None:
    """Nothing was only remembered, so there is nothing to doubt."""
    activities = Activities()
    activities.fail["enable_protection"] = {"code": "ResourceNotFound", "facts": {}, "azure": None}
    with hub(activities.table()) as h:
        converge(h)
        state = state_until(h, lambda state: state.get("last"))

    assert state["last"]["state"] == "failed"
    assert activities.count("enable_protection") == 1


def test_a_refusal_writes_nothing_and_is_the_outcome() -> None:
    """A decision that refuses ends the run at once."""
    activities = Activities()
    refused: dict[str, Any] = {"state": "refused", "reasons": [], "item_id": None, "facts": {}}
    activities.decision = {"action": "refuse", "outcome": refused}
    with hub(activities.table()) as h:
        run = converge(h)
        watch = state_until(h, lambda state: state.get("last"))

    assert watch["last"] == {**refused, "run": run, "at": watch["last"]["at"]}
    assert [name for name, _ in activities.calls] == ["decide_protection"]


def test_many_vms_on_one_foundation_build_it_once() -> None:
    """Thirty VMs at once: every requirement is ensured by one run only."""
    activities = Activities()
    keys = [f"vm-{number}" for number in range(30)]
    with hub(activities.table()) as h:
        for key in keys:
            converge(h, key)
        for key in keys:
            state_until(h, lambda state: state.get("last"), key)

    assert activities.count("ensure_resource_group") == 1
    assert activities.count("ensure_fabric") == 2
