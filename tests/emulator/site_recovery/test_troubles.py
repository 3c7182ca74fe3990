"""Trouble on demand: failing jobs, unhealthy items, replication that is stuck or falls behind."""

from typing import Any

from tests.emulator.site_recovery.arm import COMPUTE, Arm, Ended
from tests.emulator.site_recovery.estate import SOURCE, Estate

TROUBLES = "/_emulator/site-recovery/troubles"


def enable(estate: Estate, name: str = "web-0") -> Ended:
    return estate.arm.run("PUT", estate.item(name), estate.item_body(name))


def codes(item: dict[str, Any]) -> list[str]:
    return [error["errorCode"] for error in item["properties"]["healthErrors"]]


CODES = ("150019", "150039", "150097", "150161", "150172", "150226", "151025", "151066", "151195", "151196", "151197")


def test_an_operation_fails_as_often_as_it_should(estate: Estate) -> None:
    """The asked-for code stands in status document and job, with texts about this machine; then all is well."""
    estate.arm.set(item_after_failed_enabling="absent")
    for code in CODES:
        estate.arm.trouble(target="web-0", operation="item.enable", fail=code, times=1)
        failed = enable(estate)
        job = estate.arm.get(failed.job)["properties"]
        told = job["errors"][0]["serviceErrorDetails"]

        assert (failed.status, failed.code, job["state"], told["code"]) == ("Failed", code, "Failed", code)
        assert not {"{", "}"} & set(told["message"] + told["possibleCauses"] + told["recommendedAction"])
    estate.protect()


def test_trouble_is_for_the_machine_and_the_operation_it_names(estate: Estate) -> None:
    """Another machine and another operation go well; a glob fits several machines, a number of times."""
    estate.arm.trouble(target="web-*", operation="item.disable", fail="151066", times=2)
    estate.protect("web-0")
    estate.protect("web-1")
    others = estate.arm.run("PATCH", estate.item("web-0"), {"properties": {"recoveryAzureVMName": "w"}})
    removals = [estate.arm.run("POST", f"{estate.item(name)}/remove", {}) for name in ("web-0", "web-1", "web-0")]

    assert others.status == "Succeeded"
    assert [ended.code for ended in removals] == ["151066", "151066", ""]
    assert [one["struck"] for one in estate.arm.http.get(TROUBLES).json()] == [2]
    assert estate.arm.ask("GET", estate.item("web-0")).status_code == 404


def test_a_failing_task_is_the_one_that_installs(estate: Estate) -> None:
    """What is found inside the machine stops the second task, a failed prerequisite the first."""
    states = []
    for code in ("151025", "150226"):
        estate.arm.trouble(fail=code, times=1)
        states.append([task["state"] for task in estate.arm.get(enable(estate).job)["properties"]["tasks"]])

    assert states == [["Succeeded", "Failed", *["NotStarted"] * 3], ["Failed", *["NotStarted"] * 4]]


SENSELESS: tuple[tuple[dict[str, object], str], ...] = (
    ({}, "one of fail, health, replication, agent is wanted"),
    ({"fail": "1"}, "fail: '1' is no known condition"),
    ({"health": "1"}, "health: '1' is no known condition"),
    ({"replication": "slow"}, "replication: 'slow' is not one of"),
    ({"agent": "old"}, "agent: 'old' is not one of"),
    ({"fail": "150019", "times": 0}, "times: 0"),
    ({"fail": "150019", "operation": "nothing.*"}, "operation: 'nothing.*' fits none"),
    ({"fail": "150019", "machine": "x"}, "machine: unknown field"),
    ({"clear": "none"}, "clear: 'none'"),
    ({"troubles": "x"}, "troubles: "),
    ({"troubles": 5}, "troubles: 5"),
    ({"troubles": [None]}, "troubles[0]: null"),
    ({"fail": ["150019"]}, "fail: [...]"),
    ({"fail": "150019", "times": "often"}, "times: "),
    ({"troubles": [{"fail": "150019"}, {"fail": "1"}]}, "fail: '1'"),
)


def test_trouble_that_makes_no_sense_is_refused(arm: Arm) -> None:
    """The refusal names field, value and fix; nothing is kept."""
    for said, wrong in SENSELESS:
        refused = arm.http.post(TROUBLES, json=said)

        assert refused.status_code == 400
        assert wrong in refused.json()["error"]
    assert arm.http.get(TROUBLES).json() == []


