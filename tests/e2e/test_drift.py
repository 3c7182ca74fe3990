"""Items are kept as they were asked for: by the sweep, by a person, or not at all. Read back by plain ARM."""

import json
from collections.abc import Iterator

import pytest

from tests.e2e.fleet import change_disks, empty_disk
from tests.e2e.keeping import ITEM_API, advance, change_item, details_of, drift, patches, protected
from tests.e2e.stack import VM_API, Stack, stack

SIZE = "Standard_D4s_v5"


@pytest.fixture
def up() -> Iterator[Stack]:
    """`web-0` and `db-0` are protected; the profiles say otherwise what is to be done about differences."""
    profiles = {"default": {}, "asking": {"onDrift": "propose"}, "telling": {"onDrift": "report"}}
    with stack(ASR_PROFILES=json.dumps(profiles)) as running:
        protected(running, "web-0", "db-0")
        yield running


def attach(up: Stack, name: str, lun: int) -> str:
    """A new data disk is attached to the machine."""
    disk = empty_disk(up, f"{name}-more-{lun}")

    def add(storage: dict) -> None:
        storage["dataDisks"].append({"lun": lun, "createOption": "Attach", "managedDisk": {"id": disk}})

    change_disks(up, up.vm(name), add)
    return disk


def replicated(up: Stack, name: str) -> set[str]:
    """The disks of the machine's item."""
    return {one["diskId"] for one in details_of(up, name)["protectedManagedDisks"]}


def test_what_the_sweep_puts_right(up: Stack) -> None:
    """Mappings of both, a disk and a size of `web-0`, a name of `db-0`; what has no item is left alone."""
    a_machine_without_an_item_cannot_be_put_right(up)
    a_mapping_that_somebody_removed_is_made_again(up)
    a_new_disk_is_replicated_and_what_older_points_lack_is_said(up)
    a_resized_machine_comes_up_in_its_new_size(up)
    a_fix_that_fails_is_told_and_put_off(up)


def test_what_somebody_insists_on_and_what_profiles_leave_to_people(up: Stack) -> None:
    """First by the profile that puts right, then by those that propose and report."""
    a_change_in_the_portal_is_undone_twice_and_then_left(up)
    profiles_that_propose_or_report(up)


def test_what_is_only_proposed(up: Stack) -> None:
    """New disks of both, and a new beginning of `db-0`."""
    what_only_a_person_adds(up)
    what_takes_a_new_beginning_is_proposed_with_what_is_lost(up)


def a_new_disk_is_replicated_and_what_older_points_lack_is_said(up: Stack) -> None:
    """153039, or the machine itself, tells of it; `addDisks` adds it, with cache and group of the others."""
    disk = attach(up, "web-0", 7)

    up.until(lambda: disk.lower() in replicated(up, "web-0"))
    one = next(one for one in details_of(up, "web-0")["protectedManagedDisks"] if one["diskId"] == disk.lower())
    others = [one for one in details_of(up, "web-0")["protectedManagedDisks"] if one["diskId"] != disk.lower()]
    assert {other["primaryStagingAzureStorageAccountId"] for other in others} == {
        one["primaryStagingAzureStorageAccountId"]
    }
    status = up.outcome(up.vm("web-0"), "protected")
    told = {one["code"]: one["sentence"] for one in status["lastOutcome"]["reasons"]}
    assert "recovery points made before lack them" in told["DisksAdded"]
    assert drift(up, "web-0") == {}
    assert len([one for one in patches(up, "POST") if one["path"].endswith("/addDisks")]) == 1


def what_only_a_person_adds(up: Stack) -> None:
    """`newDisks: propose` waits for POST /api/drift; `ignore` does not even tell."""
    up.tag(up.vm("web-0"), asr_new_disks="propose")
    up.tag(up.vm("db-0"), asr_new_disks="ignore")
    first, second = attach(up, "web-0", 7), attach(up, "db-0", 7)

    found = up.until(lambda: drift(up, "web-0"))
    assert found["dataDisks"][0] == "propose"
    assert drift(up, "db-0") == {}
    assert first.lower() not in replicated(up, "web-0")
    answer = up.api("POST", "drift", {"names": ["web-0"], "wait": 60})
    assert answer.status_code == 200, answer.text
    (one,) = answer.json()["protections"]
    assert one["outcome"]["state"] == "protected"
    assert first.lower() in replicated(up, "web-0")
    assert second.lower() not in replicated(up, "db-0")


def a_resized_machine_comes_up_in_its_new_size(up: Stack) -> None:
    """The target does not follow by itself; a choice of its own wins over the machine's size."""
    assert up.call(
        "PATCH", up.vm("web-0"), VM_API, {"properties": {"hardwareProfile": {"vmSize": SIZE}}}
    ).status_code in (200, 202)
    up.until(lambda: details_of(up, "web-0")["recoveryAzureVMSize"] == SIZE)
    up.tag(up.vm("web-0"), asr_recovery_size="Standard_D2s_v5")
    up.until(lambda: details_of(up, "web-0")["recoveryAzureVMSize"] == "Standard_D2s_v5")

    nics = details_of(up, "web-0")["vmNics"]
    assert nics[0]["ipConfigs"][0]["recoverySubnetName"] == "web"
    assert details_of(up, "web-0")["recoveryAvailabilitySet"].endswith("/web-set-asr")


