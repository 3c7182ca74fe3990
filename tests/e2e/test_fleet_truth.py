"""What the fleet says is true: machines are replaced, items lag, disks change, Azure does not answer."""

from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.fleet import body_of, change_disks, codes, delete, empty_disk, fleet, put
from tests.e2e.stack import Stack, stack


@pytest.fixture
def up() -> Iterator[Stack]:
    """A stack in which `web-0` and `db-0` have become protected."""
    with stack() as running:
        for name in ("web-0", "db-0"):
            running.tag(running.vm(name), asr_protect="true")
        for name in ("web-0", "db-0"):
            running.outcome(running.vm(name), "protected")
        yield running


GRAPH, RESOURCES = "*/providers/Microsoft.ResourceGraph/resources", "*/subscriptions/*/resources"
BUSY = {"status": 429, "retry_after": 9999}


def test_choices_and_a_machine_that_was_made_again(up: Stack) -> None:
    """Those of `db-0` are followed by nothing; `web-0` is another machine than the protected one."""
    choices_that_the_item_does_not_follow(up)
    a_machine_that_was_made_again_is_not_the_protected_one(up)


def test_an_item_that_lags_and_then_outlives_its_machine(up: Stack) -> None:
    """First `db-0` lags; once it moves again, the machine is deleted."""
    an_item_that_lags_is_unhealthy(up)
    up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json={"clear": True}).raise_for_status()
    up.until(lambda: fleet(up)["db-0"]["state"] == "protected")
    the_item_of_a_deleted_machine_is_an_orphan(up)


def test_a_vault_that_cannot_be_read(up: Stack) -> None:
    """Forbidden, broken, busy, one after another."""
    for fault in ({"status": 403}, {"status": 503}, BUSY):
        a_vault_that_cannot_be_read_is_a_problem_and_no_more(up, fault)


def test_lists_that_cannot_be_read(up: Stack) -> None:
    """Broken and busy, Resource Graph and Resource Manager; and before that a machine that is in no list."""
    a_write_to_a_machine_that_asks_for_nothing_does_not_put_it_into_the_fleet(up)
    for path in (GRAPH, RESOURCES):
        for fault in ({"status": 503}, BUSY):
            lists_that_cannot_be_read_stop_no_sweep(up, path, fault)


def a_machine_that_was_made_again_is_not_the_protected_one(up: Stack) -> None:
    """Fleet, status, protectable and plan agree; nothing is written; the others are as they were."""
    vm = up.vm("web-0")
    body = body_of(up, vm)
    assert fleet(up)["web-0"]["state"] == "protected"
    delete(up, vm)
    put(up, vm, body)

    ends = ["ProtectedVmReplaced", "EndsBecauseVmReplaced"]
    row = up.until(lambda: codes(found := fleet(up)["web-0"]) == ends and found)
    assert (row["state"], bool(row["deadline"])) == ("orphaned", True)
    assert "Disable replication of the earlier VM" in row["reasons"][0]["fix"]
    up.outcome(vm, "refused")
    before = len(up.writes())
    status = up.status(vm)
    assert (status["state"], codes(status), status["deadline"]) == ("orphaned", ends, row["deadline"])
    candidates = {one["name"]: one for one in up.api("GET", "protectable").json()["machines"]}
    assert (candidates["web-0"]["state"], candidates["db-0"]["state"]) == ("orphaned", "protected")
    (plan,) = up.api("POST", "plans", {"vmIds": [vm]}).json()["plans"]
    assert (plan["armWrites"], codes(plan)) == (0, ["ProtectedVmReplaced"])
    assert len([one for one in up.writes()[before:] if "resourcegraph" not in one["path"].lower()]) == 0
    assert fleet(up)["db-0"]["state"] == "protected"


