"""Items are kept true through trouble: workers that die, locks, vaults that cannot be read, people at the same time."""

from collections.abc import Iterator

import pytest

from tests.e2e.fleet import change_disks, codes, empty_disk
from tests.e2e.keeping import ITEM_API, advance, details_of, drift, item_of, patches, protected
from tests.e2e.processes import kill_worker
from tests.e2e.stack import Stack, stack

LOCKS = "2020-05-01"


@pytest.fixture
def up() -> Iterator[Stack]:
    """`db-0` is protected."""
    with stack() as running:
        protected(running, "db-0")
        yield running


def test_a_vault_that_is_kept_from_the_app(up: Stack) -> None:
    """First it cannot be read, then it is locked."""
    a_vault_that_cannot_be_read(up)
    a_locked_vault(up)


def test_a_worker_and_a_person_in_between(up: Stack) -> None:
    """Somebody changes the item meanwhile; then the worker dies."""
    somebody_changes_another_setting_at_the_same_time(up)
    a_worker_that_dies_between_the_steps(up)


def a_worker_that_dies_between_the_steps(up: Stack) -> None:
    """Settings and a disk are to be written: each is written once, whichever of both the worker was at."""
    disk = empty_disk(up, "more")
    durations = {"site_recovery.item.update": 2, "site_recovery.item.add_disks": 2}
    up.http.post(f"{up.arm}/_emulator/pace", json={"durations": durations}).raise_for_status()

    def add(storage: dict) -> None:
        storage["dataDisks"].append({"lun": 9, "createOption": "Attach", "managedDisk": {"id": disk}})

    change_disks(up, up.vm("db-0"), add)
    before = patches(up)
    up.tag(up.vm("db-0"), asr_recovery_name="new-db-0")
    up.until(lambda: len(patches(up)) > len(before))
    kill_worker(up)
    up.until(lambda: patches(up, "POST"), seconds=90)
    kill_worker(up)

    up.until(lambda: disk.lower() in {one["diskId"] for one in details_of(up, "db-0")["protectedManagedDisks"]})
    up.until(lambda: details_of(up, "db-0")["recoveryAzureVMName"] == "new-db-0")
    up.outcome(up.vm("db-0"), "protected", seconds=90)
    assert drift(up, "db-0") == {}
    accepted = [one for one in patches(up)[len(before) :] if one["status"] == 202]
    assert len(accepted) <= 2


def somebody_changes_another_setting_at_the_same_time(up: Stack) -> None:
    """Site Recovery works on an item one job after the other; nothing of theirs is lost, nothing of ours forgotten."""
    group = f"/subscriptions/{up.subscription}/resourceGroups/drills"
    network = f"{group}/providers/Microsoft.Network/virtualNetworks/bubble"
    location = {"location": "southeastasia"}
    assert up.call("PUT", group, "2021-04-01", location).status_code == 201
    space = {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}
    body = {
        **location,
        "properties": {**space, "subnets": [{"name": "db", "properties": {"addressPrefix": "10.9.1.0/24"}}]},
    }
    assert up.call("PUT", network, "2023-09-01", body).status_code == 201
    up.slow(item_update=3)
    theirs = {"selectedTfoAzureNetworkId": network, "recoveryAzureVMName": "db-0"}
    answer = up.call("PATCH", item_of(up, "db-0")["id"], ITEM_API, {"properties": theirs})
    assert answer.status_code == 202
    up.tag(up.vm("db-0"), asr_recovery_name="dr-db-0")

    up.until(lambda: details_of(up, "db-0")["recoveryAzureVMName"] == "dr-db-0", seconds=90)
    up.outcome(up.vm("db-0"), "protected", seconds=90)
    assert details_of(up, "db-0")["selectedTfoAzureNetworkId"].lower() == network.lower()


def a_locked_vault(up: Stack) -> None:
    """The lock is told with Azure's own words; once it is gone, the next sweep that is due puts the item right."""
    vault = item_of(up, "db-0")["id"].partition("/replicationFabrics")[0]
    lock = f"{vault}/providers/Microsoft.Authorization/locks/kept"
    assert up.call("PUT", lock, LOCKS, {"properties": {"level": "ReadOnly"}}).status_code in (200, 201)
    up.tag(up.vm("db-0"), asr_recovery_name="locked-db-0")

    status = up.outcome(up.vm("db-0"), "failed")
    assert "ScopeLocked" in [one["code"] for one in status["lastOutcome"]["reasons"]]
    assert (status["state"], "DriftIsFixed" in codes(status)) == ("protected", True)
    assert up.call("DELETE", lock, LOCKS).status_code in (200, 204)
    up.outcome(up.vm("db-0"), "failed")
    advance(up, 7200)
    up.until(lambda: details_of(up, "db-0")["recoveryAzureVMName"] == "locked-db-0")


def a_vault_that_cannot_be_read(up: Stack) -> None:
    """What was known stands, the problem is named, nothing is written; then it goes on."""
    up.tag(up.vm("db-0"), asr_on_drift="propose", asr_recovery_name="dr-db-0")
    known = up.until(lambda: drift(up, "db-0"))
    up.fault(method="GET", path="*/replicationProtectedItems*", status=403, client="asr-autoprotect")
    up.tag(up.vm("db-0"), asr_on_drift="fix")

    found = up.api("GET", "drift", refresh="true").json()
    assert [one["kind"] for one in found["problems"]] == ["vault"]
    assert {one["field"] for one in found["items"]} == known.keys()
    assert patches(up) == []
    up.clear_faults()
    up.until(lambda: details_of(up, "db-0")["recoveryAzureVMName"] == "dr-db-0", seconds=90)
