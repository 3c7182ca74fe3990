"""What stands around items is kept true, too, where it is ours alone; what nobody can change is reported."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.fleet import change_disks, codes, empty_disk
from tests.e2e.keeping import ITEM_API, details_of, drift, item_of, patches, protected
from tests.e2e.stack import VM_API, Stack, stack


@pytest.fixture
def up() -> Iterator[Stack]:
    """`db-0` and `web-0` are protected, both by the profile that counts here."""
    profiles = {"default": {}, "long": {"recoveryPointMinutes": 4320}}
    with stack(ASR_PROFILES=json.dumps(profiles)) as running:
        protected(running, "db-0", "web-0")
        yield running


def policy(up: Stack) -> dict[str, Any]:
    """The one policy of the vault."""
    (found,) = up.site_recovery("replicationPolicies")
    values: dict[str, Any] = found["properties"]["providerSpecificDetails"]
    return values


def trouble(up: Stack, **about: str) -> None:
    """The emulator makes this trouble for `db-0`."""
    up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json={"target": "db-0", **about}).raise_for_status()


def attach(up: Stack, name: str) -> str:
    """A new data disk of `db-0`."""
    disk = empty_disk(up, name)

    def add(storage: dict[str, Any]) -> None:
        storage["dataDisks"].append({"lun": 9, "createOption": "Attach", "managedDisk": {"id": disk}})

    change_disks(up, up.vm("db-0"), add)
    return disk


def test_what_is_shared_and_what_nobody_can_change(up: Stack) -> None:
    """The policy of both; then an agent, a kernel and a warning of `db-0`."""
    a_policy_is_changed_once_all_that_share_it_ask_for_the_same(up)
    what_nobody_can_change_is_reported_and_what_means_nothing_is_dismissed(up)


def test_what_a_plan_tells_and_a_new_beginning(up: Stack) -> None:
    """`db-0` is first put right by name, then protected anew."""
    a_plan_tells_each_write_of_what_is_put_right(up)
    a_new_beginning_follows_every_choice(up)


def a_policy_is_changed_once_all_that_share_it_ask_for_the_same(up: Stack) -> None:
    """One of two that asks for more is told so; a plan says what the run writes."""
    before = policy(up)["recoveryPointHistory"]
    up.tag(up.vm("db-0"), asr_protect="long")
    found = up.until(lambda: drift(up, "db-0").get("recoveryPointMinutes"))
    assert found[0] == "propose"
    assert "which others" in found[1]
    asked = up.api("POST", "drift", {"names": ["db-0"], "wait": 60}).json()["protections"][0]
    assert (asked["outcome"]["state"], policy(up)["recoveryPointHistory"]) == ("protected", before)

    up.tag(up.vm("web-0"), asr_protect="long")
    up.until(lambda: policy(up)["recoveryPointHistory"] == 4320)
    up.until(lambda: drift(up, "db-0") == {} and drift(up, "web-0") == {})
    written = [
        one for one in up.writes() if one["method"] == "PATCH" and "/replicationpolicies/" in one["path"].lower()
    ]
    assert len(written) == 1
    assert patches(up, "POST") == []


def what_nobody_can_change_is_reported_and_what_means_nothing_is_dismissed(up: Stack) -> None:
    """An agent that expires and a kernel ahead of it are told in words. A warning of a disk that nobody wants is
    dismissed, once; the disk is not replicated.
    """
    trouble(up, agent="expiring")
    trouble(up, health="151141")
    up.tag(up.vm("db-0"), asr_new_disks="ignore")
    disk = attach(up, "scratch")

    up.until(lambda: [one for one in patches(up, "POST") if one["path"].lower().endswith("/resolvehealtherrors")])
    up.until(lambda: "153039" not in [one["errorCode"] for one in item_of(up, "db-0")["properties"]["healthErrors"]])
    found = up.until(lambda: (found := drift(up, "db-0")).keys() == {"agent", "kernel"} and found)
    assert {found["agent"][0], found["kernel"][0]} == {"report"}
    assert "expires on" in found["agent"][1]
    told = codes(up.status(up.vm("db-0")))
    assert {"AgentAges", "KernelAhead"} <= set(told)
    assert "153039" not in told
    assert disk.lower() not in {one["diskId"] for one in details_of(up, "db-0")["protectedManagedDisks"]}
    assert len(patches(up, "POST")) == 1


def a_plan_tells_each_write_of_what_is_put_right(up: Stack) -> None:
    """Settings, a disk, a mapping: three writes, and the run makes just these."""
    vault = item_of(up, "db-0")["id"].partition("/replicationFabrics")[0]
    for name in ("db-0", "web-0"):
        up.tag(up.vm(name), asr_on_drift="propose")
    mapping = up.site_recovery("replicationNetworkMappings")[0]["id"]
    assert up.call("DELETE", mapping, ITEM_API).status_code in (200, 202, 204)
    attach(up, "more")
    up.until(lambda: drift(up, "db-0").keys() == {"networkMapping", "dataDisks"})
    overrides = {"recoveryName": "dr-db-0", "onDrift": "fix"}
    plan = up.api("POST", "plans", {"names": ["db-0"], "overrides": overrides}).json()
    before = {one["seq"] for one in up.writes()}
    answer = up.api(
        "POST", "protections", {"names": ["db-0"], "overrides": overrides, "planHash": plan["hash"], "wait": 60}
    )
    assert answer.status_code == 200, answer.text
    written = [one for one in up.writes() if one["seq"] not in before and vault.lower() in one["path"].lower()]

    (about,) = plan["plans"]
    assert (about["decision"]["action"], about["armWrites"]) == ("complete", 3)
    assert sorted(one["method"] for one in written) == ["PATCH", "POST", "PUT"]


def a_new_beginning_follows_every_choice(up: Stack) -> None:
    """Everything that is only proposed, also of what others share; a VM that was converted meanwhile, too. Confirmed by
    name, with what is lost in words; POST /api/drift alone changes nothing of it.
    """
    first = details_of(up, "db-0")["lifecycleId"]
    converted = {"properties": {"securityProfile": {"securityType": "TrustedLaunch"}}}
    assert up.call("PATCH", up.vm("db-0"), VM_API, converted).status_code in (200, 202)
    up.tag(up.vm("db-0"), asr_consistency_group="tier", asr_recovery_point_minutes="2880")
    wanted = {"consistencyGroup", "recoveryPointMinutes", "securityType"}

    found = up.until(lambda: (found := drift(up, "db-0")).keys() >= wanted and found)
    assert {found[one][0] for one in wanted} == {"propose"}
    fixes = {one["code"]: one["fix"] for one in up.status(up.vm("db-0"))["reasons"]}
    assert "every recovery point made so far is lost" in fixes["ProtectedDifferently"]
    assert up.api("POST", "drift", {"names": ["db-0"], "wait": 60}).status_code == 200
    assert details_of(up, "db-0")["lifecycleId"] == first
    asked = {"names": ["db-0"], "replace": True, "confirm": "db-0", "wait": 120}
    assert up.api("POST", "protections", asked).status_code in (200, 202)

    up.outcome(up.vm("db-0"), "protected", seconds=120)
    assert up.until(lambda: drift(up, "db-0") == {}) is True
    details = details_of(up, "db-0")
    assert details["lifecycleId"] != first
    assert details["multiVmGroupName"] == "tier"
    assert details_of(up, "web-0")["multiVmGroupName"] != "tier"