def the_item_of_a_deleted_machine_is_an_orphan(up: Stack) -> None:
    """It can be found, with what is left to do; its status says the same."""
    fleet(up)
    delete(up, up.vm("db-0"))

    ends = ["ProtectedVmGone", "EndsBecauseVmGone"]
    row = up.until(lambda: codes(found := fleet(up, state="orphaned")["db-0"]) == ends and found)
    assert (row["exists"], row["region"], row["recoveryRegion"]) == (False, "eastasia", "southeastasia")
    assert row["deadline"] in row["reasons"][1]["sentence"]
    assert row["itemId"] in row["reasons"][0]["sentence"]
    status = up.status(up.vm("db-0"))
    assert (status["state"], status["exists"], codes(status)) == ("orphaned", False, ends)
    assert status["protectedItem"]["id"] == row["itemId"]
    summary = up.api("GET", "summary").json()
    assert summary["nextDeadline"]["at"] == row["deadline"]
    assert (summary["orphaned"], summary["states"]) == (1, {"protected": 1, "orphaned": 1})


def an_item_that_lags_is_unhealthy(up: Stack) -> None:
    """In Site Recovery's own words; found by state, by health and by RPO."""
    trouble = {"target": "db-0", "replication": "lagging"}
    up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json=trouble).raise_for_status()
    up.advance(7200)

    row = up.until(lambda: fleet(up, state="unhealthy").get("db-0"))
    assert row["health"] == "Critical"
    assert row["rpoSeconds"] >= 7200
    assert row["reasons"][0]["code"] == "153007"
    assert row["reasons"][0]["azure"]["recommendedAction"]
    assert list(fleet(up, health="critical")) == list(fleet(up, minRpo="3600")) == ["db-0"]
    status = up.status(up.vm("db-0"))
    assert (status["state"], codes(status)) == ("unhealthy", codes(row))
    summary = up.api("GET", "summary").json()
    assert summary["health"] == {"Critical": 1, "Normal": 1}
    assert summary["worstRpo"]["vmId"].endswith("/db-0")


def test_disks_that_change(up: Stack) -> None:
    """A swapped OS disk is no plain protection; detached and added ones have their words, with the LUN."""
    up.tag(up.vm("db-0"), asr_new_disks="propose")
    assert fleet(up)["db-0"]["reasons"] == []
    new, restored = empty_disk(up, "more"), empty_disk(up, "restored-os")

    def replace_data(storage: dict) -> None:
        storage["dataDisks"] = [{"lun": 5, "createOption": "Attach", "managedDisk": {"id": new}}]

    change_disks(up, up.vm("db-0"), replace_data)
    row = up.until(lambda: "DiskDetached" in codes(found := fleet(up)["db-0"]) and found)
    assert row["state"] == "protected"
    assert {"DiskDetached", "DiskNotProtected"} <= set(codes(row))
    words = " ".join(reason["sentence"] for reason in row["reasons"])
    assert "more at LUN 5" in words
    assert "db-0-data-0, at LUN 0 before" in words

    up.call("POST", f"{up.vm('web-0')}/deallocate", "2024-07-01")
    up.until(lambda: fleet(up) and _power(up, "web-0") == "PowerState/deallocated")
    change_disks(
        up, up.vm("web-0"), lambda storage: storage["osDisk"].update(name="restored-os", managedDisk={"id": restored})
    )
    row = up.until(lambda: (found := fleet(up)["web-0"])["state"] == "unhealthy" and found)
    assert "OsDiskReplaced" in codes(row)
    status = up.status(up.vm("web-0"))
    assert (status["state"], "OsDiskReplaced" in codes(status)) == ("unhealthy", True)
    wanted = {("web-0", "osDisk", "propose"), ("db-0", "dataDisks", "propose"), ("db-0", "dataDisks", "report")}

    def told() -> bool:
        items = up.api("GET", "drift").json()["items"]
        return wanted <= {(one["vmId"].rsplit("/", 1)[-1], one["field"], one["decision"]) for one in items}

    up.until(told)