def a_change_in_the_portal_is_undone_twice_and_then_left(up: Stack) -> None:
    """Whoever sets it a third time means it: it is proposed, and only a person's request does it."""
    for _ in range(2):
        change_item(up, "db-0", recoveryAzureVMName="by-hand")
        up.until(lambda: details_of(up, "db-0")["recoveryAzureVMName"] == "db-0")
        up.outcome(up.vm("db-0"), "protected")
        assert up.until(lambda: drift(up, "db-0") == {}) is True
    change_item(up, "db-0", recoveryAzureVMName="by-hand")

    found = up.until(lambda: (found := drift(up, "db-0")).get("recoveryName", ("fix",))[0] == "propose" and found)
    assert "POST /api/drift" in up.status(up.vm("db-0"))["reasons"][0]["fix"]
    before = len(patches(up))
    advance(up, 3600)
    up.api("POST", "sweeps")
    assert drift(up, "db-0") == found
    assert (len(patches(up)), details_of(up, "db-0")["recoveryAzureVMName"]) == (before, "by-hand")
    up.api("POST", "drift", {"vmIds": [up.vm("db-0")], "wait": 60})
    assert details_of(up, "db-0")["recoveryAzureVMName"] == "db-0"


def profiles_that_propose_or_report(up: Stack) -> None:
    """Nothing is written; the sentence says what would."""
    up.tag(up.vm("db-0"), asr_protect="asking")
    up.tag(up.vm("web-0"), asr_protect="telling")
    up.until(lambda: up.status(up.vm("web-0"))["decision"]["profile"] == "telling")
    for name in ("db-0", "web-0"):
        change_item(up, name, recoveryAzureVMName="by-hand")

    asking, telling = up.until(lambda: drift(up, "db-0")), up.until(lambda: drift(up, "web-0"))
    assert (asking["recoveryName"][0], telling["recoveryName"][0]) == ("propose", "report")
    assert patches(up, "POST") == []
    assert [details_of(up, name)["recoveryAzureVMName"] for name in ("db-0", "web-0")] == ["by-hand"] * 2


def what_takes_a_new_beginning_is_proposed_with_what_is_lost(up: Stack) -> None:
    """POST /api/drift leaves it alone."""
    up.tag(up.vm("db-0"), asr_high_churn="true", asr_consistency_group="tier")

    found = up.until(lambda: drift(up, "db-0"))
    assert found["consistencyGroup"][0] == "propose"
    status = up.status(up.vm("db-0"))
    fixes = {one["code"]: one["fix"] for one in status["reasons"]}
    assert "every recovery point made so far is lost" in fixes["ProtectedDifferently"]
    before = len(patches(up))
    up.api("POST", "drift", {"vmIds": [up.vm("db-0")], "wait": 60})
    assert len(patches(up)) == before


def a_fix_that_fails_is_told_and_put_off(up: Stack) -> None:
    """Azure's own words stand in the outcome; equal failures are tried less and less often."""
    trouble = {"target": "db-0", "fail": "150097", "operation": "item.update"}
    up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json=trouble).raise_for_status()
    before = len(patches(up))
    up.tag(up.vm("db-0"), asr_recovery_name="dr-db-0")

    status = up.outcome(up.vm("db-0"), "failed")
    assert status["lastOutcome"]["reasons"][0]["code"] == "150097"
    assert status["state"] == "protected"
    up.until(lambda: len(patches(up)) >= before + 2)
    up.outcome(up.vm("db-0"), "failed")
    tried = len(patches(up))
    for _ in range(3):
        up.api("GET", "drift", refresh="true")
    assert len(patches(up)) <= tried + 3
    up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json={"clear": True}).raise_for_status()
    advance(up, 3700)
    up.until(lambda: details_of(up, "db-0")["recoveryAzureVMName"] == "dr-db-0")


def a_machine_without_an_item_cannot_be_put_right(up: Stack) -> None:
    """It is not protected by the way."""
    up.tag(up.vm("web-1"), asr_protect="false")
    (one,) = up.api("POST", "drift", {"names": ["web-1"], "wait": 60}).json()["protections"]

    assert one["outcome"]["state"] == "not_requested"
    assert len(up.site_recovery("replicationProtectedItems")) == 2


def a_mapping_that_somebody_removed_is_made_again(up: Stack) -> None:
    """Both ways, under the same names; the items are not touched."""
    before = {one["id"].lower() for one in up.site_recovery("replicationNetworkMappings")}
    patched = len(patches(up))
    for mapping in before:
        assert up.call("DELETE", mapping, ITEM_API).status_code in (200, 202, 204)

    up.until(lambda: {one["id"].lower() for one in up.site_recovery("replicationNetworkMappings")} == before)
    up.until(lambda: drift(up, "db-0") == {} and drift(up, "web-0") == {})
    assert len(patches(up)) == patched
