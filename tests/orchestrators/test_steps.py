"""How a run waits, and what becomes of a foundation when one of its steps fails."""

from datetime import timedelta
from typing import Any

from tests.orchestrators.hub import PACING, hub
from tests.orchestrators.substitutes import OPERATION, Activities, converge, remember, state_until

NOT_FOUND: dict[str, Any] = {
    "code": "ResourceGroupNotFound",
    "facts": {},
    "azure": {"message": "Resource group 'a' could not be found."},
}


def test_a_failing_step_does_not_end_the_one_beside_it() -> None:
    """What was begun in Azure is followed to its end and remembered; the next run has only the rest to do."""
    activities = Activities()
    activities.fail["ensure_fabric x"] = NOT_FOUND
    with hub(activities.table()) as h:
        converge(h)
        first = state_until(h, lambda state: state.get("last"))
        memory = h.entity("Foundation", "f-1")
        activities.fail.clear()
        converge(h)
        second = state_until(h, lambda state: state["count"] == 2 and not state.get("active"))

    assert first["last"]["facts"] == {"step": "ensure_fabric"}
    assert first["last"]["reasons"] == [NOT_FOUND]
    assert set(memory["ready"]) == {"group:a", "vault:v", "fabric:y"}
    assert memory["claims"] == {}
    assert second["last"]["state"] == "enabling"
    assert [request["key"] for name, request in activities.calls if name == "ensure_fabric"].count("fabric:y") == 1
    assert activities.count("forget_run_plan") == 2


def test_what_a_failing_step_stands_on_is_asked_again() -> None:
    """A group that is remembered and was deleted makes what belongs into it fail: the same run makes the group anew,
    once; what is not there even then is the outcome.
    """
    activities = Activities()
    activities.fail["ensure_fabric x"] = NOT_FOUND
    with hub(activities.table()) as h:
        remember(h, timedelta(minutes=2), "group:a", "vault:v")
        converge(h)
        state = state_until(h, lambda state: state.get("last"))

    assert [reason["code"] for reason in state["last"]["reasons"]] == [NOT_FOUND["code"]]
    assert activities.count("ensure_resource_group") == 1
    assert activities.count("ensure_vault") == 1


def test_what_azure_never_finishes_becomes_an_outcome() -> None:
    """No run and no claim lasts for ever: after the time that a step may take the outcome says what it waited for."""
    activities = Activities()
    activities.stuck.add("ensure_vault")
    with hub(activities.table()) as h:
        converge(h, pacing={**PACING, "step_minutes": 0.005})
        stuck = state_until(h, lambda state: state.get("last"))
        activities.stuck.clear()
        converge(h)
        freed = state_until(h, lambda state: state["count"] == 2 and not state.get("active"))

    reason = stuck["last"]["reasons"][0]
    because = "Azure's operation /op/ensure_vault runs"
    assert reason["code"] == "StepNotFinished"
    assert reason["facts"] == {"step": "ensure_vault", "minutes": 0.005, "because": because}
    assert freed["last"]["state"] == "enabling"
    assert [entry["state"] for entry in freed["runs"]] == ["failed", "enabling"]


def test_an_operation_that_succeeded_is_taken_at_its_word() -> None:
    """The activity that began it has said what it makes: nothing is asked once more."""
    activities = Activities()
    with hub(activities.table()) as h:
        converge(h)
        state = state_until(h, lambda state: state.get("last"))
        memory = h.entity("Foundation", "f-1")

    assert state["last"]["state"] == "enabling"
    assert memory["ready"]["vault:v"]["id"] == "ensure_vault/v"
    assert [activities.count(name) for name in ("ensure_vault", "enable_protection")] == [1, 1]


def test_after_an_operation_that_was_lost_its_activity_finds_out_what_came_of_it() -> None:
    """Nobody can tell whether it succeeded."""
    activities = Activities()
    activities.lost.add("ensure_vault")
    with hub(activities.table()) as h:
        converge(h)
        state_until(h, lambda state: state.get("last"))

    calls = [request for name, request in activities.calls if name == "ensure_vault"]
    assert [request.get("began", False) for request in calls] == [False, True]


def test_an_operation_is_polled_by_itself_and_its_activity_called_again_when_it_has_ended() -> None:
    """Where it was not said what it makes. However often it is polled, polls carry the operation and nothing else."""
    activities = Activities()
    activities.unsaid.add("ensure_vault")
    activities.stuck.add("ensure_vault")
    with hub(activities.table()) as h:
        converge(h)
        h.until(lambda: activities.count("poll_operation") > 5)
        activities.stuck.clear()
        state_until(h, lambda state: state.get("last"))

    calls = [request for name, request in activities.calls if name == "ensure_vault"]
    assert [request.get("began", False) for request in calls] == [False, True]
    polls = [request for name, request in activities.calls if name == "poll_operation"]
    assert all(set(request) == set(OPERATION) for request in polls)


def test_an_operation_that_fails_is_the_outcome_when_nothing_else_serves() -> None:
    """The activity that began it is called once more, and is told why."""
    activities = Activities()
    activities.broken["ensure_vault"] = NOT_FOUND
    with hub(activities.table()) as h:
        converge(h)
        state = state_until(h, lambda state: state.get("last"))

    assert state["last"]["reasons"] == [NOT_FOUND]
    assert [request.get("failure") for name, request in activities.calls if name == "ensure_vault"] == [None, NOT_FOUND]
