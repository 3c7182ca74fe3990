"""Runs that wait for jobs of one vault: one follower reads for all of them, and nothing is lost when it fails."""

from typing import Any

from asr.planning.naming import digest
from tests.orchestrators.hub import PACING, Hub, hub
from tests.orchestrators.substitutes import VAULT, Activities, converge, state_until

KEY = digest(VAULT, 24)
FEW = [f"vm-{number}" for number in range(4)]
STEP_MINUTES = 0.1
"""A run makes sure after a quarter of it that somebody still follows the jobs."""


def waiters(h: Hub) -> dict[str, Any]:
    """Who waits for jobs of the vault."""
    waiting: dict[str, Any] = h.entity("JobWaiters", KEY).get("waiters", {})
    return waiting


def asked(activities: Activities) -> set[str]:
    """The jobs that runs have asked about by themselves."""
    urls = (request["url"] for name, request in list(activities.calls) if name == "poll_operation")
    return {url.rpartition("/")[2] for url in urls if "~" in url}


def begun(h: Hub, activities: Activities, keys: list[str], **pacing: float) -> list[str]:
    """Runs of these VMs, all of which wait for their jobs; the first was alone when it began to."""
    activities.stuck.add("enable_protection")
    runs = []
    for key in keys:
        runs.append(converge(h, key, pacing={**PACING, **pacing}))
        h.until(lambda: len(waiters(h)) == len(runs))
    return runs


def outcomes(h: Hub, runs: list[str]) -> list[str]:
    """How the runs end; then nobody waits, and nothing is left of the waiting."""
    states = [h.ended(run).get_output()["state"] for run in runs]
    h.until(lambda: not h.entity("JobWaiters", KEY))
    return states


def test_many_runs_are_told_by_one() -> None:
    """Only the first, which was alone, asks about its own job."""
    activities = Activities()
    with hub(activities.table()) as h:
        runs = begun(h, activities, [f"vm-{number}" for number in range(20)])
        followers = len(h.instances("jobs-"))
        activities.stuck.clear()
        states = outcomes(h, runs)

    assert states == ["enabling"] * len(runs)
    assert followers == 1
    assert asked(activities) <= {f"enable_protection~{runs[0]}"}
    assert activities.count("enable_protection") == len(runs)
    assert activities.count("forget_run_plan") <= 1, "who was told does not delete what was deleted for it"


def test_a_run_that_is_alone_has_no_follower() -> None:
    """It asks as often as it would if there were never others, and leaves no trace."""
    activities = Activities()
    with hub(activities.table()) as h:
        states = outcomes(h, [converge(h)])
        followers = h.instances("jobs-")

    assert states == ["enabling"]
    assert followers == []
    assert activities.count("tell_job_waiters") == 0


def test_a_job_that_fails_is_the_outcome_in_azures_own_words() -> None:
    """The follower tells only that it is over: the reason is what the run's own operation says, as ever."""
    activities = Activities()
    reason = {"code": "150097", "facts": {}, "azure": {"message": "No quota."}}
    activities.broken["enable_protection"] = reason
    with hub(activities.table()) as h:
        runs = begun(h, activities, FEW)
        activities.stuck.clear()
        states = outcomes(h, runs)
        reasons = [state_until(h, lambda state: state.get("last"), key)["last"]["reasons"] for key in FEW]

    assert states == ["failed"] * len(FEW)
    assert reasons == [[reason]] * len(FEW)


def test_a_vault_that_does_not_tell_makes_every_run_ask_by_itself() -> None:
    """As if there were no others."""
    activities = Activities()
    activities.blind = True
    with hub(activities.table()) as h:
        runs = begun(h, activities, FEW)
        activities.stuck.clear()
        states = outcomes(h, runs)

    assert states == ["enabling"] * len(FEW)
    assert asked(activities) == {f"enable_protection~{run}" for run in runs}


def test_a_run_whose_event_was_lost_finds_out_by_itself() -> None:
    """The entity does not know it any more, so it asks at once."""
    activities = Activities()
    with hub(activities.table()) as h:
        runs = begun(h, activities, FEW, step_minutes=STEP_MINUTES)
        activities.deaf.add(runs[-1])
        activities.stuck.clear()
        states = outcomes(h, runs)

    assert states == ["enabling"] * len(FEW)
    assert f"enable_protection~{runs[-1]}" in asked(activities)


def test_a_follower_that_was_terminated_has_a_successor() -> None:
    """The first run that misses it begins another; the others are told by that one."""
    activities = Activities()
    with hub(activities.table()) as h:
        runs = begun(h, activities, FEW, step_minutes=STEP_MINUTES)
        (first,) = h.instances("jobs-")
        h.terminate(first.instance_id)
        h.until(lambda: h.entity("JobWaiters", KEY).get("follower") != first.instance_id)
        activities.stuck.clear()
        states = outcomes(h, runs)

    assert states == ["enabling"] * len(FEW)


def test_waiters_that_nobody_remembers_ask_by_themselves() -> None:
    """Somebody has emptied the entity."""
    activities = Activities()
    with hub(activities.table()) as h:
        runs = begun(h, activities, FEW, step_minutes=STEP_MINUTES)
        for run in runs:
            h.signal("JobWaiters", KEY, "leave", {"run": run, "job": f"enable_protection~{run}"})
        h.until(lambda: not waiters(h))
        activities.stuck.clear()
        states = outcomes(h, runs)

    assert states == ["enabling"] * len(FEW)


def test_a_run_that_was_terminated_holds_nobody_up() -> None:
    """Its job ends like the others', and nobody waits any more."""
    activities = Activities()
    with hub(activities.table()) as h:
        runs = begun(h, activities, FEW)
        h.terminate(runs[1])
        activities.stuck.clear()
        states = outcomes(h, [runs[0], *runs[2:]])

    assert states == ["enabling"] * (len(FEW) - 1)