def test_an_unhealthy_item_becomes_healthy_again(estate: Estate) -> None:
    """Health errors of Azure's shape, the item's health and the vault's counts."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    critical = arm.trouble(target="web-0", health="153007")
    warning = arm.trouble(target="web-0", health="153006")
    sick = arm.get(item)
    counts = arm.get(f"{estate.vault}/replicationVaultHealth")["properties"]["protectedItemsHealth"]
    listed = arm.get(f"{estate.vault}/replicationProtectedItems?$filter=replicationHealth eq 'Critical'")["value"]
    arm.trouble(clear=critical["id"])
    better = arm.get(item)
    arm.trouble(clear=warning["id"])
    well = arm.get(item)

    assert codes(sick) == ["153007", "153006"]
    assert [one["properties"]["replicationHealth"] for one in (sick, better, well)] == ["Critical", "Warning", "Normal"]
    assert counts["categorizedResourceCounts"]["protectedItemsCriticalCount"] == 1
    assert [one["name"] for one in listed] == ["web-0"]
    assert codes(well) == []


def test_a_replication_that_falls_behind(estate: Estate) -> None:
    """Without new recovery points the RPO grows; after an hour the item is critical (153007); the gap stays."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    arm.advance(1200)
    trouble = arm.trouble(target="web-0", replication="lagging")
    arm.advance(1800)
    behind = arm.get(item)
    arm.advance(1860)
    late = arm.get(item)
    points = len(arm.get(f"{item}/recoveryPoints")["value"])
    arm.trouble(clear=trouble["id"])
    arm.advance(600)
    caught_up = arm.get(item)

    def behind_by(body: dict[str, Any]) -> int:
        return int(body["properties"]["providerSpecificDetails"]["rpoInSeconds"])

    assert 1800 <= behind_by(behind) < 2400
    assert (behind["properties"]["replicationHealth"], codes(behind)) == ("Normal", ["161011"])
    assert behind_by(late) >= 3600
    assert "153007" in codes(late)
    assert behind_by(caught_up) < 400
    assert "153007" not in codes(caught_up)
    assert points == 5
    assert len(arm.get(f"{item}/recoveryPoints")["value"]) <= points + 3


def test_an_initial_replication_that_is_stuck(estate: Estate) -> None:
    """It stays at its first tenth for as long as the trouble lasts, and then goes on to Protected."""
    arm, item = estate.arm, estate.item("web-0")
    arm.pace(initial_replication=1842)
    trouble = arm.trouble(target="web-0", replication="stuck")
    assert enable(estate).status == "Succeeded"
    arm.advance(24 * 3600)
    stuck = arm.get(item)["properties"]["providerSpecificDetails"]
    arm.trouble(clear=trouble["id"])
    arm.advance(600)
    moving = arm.get(item)["properties"]["providerSpecificDetails"]
    arm.advance(1842)

    assert (stuck["vmProtectionState"], stuck["monitoringPercentageCompletion"]) == ("UnprotectedStatesBegin", 9)
    assert stuck["vmNics"] == []
    assert moving["monitoringPercentageCompletion"] == 100
    assert arm.get(item)["properties"]["protectionState"] == "Protected"


def test_a_new_disk_is_warned_about_until_it_is_protected(estate: Estate) -> None:
    """153039 with the LUN of the disk that was attached after enabling; protecting the disk ends it."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    attach(estate, "web-0-late", lun=9)
    warned = arm.get(item)
    given = estate.item_body("web-0", disks=("late",))["properties"]["providerSpecificDetails"]["vmManagedDisks"]
    body = {"properties": {"providerSpecificDetails": {"instanceType": "A2A", "vmManagedDisks": given}}}
    counts = arm.get(f"{estate.vault}/replicationVaultHealth")["properties"]["protectedItemsHealth"]
    arm.done("POST", f"{item}/addDisks", body)

    assert (codes(warned), warned["properties"]["replicationHealth"]) == (["153039"], "Warning")
    assert counts["categorizedResourceCounts"]["protectedItemsConfigurationWarningCount"] == 1
    assert warned["properties"]["providerSpecificDetails"]["unprotectedDisks"] == [
        {"diskLunId": 9, "diskAutoProtectionStatus": "Disabled"}
    ]
    after = estate.protected(item)
    assert codes(after) == []
    assert after["properties"]["providerSpecificDetails"]["unprotectedDisks"] is None


def test_a_warning_that_may_be_dismissed(estate: Estate) -> None:
    """A disk that is attached later is warned about again; other errors stay, whatever id is sent."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    arm.trouble(target="web-0", health="153007")
    attach(estate, "web-0-late", lun=9)
    shown = {one["errorCode"]: one for one in arm.get(item)["properties"]["healthErrors"]}
    body = {"properties": {"healthErrors": [{"healthErrorId": one["errorId"]} for one in shown.values()]}}
    arm.done("POST", f"{item}/resolveHealthErrors", body)
    after = arm.get(item)
    attach(estate, "web-0-later", lun=10)

    assert {code: one["customerResolvability"] for code, one in shown.items()} == {
        "153007": "NotAllowed",
        "153039": "Allowed",
    }
    assert codes(after) == ["153007"]
    assert codes(arm.get(item)) == ["153007", "153039"]


