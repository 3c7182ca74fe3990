"""Failover under trouble: two people at once, what cannot be read, a job that fails, a source that goes."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from tests.e2e.fleet import body_of, put
from tests.e2e.stack import VM_API, Stack, stack
from tests.e2e.test_failover_commands import command, made, state

NETWORK_API = "2023-09-01"
SITE_RECOVERY = "2025-08-01"
NEVER = "0 0 0 1 1 *"
"""Sweeps come when the story says so."""


def failovers(up: Stack) -> list[str]:
    """The failovers that Site Recovery took, by item."""
    return [one["path"] for one in up.writes() if one["path"].endswith("/unplannedFailover") and one["status"] == 202]


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
        a_run_that_is_terminated_is_gone_on_with(up, two)
        an_item_that_is_purged_meanwhile_is_told(up, one)


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


def a_run_that_is_terminated_is_gone_on_with(up: Stack, vm: str) -> None:
    """Azure goes on with its job. Asked for again it is the failover that is under way, and its evidence is kept."""
    before = len(failovers(up))
    up.slow(item_failover=600)
    asked = {"vmIds": [vm], "kind": "unplanned", "confirm": "web-1"}
    lost = up.api("POST", "failovers", asked).json()["protections"][0]
    up.until(lambda: len(failovers(up)) == before + 1)
    path = f"{up.host}/runtime/webhooks/durabletask/instances/{lost['id']}/terminate"
    up.http.post(path, params={"reason": "lost", "code": up.key}).raise_for_status()
    up.until(lambda: up.run(lost).json()["runtimeStatus"] == "Terminated")
    shown = up.status(vm)
    assert (shown["activeRun"], codes(shown["lastOutcome"])) == (None, {"RunEndedWithoutReport"})
    up.api("POST", "sweeps")
    [kept] = up.until(
        lambda: [one for one in up.api("GET", "evidence").json()["evidence"] if one["about"] == lost["id"]]
    )
    assert kept["result"] == "failed"
    again = up.api("POST", "failovers", asked).json()["protections"][0]
    up.until(lambda: (up.run(again).json()["customStatus"] or {}).get("step") == "unplanned_failover")
    up.advance(600)
    assert up.until(lambda: up.run(again).json()["output"])["state"] == "failed_over"
    assert len(failovers(up)) == before + 1
    told = up.api("GET", "evidence").json()["evidence"]
    assert [one["result"] for one in told if one["about"] == again["id"]] == ["failed_over"]


def an_item_that_is_purged_meanwhile_is_told(up: Stack, vm: str) -> None:
    """The VM and its item go in the middle of a failover: it has failed, and nothing is made up. One of its
    name is told what the purge left, which has to go first."""
    machine = body_of(up, up.vm("web-1"))
    machine["properties"]["networkProfile"] = up.get(vm, VM_API)["properties"]["networkProfile"]
    machine["properties"]["storageProfile"]["osDisk"]["name"] = "web-0-anew"
    before = len(failovers(up))
    asked = {"vmIds": [vm], "kind": "unplanned", "confirm": "web-0"}
    going = up.api("POST", "failovers", asked).json()["protections"][0]
    up.until(lambda: len(failovers(up)) == before + 1)
    item = up.status(vm)["protectedItem"]["id"]
    for id_, version in ((vm, VM_API), (item, SITE_RECOVERY)):
        assert up.call("DELETE", id_, version).is_success
        up.until(partial(is_gone, up, id_, version))
    up.advance(600)
    outcome = up.until(lambda: up.run(going).json()["output"])
    assert (outcome["state"], codes(outcome)) == ("failed", {"ItemGone"})
    assert up.status(vm)["protectedItem"] is None
    put(up, vm, machine)
    [told] = up.api("POST", "protections", {"vmIds": [vm], "wait": 120}).json()["protections"]
    assert (told["outcome"]["state"], codes(told["outcome"])) == ("refused", {"StaleLinks"})


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