def choices_that_the_item_does_not_follow(up: Stack) -> None:
    """Each is told, with what is right to do; as warnings of the status, too."""
    up.tag(
        up.vm("db-0"),
        asr_recovery_point_minutes="4320",
        asr_recovery_disk_sku="Standard_LRS",
        asr_exclude_disks="0",
        asr_recovery_resource_group="nonesuch",
        asr_on_drift="propose",
    )

    expected = {
        "recoveryPointMinutes": ("4320", "1440", "propose"),
        "recoveryDiskSku": ("Standard_LRS", None, "propose"),
        "excludeDisks": ("0", "LUN 0 is replicated", "propose"),
        "recoveryResourceGroup": (f"{up.group('nonesuch')}", f"{up.group('contoso-app-asr')}", "propose"),
    }
    items = up.until(
        lambda: len(found := up.api("GET", "drift", refresh="true").json()["items"]) == len(expected) and found
    )
    for item in items:
        wished, present, decision = expected[item["field"]]
        assert (item["wished"], item["decision"]) == (wished, decision)
        assert present is None or item["present"].lower() == present.lower()
        assert item["sentence"]
    row = fleet(up)["db-0"]
    assert (row["state"], row["drifted"]) == ("protected", 4)
    told = [one for one in codes(up.status(up.vm("db-0"))) if one.startswith(("Protected", "Drift"))]
    assert sorted(told) == ["DriftCanBeFixed", "DriftCanBeFixed", "DriftIsShared", "ProtectedDifferently"]
    assert up.api("GET", "summary").json()["drifted"] == 1


def a_vault_that_cannot_be_read_is_a_problem_and_no_more(up: Stack, fault: dict) -> None:
    """Its items stand as they were known last; the rest is read and swept; it is told until it can be read again."""
    known = fleet(up)
    up.fault(method="GET", path="*/replicationProtectedItems", **fault)
    up.tag(up.vm("batch-0"), asr_protect="true")

    up.outcome(up.vm("batch-0"), "refused")
    answer = up.until(lambda: (found := up.api("GET", "protections").json())["problems"] and found)
    rows = {row["name"]: row for row in answer["protections"]}
    assert {name: row["state"] for name, row in rows.items()} == {
        "web-0": "protected",
        "db-0": "protected",
        "batch-0": "refused",
    }
    (problem,) = answer["problems"]
    assert problem["kind"] == "vault"
    assert problem["id"].endswith("/Site-Recovery-Vault")
    assert problem["lastRead"] >= known["web-0"]["itemReadAt"]
    assert answer["asOf"] > rows["web-0"]["itemReadAt"] >= known["web-0"]["itemReadAt"]
    up.clear_faults()
    readable_again(up, fault)


def lists_that_cannot_be_read_stop_no_sweep(up: Stack, path: str, fault: dict) -> None:
    """What they would have told is what was known last; an absurd pause delays nothing."""
    fleet(up)
    up.fault(method="*", path=path, **fault)
    answer = up.until(lambda: (found := up.api("GET", "protections").json())["problems"] and found)
    assert {row["name"]: row["state"] for row in answer["protections"]} == {
        "web-0": "protected",
        "db-0": "protected",
    }
    assert answer["problems"][0]["kind"] in ("machines", "subscription")
    up.clear_faults()
    readable_again(up, fault)


def readable_again(up: Stack, fault: dict) -> None:
    """No problem is left once Azure answers, and the pause that it asked for, which the app keeps to, is over."""
    if "retry_after" in fault:
        up.advance(fault["retry_after"] + 1)
    up.until(lambda: not up.api("GET", "protections").json()["problems"])


def a_write_to_a_machine_that_asks_for_nothing_does_not_put_it_into_the_fleet(up: Stack) -> None:
    """However often."""
    up.tag(up.vm("batch-0"), owner="ann")
    up.until(lambda: _delivered(up, "batch-0"))

    assert sorted(fleet(up)) == ["db-0", "web-0"]
    answer = up.api("GET", "protections", state="untagged")
    assert answer.status_code == 400


def _power(up: Stack, name: str) -> str:
    view = up.get(f"{up.vm(name)}/instanceView", "2024-07-01")
    return next((one["code"] for one in view["statuses"] if one["code"].startswith("PowerState/")), "")


def _delivered(up: Stack, name: str) -> bool:
    events: httpx.Response = up.http.get(f"{up.arm}/_emulator/events")
    return name in events.text
