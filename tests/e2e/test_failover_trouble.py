"""Failover under trouble: two people at once, what cannot be read, a job that fails, a source that goes."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from tests.e2e.stack import VM_API, Stack, stack
from tests.e2e.test_failover_commands import command, made, state

NETWORK_API = "2023-09-01"
NEVER = "0 0 0 1 1 *"
"""Sweeps come when the story says so."""


def failovers(up: Stack) -> list[str]:
    """The failovers that Site Recovery was asked for, by item."""
    return [one["path"] for one in up.writes() if one["path"].endswith("/unplannedFailover")]


def codes(outcome: dict[str, Any]) -> set[str]:
    """The codes of an outcome's reasons."""
    return {one["code"] for one in outcome["reasons"]}


def test_a_failover_under_trouble() -> None:
    """Two people at once make one failover; what cannot be read is said; a source may be deleted."""
    with stack("east-asia", ASR_SWEEP_SCHEDULE=NEVER) as up:
        one, two, three = vms = [up.vm(name) for name in ("web-0", "web-1", "db-0")]
        up.api("POST", "protections", {"vmIds": vms, "wait": 120})
        up.until(lambda: {state(up, vm) for vm in vms} == {"protected"})

        refuses_what_it_may_not_read(up, one, two)
        two_people_make_one_failover(up, one)
        a_job_that_fails_is_told(up, three)
        a_source_that_is_deleted_is_no_orphan(up, one)
        assert state(up, two) == "protected"


def refuses_what_it_may_not_read(up: Stack, readable: str, other: str) -> None:
    """Of two VMs, one's item may not be read: nothing is started, and it is said which."""
    item = up.status(other)["protectedItem"]["id"]
    before = len(up.writes())
    up.fault(method="GET", path=f"*{item.rpartition('/')[2]}*", client="asr-autoprotect", status=403, times=1000)
    answer = up.api("POST", "failovers", {"vmIds": [readable, other], "kind": "unplanned", "confirm": 2})
    up.clear_faults()
    told = answer.json()
    assert (answer.status_code, told["code"]) == (502, "ItemNotRead"), answer.text
    assert [one["vmId"].lower() for one in told["refused"]] == [other.lower()]
    assert len(up.writes()) == before


def two_people_make_one_failover(up: Stack, vm: str) -> None:
    """Both are answered; the second finds it done."""
    body = {"vmIds": [vm], "kind": "unplanned", "confirm": "web-0", "wait": 120}
    with ThreadPoolExecutor(2) as people:
        answers = list(people.map(lambda name: up.api("POST", "failovers", {**body, "requestedBy": name}), ("a", "b")))
    told = [answer.json() for answer in answers]
    assert all(answer.status_code in (200, 409) for answer in answers), told
    outcomes = [one["protections"][0]["outcome"] for one in told if "protections" in one]
    assert sorted(one["state"] for one in outcomes) in (["failed_over"], ["failed_over", "refused"]), outcomes
    assert len(failovers(up)) == 1
    assert state(up, vm) == "failed_over"


def a_job_that_fails_is_told(up: Stack, vm: str) -> None:
    """In Site Recovery's own code; the VM stays protected, and another try is another failover."""
    item = up.status(vm)["protectedItem"]["name"]
    trouble = {"target": item, "operation": "item.failover", "fail": "28031", "times": 1}
    up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json=trouble).raise_for_status()
    failed = command(up, vmIds=[vm], kind="unplanned", confirm="db-0")["outcome"]
    assert failed["state"] == "failed", failed
    assert "28031" in codes(failed)
    again = command(up, vmIds=[vm], kind="unplanned", confirm="db-0")["outcome"]
    assert again["state"] == "failed_over", again
    assert len(failovers(up)) == 3


def a_source_that_is_deleted_is_no_orphan(up: Stack, vm: str) -> None:
    """Before and after the way back is prepared: its item stays, and its VM is the one that runs."""
    command(up, "/commit", vmIds=[vm], confirm="web-0")
    nics = [one["id"] for one in up.get(vm, VM_API)["properties"]["networkProfile"]["networkInterfaces"]]
    for id_, version in ((vm, VM_API), *((nic, NETWORK_API) for nic in nics)):
        assert up.call("DELETE", id_, version).status_code in (200, 202, 204)
        up.until(partial(is_gone, up, id_, version))
    swept(up)
    assert row(up, vm)["state"] == "failed_over"
    command(up, "/reprotect", vmIds=[vm], confirm="web-0")
    up.until(lambda: up.status(vm)["state"] == "protected")
    up.advance(30 * 86400)
    swept(up)
    swept(up)
    found = row(up, vm)
    assert (found["state"], found["side"], found["exists"]) == ("protected", "recovery", False)
    assert not [one for one in up.writes() if one["path"].endswith("/remove")]
    home = command(up, "/failback", vmIds=[vm], confirm="web-0")
    assert (home["outcome"]["state"], codes(home["outcome"])) == ("enabling", set())
    up.until(lambda: up.status(vm)["state"] == "protected")
    assert up.status(vm)["side"] == "primary"
    assert made(up, "web-0")


def is_gone(up: Stack, id_: str, version: str) -> bool:
    """Whether Azure says that there is no such resource."""
    return up.call("GET", id_, version).status_code == 404


def swept(up: Stack) -> None:
    """One whole sweep."""
    run = up.api("POST", "sweeps").json()["id"]
    up.until(lambda: up.api("GET", f"runs/{run}").json()["runtimeStatus"] == "Completed")


def row(up: Stack, vm: str) -> dict[str, Any]:
    """The VM in the fleet."""
    rows = up.api("GET", "protections").json()["protections"]
    return next(one for one in rows if one["vmId"].lower() == vm.lower())