def test_an_agent_that_ages(estate: Estate) -> None:
    """It has an end ten days from now, or an update is wanted; both pass with the trouble."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    for agent in ("expiring", "outdated"):
        arm.trouble(target="web-0", agent=agent)
    aging = arm.get(item)["properties"]["providerSpecificDetails"]
    arm.http.post(TROUBLES, json={"clear": True})
    well = arm.get(item)["properties"]["providerSpecificDetails"]

    assert aging["agentExpiryDate"] < "2100"
    assert well["agentExpiryDate"].startswith("9999")
    assert [one["isReplicationAgentUpdateRequired"] for one in (aging, well)] == [True, False]


def test_a_deleted_machine_makes_its_item_critical(estate: Estate) -> None:
    """The item stays, without heartbeat and further points; it can still be disabled."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    deleted = arm.ask("DELETE", estate.machine("web-0"), version=COMPUTE)
    assert deleted.status_code == 202
    arm.ended(deleted.headers["azure-asyncoperation"])
    orphan = arm.get(item)
    arm.advance(7200)
    later = arm.get(item)

    assert (orphan["properties"]["replicationHealth"], codes(orphan)) == ("Critical", ["MachineDeleted"])
    assert codes(later) == ["MachineDeleted", "153007", "161011"]
    assert later["properties"]["providerSpecificDetails"]["rpoInSeconds"] > 7000
    assert later["properties"]["providerSpecificDetails"]["lastHeartbeat"] is None
    arm.done("POST", f"{item}/remove", {"properties": {}})


def test_links_that_a_trouble_keeps(estate: Estate) -> None:
    """150225: the item is gone, the job completed with information, the link stays and stops the next enabling."""
    arm, item = estate.arm, estate.item("web-0")
    estate.protect()
    arm.trouble(target="web-0", operation="item.disable", fail="150225", times=1)
    ended = arm.done("POST", f"{item}/remove", {"properties": {}})
    job = arm.get(ended.job)["properties"]

    assert (job["state"], job["stateDescription"]) == ("Succeeded", "CompletedWithInformation")
    assert job["errors"][0]["serviceErrorDetails"]["code"] == "150225"
    assert arm.ask("GET", item).status_code == 404
    assert enable(estate).code == "150226"


def test_a_lock_keeps_the_links(estate: Estate) -> None:
    """A lock on the machine's resource group does the same by itself; without the lock nothing is left behind."""
    arm, item = estate.arm, estate.item("web-0")
    lock = f"{estate.group}/providers/Microsoft.Authorization/locks/keep"
    made = arm.ask("PUT", lock, {"properties": {"level": "CanNotDelete"}}, version="2020-05-01")
    assert made.is_success
    estate.protect()
    locked = arm.done("POST", f"{item}/remove", {"properties": {}})
    assert arm.ask("DELETE", lock, version="2020-05-01").status_code in {200, 204}
    link = f"{estate.machine('web-0')}/providers/Microsoft.Resources/links/ASR-Protect-web-0"
    assert arm.ask("DELETE", link, version="2016-09-01").status_code == 200
    estate.protect()
    free = arm.done("POST", f"{item}/remove", {"properties": {}})

    assert arm.get(locked.job)["properties"]["stateDescription"] == "CompletedWithInformation"
    assert arm.get(free.job)["properties"]["stateDescription"] == "Completed"


def attach(estate: Estate, name: str, *, lun: int) -> None:
    """Attach a new empty data disk to web-0."""
    body = {"location": SOURCE, "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 32}}
    estate.arm.make(estate.disk(name), body, version=COMPUTE)
    profile = estate.arm.get(estate.machine("web-0"), version=COMPUTE)["properties"]["storageProfile"]
    attached = {"lun": lun, "name": name, "createOption": "Attach", "managedDisk": {"id": estate.disk(name)}}
    change = {"properties": {"storageProfile": {"dataDisks": [*profile["dataDisks"], attached]}}}
    assert estate.arm.ask("PATCH", estate.machine("web-0"), change, version=COMPUTE).status_code == 200
