"""A protection is ended by name: what it had is put away, what others have is not touched."""

from collections.abc import Iterator

import pytest

from tests.e2e.endings import begin, end, ended, is_stopped, items, lock, protect, state_of, stop, switch, traces
from tests.e2e.fleet import codes, fleet
from tests.e2e.stack import Stack, stack


@pytest.fixture
def up() -> Iterator[Stack]:
    """A stack in which `web-0` and `db-0` are protected, asked for by their tags."""
    with stack() as running:
        protect(running, "web-0", "db-0")
        yield running


def test_what_the_plan_says_and_what_stands_in_the_way(up: Stack) -> None:
    """Both are ended, and protected again; then the way of `web-0` is to be cleared first."""
    what_the_plan_says_is_done_and_nothing_else(up)
    protect(up, "web-0", "db-0")
    what_stands_in_the_way_of_a_removal_is_put_away_first(up)


def test_locks_a_stopped_vm_and_force(up: Stack) -> None:
    """The stopped VM is ended, started and protected again, and stopped again."""
    locks_and_a_stopped_vm_are_waited_for(up)
    assert up.call("POST", f"{up.vm('web-0')}/start", "2024-07-01").is_success
    up.until(lambda: not is_stopped(up, "web-0"))
    protect(up, "web-0")
    by_force(up)


def what_the_plan_says_is_done_and_nothing_else(up: Stack) -> None:
    """A tag that asks is refused first; then the writes are those of the plan, and the other VM is as it was."""
    vm, other = up.vm("web-0"), traces(up, "db-0")
    refused = up.api("DELETE", "protections", vmId=vm)
    assert (refused.status_code, refused.json()["code"]) == (409, "TagStillAsks")
    asked = {"vmIds": [vm], "operation": "unprotect", "untag": True}
    (plan,) = (planned := up.api("POST", "plans", asked).json())["plans"]
    assert (plan["decision"]["action"], plan["state"], codes(plan)) == ("end", "unprotected", [])
    assert [one["code"] for one in plan["warnings"]] == ["RecoveryPointsLost"]
    assert plan["armWrites"] == 2  # the tag, the item
    along = [one["name"] for one in plan["resources"] if one["action"] == "follow"]
    assert sorted([*along, items(up, "web-0")[0]["name"]]) == traces(up, "web-0")
    before, writes, reads = state_of(up), len(up.writes()), len(up.requests())

    outcome = ended(up, end(up, "web-0", untag="true", planHash=planned["hash"], requestId="r-1"))

    assert (outcome["state"], outcome["reasons"]) == ("unprotected", [])
    assert len(up.writes()) - writes == plan["armWrites"]
    assert len(up.requests()) - reads < 90
    assert traces(up, "web-0") == []
    assert traces(up, "db-0") == other
    assert up.get(vm, "2024-07-01")["tags"]["asr-protect"] == "false"
    after = state_of(up)
    assert {id_ for id_ in before if id_ not in after} == {
        one["id"].lower() for one in plan["resources"] if one["kind"] == "replica disk"
    } | {one["id"].lower() for one in plan["resources"] if one["kind"] == "extension" and one["id"].lower() in before}
    up.until(lambda: up.status(vm)["state"] == "unprotected")
    history = up.api("GET", "protections/history", vmId=vm).json()["runs"]
    (run,) = [one for one in history if one["kind"] == "unprotect"]
    assert (run["requestId"], run["planHash"], run["outcome"]["state"]) == ("r-1", planned["hash"], "unprotected")
    assert ended(up, end(up, "web-0", requestId="r-1"))["state"] == "unprotected"  # the same command
    assert len(up.writes()) - writes == plan["armWrites"]
    assert "web-0" not in fleet(up)

    up.fault(method="POST", path="*/remove", client="asr-autoprotect", status=404)
    assert ended(up, end(up, "db-0", untag="true"))["state"] == "failed"
    up.clear_faults()
    assert ended(up, end(up, "db-0"))["state"] == "unprotected"  # each time it is asked for it has tries of its own


