"""Many VMs that are enabled at once: one reads the vault's jobs for all of their runs, and nothing is lost with it."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from bench.fleet import machine_id, world
from orchestrators.follow_jobs import SHORTEST_INTERVAL
from tests.e2e.processes import kill_worker
from tests.e2e.stack import Stack, stack

NEVER = "0 0 0 1 1 *"
BURST = 20
REASON = "150039"


@pytest.fixture
def fleet(tmp_path: Path) -> str:
    """A world of one network whose machines nobody has asked for."""
    path = tmp_path / "fleet.json"
    path.write_text(json.dumps(world(BURST + 1)))
    return str(path)


def ask(up: Stack, *numbers: int) -> None:
    """Ask for the protection of these machines, by tag."""
    for number in numbers:
        up.tag(machine_id(number), asr_protect="true")


def runs(up: Stack) -> list[dict[str, Any]]:
    """The runs so far; reading them costs no request to Azure."""
    query = {"top": "1000", "code": up.key}
    answer = up.http.get(f"{up.host}/runtime/webhooks/durabletask/instances", params=query)
    answer.raise_for_status()
    return [one for one in answer.json() if one["name"] == "protect_vm"]


def outcomes(up: Stack, count: int, seconds: float = 120) -> list[dict[str, Any]]:
    """How so many runs or more have ended, in the order in which they began: an event may be delivered twice."""

    def ended() -> list[dict[str, Any]] | None:
        found = sorted(runs(up), key=lambda one: one["createdTime"])
        over = [one["output"] for one in found if one["runtimeStatus"] == "Completed"]
        return over if len(over) == len(found) >= count else None

    found: list[dict[str, Any]] = up.until(ended, seconds)
    return found


def waiters(up: Stack) -> int:
    """How many runs wait for jobs of the one vault."""
    url = f"{up.host}/runtime/webhooks/durabletask/entities/JobWaiters"
    answer = up.http.get(url, params={"fetchState": "true", "code": up.key})
    answer.raise_for_status()
    return sum(len((one.get("state") or {}).get("waiters", ())) for one in answer.json())


def after_decisions(up: Stack, before: int) -> dict[str, list[str]]:
    """The paths that were asked for since then in ways that decisions do not take, by kind."""
    kinds = {
        "GET jobs": ("GET", "/replicationjobs"),
        "GET operation": ("GET", "/replicationoperationstatus/"),
        "GET item": ("GET", "/replicationprotecteditems/"),
        "PUT item": ("PUT", "/replicationprotecteditems/"),
    }
    asked = [(one["method"], one["path"].lower()) for one in up.requests()[before:]]
    return {
        kind: [path for method, path in asked if method == verb and part in path]
        for kind, (verb, part) in kinds.items()
    }


def test_what_follows_a_decision_costs_a_further_vm_one_write_and_a_share_of_what_all_read(fleet: str) -> None:
    """Twenty machines at once, on a foundation that is there: nobody but who waits alone asks about his own job."""
    with stack(fleet, ASR_SWEEP_SCHEDULE=NEVER) as up:
        ask(up, BURST)
        outcomes(up, 1)
        before = len(up.requests())
        up.slow(item_enable=6)
        began = time.monotonic()
        ask(up, *range(BURST))
        ended = outcomes(up, BURST + 1)
        seconds = time.monotonic() - began
        asked = after_decisions(up, before)

    assert {one["state"] for one in ended} == {"enabling"}
    assert len(asked["PUT item"]) == len(set(asked["PUT item"])) == BURST
    assert 0 < len(asked["GET jobs"]) <= seconds / SHORTEST_INTERVAL.total_seconds()
    assert len(set(asked["GET operation"])) <= BURST / 4
    assert asked["GET item"] == []


def test_a_job_that_fails_tells_why_and_a_vault_that_hides_its_jobs_harms_nobody(fleet: str) -> None:
    """The reason is the job's own, whether the run was told that it is over or asked by itself."""
    with stack(fleet, ASR_SWEEP_SCHEDULE=NEVER) as up:
        ask(up, BURST)
        outcomes(up, 1)
        url = f"{up.arm}/_emulator/site-recovery/troubles"
        trouble = {"target": "vm-1", "operation": "item.enable", "fail": REASON}
        up.http.post(url, json=trouble).raise_for_status()
        up.slow(item_enable=2)
        ask(up, 0, 1, 2, 3)
        told = outcomes(up, 5)
        up.fault(method="GET", path="*/replicationJobs", status=403)
        trouble["target"] = "vm-11"
        up.http.post(url, json=trouble).raise_for_status()
        ask(up, 10, 11, 12, 13)
        hidden = outcomes(up, 9)[5:]

    failed = [[one for one in some if one["state"] == "failed"] for some in (told, hidden)]
    assert [len(some) for some in failed] == [1, 1]
    for (one,) in failed:
        (reason,) = one["reasons"]
        assert (reason["code"], one["facts"]) == (REASON, {"step": "enable_protection"})
        assert reason["azure"]["message"]
    told_so, found_so = (some[0]["reasons"][0]["azure"]["message"] for some in failed)
    assert told_so == found_so.replace("vm-11", "vm-1")


def test_nothing_waits_for_ever_when_the_app_dies_while_runs_wait_for_jobs(fleet: str) -> None:
    """The follower's step is dispatched again, and everybody is told."""
    with stack(fleet, ASR_SWEEP_SCHEDULE=NEVER) as up:
        ask(up, BURST)
        outcomes(up, 1)
        up.slow(item_enable=5)
        ask(up, 0, 1, 2, 3)
        up.until(lambda: waiters(up) > 1)
        kill_worker(up)
        ended = outcomes(up, 5)
        up.until(lambda: waiters(up) == 0)
        items = up.site_recovery("replicationProtectedItems")

    assert {one["item_id"].lower() for one in ended if one["state"] == "enabling"} == {
        item["id"].lower() for item in items
    }
    assert len(items) == 5
    assert "failed" not in {one["state"] for one in ended}
