"""What outlives the emulator's process: items, their progress, jobs and troubles."""

from pathlib import Path

from local.emulator.server import Emulator
from tests.emulator.site_recovery.arm import Arm
from tests.emulator.site_recovery.estate import Estate


def test_protection_goes_on_after_a_restart(tmp_path: Path) -> None:
    """An item in the middle of its initial replication becomes Protected; jobs and troubles are still there."""
    file = tmp_path / "state.sqlite"
    with Emulator(world="east-asia", state=file) as emulator, Arm(emulator) as arm:
        estate = Estate(arm)
        estate.make_target()
        estate.make_foundation()
        arm.pace(initial_replication=1842)
        arm.trouble(target="web-0", health="153006")
        ended = arm.done("PUT", estate.item("web-0"), estate.item_body("web-0"))
        arm.advance(700)
        before = arm.get(estate.item("web-0"))["properties"]
    with Emulator(world="east-asia", state=file) as emulator, Arm(emulator) as arm:
        after = arm.get(estate.item("web-0"))["properties"]
        job = arm.get(ended.job)["properties"]
        arm.advance(1842)
        whole = arm.get(estate.item("web-0"))["properties"]
        troubles = arm.http.get("/_emulator/site-recovery/troubles").json()

    assert before["protectionState"] == after["protectionState"] == "InitialReplicationInProgress"
    assert [error["errorCode"] for error in after["healthErrors"]] == ["153006"]
    assert (job["scenarioName"], job["state"]) == ("EnableDr", "Succeeded")
    assert (whole["protectionState"], whole["replicationHealth"]) == ("Protected", "Warning")
    assert [one["health"] for one in troubles] == ["NoAppConsistentPoint"]


def test_a_failure_is_told_after_a_restart(tmp_path: Path) -> None:
    """Status document and job of a failed operation are what they were, and the job can still be restarted."""
    file = tmp_path / "state.sqlite"
    with Emulator(world="east-asia", state=file) as emulator, Arm(emulator) as arm:
        estate = Estate(arm)
        estate.make_target()
        estate.make_foundation()
        arm.trouble(target="web-0", fail="150039", times=1)
        failed = arm.run("PUT", estate.item("web-0"), estate.item_body("web-0"))
        before = arm.get(failed.job)
    with Emulator(world="east-asia", state=file) as emulator, Arm(emulator) as arm:
        after = arm.get(failed.job)
        document = arm.get(f"{estate.vault}/replicationOperationStatus/{failed.document['name']}")
        restarted = arm.run("POST", f"{failed.job}/restart")
        arm.until(failed.job, lambda job: job["properties"]["state"] == "Succeeded")

    assert (failed.code, document["error"]["code"], restarted.status) == ("150039", "150039", "Succeeded")
    assert after == before