def locks_and_a_stopped_vm_are_waited_for(up: Stack) -> None:
    """Told before anything is touched, by the plan and by the run; the sweep goes on when they are gone."""
    vm = up.vm("web-0")
    up.tag(vm, asr_protect="false")
    locks = [lock(up, scope) for scope in (vm, up.group("contoso-app-asr"))]
    stop(up, "web-0")
    wanted = ["LockKeepsCleanUp", "LockKeepsCleanUp", "VmStoppedToDisable"]
    before = len(up.writes())

    (plan,) = up.api("POST", "plans", {"vmIds": [vm], "operation": "unprotect"}).json()["plans"]
    outcome = ended(up, end(up, "web-0"))

    assert (plan["armWrites"], plan["state"], codes(plan)) == (0, "waiting", wanted)
    assert (outcome["state"], codes(outcome)) == ("waiting", wanted)
    row = up.until(lambda: (found := fleet(up)["web-0"])["state"] == "waiting" and found)
    assert codes(row) == codes(up.status(vm)) == wanted
    assert (len(up.writes()), len(items(up, "web-0"))) == (before, 1)

    for one in locks:
        up.call("DELETE", one, "2020-05-01")
    outcome = ended(up, end(up, "web-0", startToDisable="true"))
    assert outcome["state"] == "unprotected", outcome
    done = [one["path"].rsplit("/", 1)[-1] for one in up.writes()[before:]]
    assert done == ["start", "remove", "deallocate"]
    assert traces(up, "web-0") == []
    assert is_stopped(up, "web-0")


def what_stands_in_the_way_of_a_removal_is_put_away_first(up: Stack) -> None:
    """A test failover, a recovery plan, an extension that stays, a removal that fails once."""
    item, vm = items(up, "web-0")[0], up.vm("web-0")
    at = item["id"].split("/replicationProtectionContainers/")[0]
    recovery = item["properties"]["recoveryContainerId"].split("/replicationProtectionContainers/")[0]
    network = item["properties"]["providerSpecificDetails"]["selectedRecoveryAzureNetworkId"]
    tested = {"failoverDirection": "PrimaryToRecovery", "networkType": "VmNetworkAsInput", "networkId": network}
    details = {"instanceType": "A2A"}
    begin(up, "POST", f"{item['id']}/testFailover", {"properties": {**tested, "providerSpecificDetails": details}})
    vault = item["id"].split("/replicationFabrics/")[0]
    groups = [{"groupType": "Boot", "replicationProtectedItems": [{"id": one["id"]} for one in _all_items(up)]}]
    body = {"primaryFabricId": at, "recoveryFabricId": recovery, "groups": groups}
    begin(up, "PUT", f"{vault}/replicationRecoveryPlans/shop", {"properties": body})
    switch(up, disable_in_plan="fail", extension_after_disable="stays")
    trouble = {"target": "web-0", "operation": "item.disable", "fail": "ResourceInUse", "times": 1}
    up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json=trouble)
    up.tag(vm, asr_protect="false")

    outcome = ended(up, end(up, "web-0"))

    assert outcome["state"] == "unprotected", outcome
    assert traces(up, "web-0") == []
    plan = up.get(f"{vault}/replicationRecoveryPlans/shop", "2025-08-01")["properties"]["groups"]
    held = [one["id"] for group in plan for one in group["replicationProtectedItems"]]
    assert [id_.lower() for id_ in held] == [one["id"].lower() for one in items(up, "db-0")]
    machines = up.get(f"/subscriptions/{up.subscription}/providers/Microsoft.Compute/virtualMachines", "2024-07-01")
    assert not [one["name"] for one in machines["value"] if one["name"].endswith("-test")]


def by_force(up: Stack) -> None:
    """A stopped VM's item is purged, and its traces are removed by the ids that were recorded."""
    stop(up, "web-0")
    other = traces(up, "db-0")

    outcome = ended(up, end(up, "web-0", untag="true", force="true"))

    assert outcome["state"] == "unprotected", outcome
    assert traces(up, "web-0") == []
    assert traces(up, "db-0") == other


def _all_items(up: Stack) -> list[dict]:
    return [*items(up, "web-0"), *items(up, "db-0")]
